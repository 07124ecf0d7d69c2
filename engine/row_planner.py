"""Compiles selections over rows: columns with their masks, relations with their gates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from authz.decision import Always, Never, Where
from authz.roles import graphql_name
from engine import ids
from engine.collect import Collector
from engine.connection_planner import ConnectionPlanner
from engine.connections import PageLink
from engine.decider import Decider
from engine.downloads import OfferLink
from engine.errors import internal_error
from engine.fetch import Fetch
from engine.links import (
    CanLink,
    ComputedLink,
    HangingLink,
    ToOneLink,
    gate_of,
)
from engine.pages import PageSource
from engine.specs import (
    AllowedActions,
    Can,
    Column,
    Computed,
    Download,
    Facet,
    Hanging,
    Identifier,
    Paged,
    ToMany,
    ToOne,
    order_of,
)
from engine.static import value_view
from engine.values import each, encoder, may_be_unknown, serializer
from engine.views import View, choosing

if TYPE_CHECKING:
    from graphql import FieldNode

    from authz.decision import Decision
    from db.database import Database
    from engine.catalogue import Catalogue, Entity, Field
    from engine.views import Entry, Link


class Columns(Protocol):
    """What a relation hangs on: something whose rows hold the parent's key at a position."""

    def column(self, name: str) -> int:
        """Return the position of a column in each row."""
        ...


class RowPlanner:
    """Compiles what is asked of rows, for one operation and one fingerprint."""

    def __init__(
        self, catalogue: Catalogue, database: Database, decider: Decider, collector: Collector
    ) -> None:
        """Take what decides and what is asked."""
        self._catalogue = catalogue
        self._database = database
        self._decider = decider
        self._collector = collector

    def unreadable(self, place: Field) -> bool:
        """Tell whether a field leads to rows that nobody of this fingerprint may read."""
        entity = self._catalogue.entities.get(place.target)
        return entity is not None and isinstance(self._decider.decide(entity.read), Never)

    def _fetch(self, entity: Entity, key: str, action: str) -> Fetch:
        """Return the rows that lie in scope of the action here and of their type's read action."""
        actions = tuple(dict.fromkeys((action, entity.read)))
        decisions = {each: self._decider.decide(each) for each in actions}
        return Fetch(entity, key, decisions, actions, self._database)

    def rows(
        self, entity: Entity, key: str, action: str, nodes: list[FieldNode]
    ) -> tuple[Fetch, View]:
        """Return the rows of a type that are asked by a key under an action, and their view."""
        fetch = self._fetch(entity, key, action)
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
        if isinstance(decision, Never) or self.unreadable(place):
            view.constant(key, withheld)
        elif isinstance(spec, (Facet, ToMany, Paged)):
            view.linked(key, self._hanging(place, nodes, spec, decision, fetch))
        elif isinstance(spec, ToOne):
            view.linked(key, self.to_one(place, nodes, spec, fetch))
        else:
            mask = self._mask(fetch, decision)
            if isinstance(spec, AllowedActions):
                view.entries.append((key, self._allowed_actions(entity, fetch)))
                return
            if isinstance(spec, Can):
                view.linked(key, CanLink(place, nodes[0], {}, mask, withheld, self._decider))
                return
            if isinstance(spec, Computed):
                link = self._computed(place, nodes[0], spec, fetch, mask)
                view.linked(key, link)
                return
            if isinstance(spec, Download):
                shape = value_view(self._catalogue, self._collector, place.definition.type, nodes)
                at = fetch.column("id")
                view.linked(
                    key, OfferLink(place, nodes[0], {}, at, spec.kind, mask, withheld, shape)
                )
                return
            assert isinstance(spec, (Column, Identifier))  # noqa: S101 - no other kind on a row
            at = fetch.column(spec.name if isinstance(spec, Column) else "id")
            encode = encoder(place.definition.type)
            if isinstance(spec, Identifier):
                encode = ids.encoder(entity.prefix or "")
            words = may_be_unknown(place.definition.type)
            unknown = internal_error(place.coordinate, nodes[0]) if words else None
            if mask is None:
                view.cell(key, at, encode, unknown)
            else:
                view.masked(key, at, encode, mask, withheld, unknown)

    def _mask(self, fetch: Fetch, decision: Decision) -> tuple[int, ...] | None:
        """Return the places of the probes that open a field, None when every row in scope does."""
        if isinstance(decision, Always):
            return None
        assert isinstance(decision, Where)  # noqa: S101 - Never has been answered
        if fetch.covered_by(decision):
            return None
        reaching = (p for p in decision.paths if fetch.entity.has_scope(p.scope))
        return tuple(fetch.probe(path) for path in reaching)

    def _allowed_actions(self, entity: Entity, fetch: Fetch) -> Entry:
        """Return the actions whose decision reaches a row; readable like the row itself."""
        choices: list[tuple[str, tuple[int, ...] | None]] = []
        for action in self._catalogue.actions_on(entity.name):
            decision = self._decider.decide(action)
            if not isinstance(decision, Never):
                choices.append((graphql_name(action), self._mask(fetch, decision)))
        return choosing(choices)

    def _computed(
        self,
        place: Field,
        node: FieldNode,
        spec: Computed,
        fetch: Fetch,
        mask: tuple[int, ...] | None,
    ) -> Link:
        action = place.guarded.action
        return ComputedLink(
            place,
            node,
            {},
            {name: fetch.column(name) for name in spec.reads},
            spec.load,
            (action, *spec.derives),
            mask,
            self._decider.forbidden(place.coordinate, action, node),
            each(serializer(place.definition.type)),
        )

    def to_one(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: ToOne,
        parent: Columns,
    ) -> Link:
        """Return the row that a column of the parent points at."""
        entity = self._catalogue.entities[place.target]
        fetch, view = self.rows(entity, "id", place.guarded.action, nodes)
        at = parent.column(spec.on)
        return ToOneLink(place, nodes[0], view.marks, at, fetch.by_key(), view)

    def _hanging(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: Hanging,
        decision: Decision,
        parent: Fetch,
    ) -> Link:
        if isinstance(spec, Paged):
            return self.paged(place, nodes, spec, decision, parent)
        entity = self._catalogue.entities[place.target]
        fetch, view = self.rows(entity, spec.by, place.guarded.action, nodes)
        order = order_of(spec) if isinstance(spec, ToMany) else ()
        return HangingLink(
            place,
            nodes[0],
            view.marks,
            parent.column(spec.on),
            gate_of(entity.model, spec.by, decision),
            self._decider.forbidden(place.coordinate, place.guarded.action, nodes[0]),
            fetch.by_key(order),
            view,
            isinstance(spec, Facet),
        )

    def paged(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: Paged,
        decision: Decision,
        parent: Fetch | None,
    ) -> Link:
        """Return the connection hanging on a parent, or on nothing at the root."""
        entity = self._catalogue.entities[place.target]
        fetch = self._fetch(entity, spec.by or "id", place.guarded.action)
        selected = ConnectionPlanner(self._collector, self._view)
        shape, marks = selected.connection(entity, fetch, nodes)
        hangs = parent is not None and spec.by is not None
        source = PageSource(fetch, place.coordinate, order_of(spec), by_parent=hangs)
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
