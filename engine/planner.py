"""Compiles an operation for a fingerprint: every decision is taken here, before any row is read.

The planner is given the fingerprint and nothing else of the principal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authz.decision import Always, Never, Where
from engine import ids
from engine.by_id import ByIdLink, Target
from engine.collect import Collector
from engine.connections import ConnectionView, PageLink
from engine.decider import Decider
from engine.fetch import Fetch
from engine.links import (
    CallerLink,
    ComputedLink,
    HangingLink,
    RefusedLink,
    StaticLink,
    ToOneLink,
    gate_of,
)
from engine.pages import PageSource
from engine.specs import (
    ById,
    Caller,
    Column,
    Computed,
    Facet,
    Hanging,
    Identifier,
    NodeById,
    NodesByIds,
    Paged,
    Static,
    ToMany,
    ToOne,
    order_of,
)
from engine.static import value_view
from engine.values import encoder, serializer
from engine.views import View, merged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import FieldNode

    from authz.decision import Decision, Fingerprint
    from authz.policy import Policy
    from db.database import Database
    from engine.catalogue import Catalogue, Entity, Field
    from engine.documents import Operation
    from engine.fetch import Scope
    from engine.views import Link, Marks


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled operation: a view of one pseudo-row, whose links are the root fields."""

    view: View
    decisions: int


class Planner:
    """Compiles one operation for one fingerprint."""

    def __init__(
        self,
        catalogue: Catalogue,
        policy: Policy,
        database: Database,
        operation: Operation,
        fingerprint: Fingerprint,
        switches: Mapping[str, object],
    ) -> None:
        """Take the document and what decides over it."""
        self._catalogue = catalogue
        self._database = database
        self._operation = operation
        self._decider = Decider(policy, fingerprint)
        self._collector = Collector(catalogue, operation.fragments, switches)

    def plan(self) -> Plan:
        """Return the plan."""
        view = View()
        collected = self._collector.root("Query", self._operation.node.selection_set)
        for key, nodes in collected.items():
            name = nodes[0].name.value
            if name == "__typename":
                view.constant(key, "Query")
            else:
                view.linked(key, self._root(self._catalogue.roots[name], nodes))
        return Plan(view, self._decider.taken)

    def _root(self, place: Field, nodes: list[FieldNode]) -> Link:
        spec, node = place.guarded.spec, nodes[0]
        if isinstance(spec, (NodeById, NodesByIds)):
            entities = list(self._catalogue.by_prefix.values())
            return self._by_id(place, nodes, entities, None, plural=isinstance(spec, NodesByIds))
        decision = self._decider.decide(place.guarded.action)
        if isinstance(decision, Never) or self._unreadable(place):
            return self._refused(place, node)
        if isinstance(spec, Static):
            shape = value_view(self._catalogue, self._collector, place.definition.type, nodes)
            return StaticLink(place, node, {}, spec.load, shape)
        entity = self._catalogue.entities[place.target]
        if isinstance(spec, Paged):
            return self._paged(place, nodes, spec, decision, None)
        if isinstance(spec, ById):
            return self._by_id(place, nodes, [entity], entity.name, plural=False)
        assert isinstance(spec, Caller)  # noqa: S101 - the audit admits no other kind at the root
        fetch, view = self._rows(entity, "id", self._scope(decision, entity), nodes)
        return CallerLink(
            place, node, view.marks, fetch, self._database.compile(fetch.by_key()), view
        )

    def _refused(self, place: Field, node: FieldNode) -> Link:
        withheld = self._decider.forbidden(place.coordinate, place.guarded.action, node)
        return RefusedLink(place, node, {}, withheld)

    def _by_id(
        self,
        place: Field,
        nodes: list[FieldNode],
        entities: Sequence[Entity],
        expected: str | None,
        *,
        plural: bool,
    ) -> Link:
        targets, marks = {}, []
        for entity in entities:
            assert entity.prefix is not None  # noqa: S101 - only these have ids
            decision = self._decider.decide(entity.read)
            if isinstance(decision, Never):
                withheld = self._decider.forbidden(place.coordinate, entity.read, nodes[0])
                targets[entity.prefix] = Target(withheld=withheld)
                continue
            fetch, view = self._rows(entity, "id", self._scope(decision, entity), nodes)
            statement = self._database.compile(fetch.by_key())
            targets[entity.prefix] = Target((fetch, statement, view))
            marks.append(view.marks)
        return ByIdLink(place, nodes[0], merged(*marks), targets, expected, plural)

    def _unreadable(self, place: Field) -> bool:
        """Tell whether a field leads to rows that nobody of this fingerprint may read."""
        entity = self._catalogue.entities.get(place.target)
        return entity is not None and isinstance(self._decider.decide(entity.read), Never)

    def _scope(self, decision: Decision, entity: Entity) -> Scope:
        """Return what a row must satisfy to appear: the action here and the type's read action."""
        read = self._decider.decide(entity.read)
        assert not isinstance(decision, Never)  # noqa: S101 - the callers have refused these
        assert not isinstance(read, Never)  # noqa: S101
        return (decision,) if decision == read else (decision, read)

    def _rows(
        self, entity: Entity, key: str, scope: Scope, nodes: list[FieldNode]
    ) -> tuple[Fetch, View]:
        fetch = Fetch(entity, key, scope)
        return fetch, self._view(entity, fetch, nodes)

    def _view(self, entity: Entity, fetch: Fetch, nodes: list[FieldNode]) -> View:
        view = View()
        for key, below in self._collector.fields(entity.name, nodes).items():
            name = below[0].name.value
            if name == "__typename":
                view.constant(key, entity.name)
            else:
                self._field(view, key, entity, fetch, entity.fields[name], below)
        return view

    def _field(
        self,
        view: View,
        key: str,
        entity: Entity,
        fetch: Fetch,
        place: Field,
        nodes: list[FieldNode],
    ) -> None:
        spec, action = place.guarded.spec, place.guarded.action
        decision = self._decider.decide(action)
        withheld = self._decider.forbidden(place.coordinate, action, nodes[0])
        if isinstance(decision, Never) or self._unreadable(place):
            view.constant(key, withheld)
        elif isinstance(spec, (Facet, ToMany, Paged)):
            view.linked(key, self._hanging(place, nodes, spec, decision, fetch))
        elif isinstance(spec, ToOne):
            view.linked(key, self._to_one(place, nodes, spec, decision, fetch))
        else:
            mask = self._mask(fetch, decision)
            if isinstance(spec, Computed):
                columns = {name: fetch.column(name) for name in spec.reads}
                encode = _each(serializer(place.definition.type))
                view.linked(
                    key,
                    ComputedLink(place, nodes[0], {}, columns, spec.load, mask, withheld, encode),
                )
                return
            assert isinstance(spec, (Column, Identifier))  # noqa: S101 - no other kind on a row
            at = fetch.column(spec.name if isinstance(spec, Column) else "id")
            encode = encoder(place.definition.type)
            if isinstance(spec, Identifier):
                encode = _global_id(entity)
            if mask is None:
                view.cell(key, at, encode)
            else:
                view.masked(key, at, encode, mask, withheld)

    def _mask(self, fetch: Fetch, decision: Decision) -> tuple[int, ...] | None:
        """Return the places of the probes that open a field, None when every row in scope does."""
        if isinstance(decision, Always):
            return None
        assert isinstance(decision, Where)  # noqa: S101 - Never has been answered
        if fetch.covered_by(decision):
            return None
        reaching = (p for p in decision.paths if fetch.entity.has_scope(p.scope))
        return tuple(fetch.probe(path) for path in reaching)

    def _to_one(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: ToOne,
        decision: Decision,
        parent: Fetch,
    ) -> Link:
        entity = self._catalogue.entities[place.target]
        fetch, view = self._rows(entity, "id", self._scope(decision, entity), nodes)
        statement = self._database.compile(fetch.by_key())
        at = parent.column(spec.on)
        return ToOneLink(place, nodes[0], view.marks, at, fetch, statement, view)

    def _hanging(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: Hanging,
        decision: Decision,
        parent: Fetch,
    ) -> Link:
        if isinstance(spec, Paged):
            return self._paged(place, nodes, spec, decision, parent)
        entity = self._catalogue.entities[place.target]
        fetch, view = self._rows(entity, spec.by, self._scope(decision, entity), nodes)
        order = order_of(spec) if isinstance(spec, ToMany) else ()
        return HangingLink(
            place,
            nodes[0],
            view.marks,
            parent.column(spec.on),
            gate_of(entity.model, spec.by, decision),
            self._decider.forbidden(place.coordinate, place.guarded.action, nodes[0]),
            fetch,
            self._database.compile(fetch.by_key(order)),
            view,
            isinstance(spec, Facet),
        )

    def _paged(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: Paged,
        decision: Decision,
        parent: Fetch | None,
    ) -> Link:
        entity = self._catalogue.entities[place.target]
        fetch = Fetch(entity, spec.by or "id", self._scope(decision, entity))
        shape, marks = self._connection(entity, fetch, nodes)
        hangs = parent is not None and spec.by is not None
        source = PageSource(
            fetch, self._database, place.coordinate, order_of(spec), by_parent=hangs
        )
        return PageLink(
            place,
            nodes[0],
            marks,
            parent.column(spec.on) if parent is not None else None,
            gate_of(entity.model, spec.by, decision) if hangs and spec.by else None,
            self._decider.forbidden(place.coordinate, place.guarded.action, nodes[0]),
            source,
            shape,
        )

    def _connection(
        self, entity: Entity, fetch: Fetch, nodes: list[FieldNode]
    ) -> tuple[ConnectionView, Marks]:
        shape = ConnectionView(f"{entity.name}Connection")
        marks: Marks = {}
        for key, below in self._collector.fields(shape.type_name, nodes).items():
            name: Any = below[0].name.value
            content: Any = None
            if name == "nodes":
                content = self._view(entity, fetch, below)
                marks[key] = content.marks
            elif name == "edges":
                content, marks[key] = self._edges(entity, fetch, below)
            elif name == "pageInfo":
                content = [
                    (k, n[0].name.value)
                    for k, n in self._collector.fields("PageInfo", below).items()
                ]
            shape.parts.append((key, name, content))
        return shape, marks

    def _edges(
        self, entity: Entity, fetch: Fetch, nodes: list[FieldNode]
    ) -> tuple[list[tuple[str, str, View | None]], Marks]:
        parts: list[tuple[str, str, View | None]] = []
        marks: Marks = {}
        for key, below in self._collector.fields(f"{entity.name}Edge", nodes).items():
            name = below[0].name.value
            view = self._view(entity, fetch, below) if name == "node" else None
            if view is not None:
                marks[key] = view.marks
            parts.append((key, name, view))
        return parts, marks


def _global_id(entity: Entity) -> Any:
    prefix = entity.prefix or ""
    return lambda key: ids.encode(prefix, key)


def _each(serialize: Any) -> Any:
    return lambda value: (
        [serialize(item) for item in value]
        if isinstance(value, (list, tuple))
        else serialize(value)
    )
