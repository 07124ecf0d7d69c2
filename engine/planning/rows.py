"""Compiles selections over rows: columns with their masks, relations with their gates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from authz.decision import Never
from engine.decider import Decider
from engine.declare.kinds import Aggregate, AnyOf, Facet, Hanging, Paged, ToMany, ToOne, order_of
from engine.documents.selections import Collector
from engine.execution.guards import Watch
from engine.execution.links import HangingLink, ToOneLink
from engine.execution.polymorphic import any_of_link
from engine.execution.views import View
from engine.planning.about import about
from engine.planning.authorization import gateway_of, mask_of
from engine.planning.connections import ConnectionPlanner
from engine.planning.fields import CellPlanner
from engine.sql.row_query import Fetch

if TYPE_CHECKING:
    from graphql import FieldNode

    from authz.decision import Decision
    from db.drivers.database import Database
    from engine.catalogue import Catalogue, Entity, Field
    from engine.execution.views import Link
    from engine.planning.arguments import Finder
    from engine.sql.statement import Decided


class Columns(Protocol):
    """What a relation hangs on: something whose rows hold the parent's key at a position."""

    def column(self, name: str) -> int:
        """Return the position of a column in each row."""
        ...


class RowPlanner:
    """Compiles what is asked of rows, for one operation and one fingerprint."""

    def __init__(
        self,
        catalogue: Catalogue,
        database: Database,
        decider: Decider,
        collector: Collector,
        finder: Finder,
    ) -> None:
        """Take what decides and what is asked."""
        self._catalogue = catalogue
        self._database = database
        self._decider = decider
        self._collector = collector
        self._cells = CellPlanner(catalogue, decider, collector)
        self.connections = ConnectionPlanner(catalogue, decider, collector, finder, self)

    def unreadable(self, place: Field) -> bool:
        """Tell whether a field leads to rows that nobody of this fingerprint may read."""
        entity = self._catalogue.rows_of(place)
        return entity is not None and isinstance(self._decider.decide(entity.read), Never)

    def fetch(
        self,
        entity: Entity,
        key: str,
        action: str,
        decision: Decision | None = None,
        chosen: str | None = None,
    ) -> Fetch:
        """Return the rows that lie in scope of the action here and of their type's read action.

        `decision` is that of the field that leads there, where it stands on a row; `chosen` is
        another action that the rows have to be in scope of.
        """
        narrowing = (chosen,) if chosen is not None else ()
        actions = tuple(dict.fromkeys((action, entity.read, *narrowing)))
        decisions = {each: self._decider.decide(each) for each in actions}
        if decision is not None:
            decisions[action] = decision
        fetch = Fetch(entity, key, decisions, actions, self._database)
        fetch.require(about(self._catalogue, self._decider, fetch.reach, entity))
        return fetch

    def rows(
        self,
        entity: Entity,
        key: str,
        action: str,
        nodes: list[FieldNode],
        decision: Decision | None = None,
    ) -> tuple[Fetch, View]:
        """Return the rows of a type that are asked by a key under an action, and their view."""
        fetch = self.fetch(entity, key, action, decision)
        return fetch, self.view(entity, fetch, nodes)

    def view(self, entity: Entity, fetch: Fetch, nodes: list[FieldNode]) -> View:
        """Return what is asked of each of the rows."""
        view = View()
        for key, below in self._collector.fields(entity.name, nodes).items():
            name = below[0].name.value
            if name == "__typename":
                view.constant(key, entity.name)
            else:
                self._field(view, key, fetch, entity.fields[name], below)
        return view

    def _field(
        self,
        view: View,
        key: str,
        fetch: Fetch,
        place: Field,
        nodes: list[FieldNode],
    ) -> None:
        spec, action = place.guarded.spec, place.guarded.action
        decision = self._decider.of_field(place)
        if isinstance(decision, Never) or self.unreadable(place):
            view.constant(key, self._decider.refused(place.coordinate, action, nodes[0]))
            return
        if place.guarded.watched:
            mask = mask_of(self._decider, fetch, place, decision, nodes[0])
            view.watches.append(Watch(place, fetch.column("id"), mask))
        if isinstance(spec, (Aggregate, Facet, ToMany, Paged)):
            view.linked(key, self._hanging(place, nodes, spec, decision, fetch))
        elif isinstance(spec, ToOne):
            view.linked(key, self.to_one(place, nodes, spec, fetch, decision))
        elif isinstance(spec, AnyOf):
            mask = mask_of(self._decider, fetch, place, decision, nodes[0])
            targets = self._of_types(place, nodes, spec)
            view.linked(key, any_of_link(place, nodes[0], spec, fetch, mask, targets))
        else:
            self._cells.cell(view, key, fetch, place, nodes)

    def to_one(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: ToOne,
        parent: Columns,
        decision: Decision | None = None,
    ) -> Link:
        """Return the row that a column of the parent points at."""
        entity = self._catalogue.entities[place.target]
        fetch, view = self.rows(entity, "id", place.guarded.action, nodes, decision)
        at = parent.column(spec.on)
        return ToOneLink(place, nodes[0], view.marks, at, fetch.by_key(), view)

    def _of_types(
        self, place: Field, nodes: list[FieldNode], spec: AnyOf
    ) -> dict[str, tuple[Decided, View]]:
        """Return the rows of each type that the fingerprint may read; the others are noted."""
        targets: dict[str, tuple[Decided, View]] = {}
        for name in dict.fromkeys(spec.types.values()):
            entity = self._catalogue.entities[name]
            if isinstance(self._decider.decide(entity.read), Never):
                refused = self._decider.forbidden(place.coordinate, entity.read, nodes[0])
                self._decider.notes.refuse_type(name, refused)
            else:
                fetch, view = self.rows(entity, "id", entity.read, nodes)
                targets[name] = (fetch.by_key(), view)
        return targets

    def _hanging(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: Hanging,
        decision: Decision,
        parent: Fetch,
    ) -> Link:
        if isinstance(spec, Paged):
            return self.connections.paged(place, nodes, spec, decision, parent)
        if isinstance(spec, Aggregate):
            return self.connections.aggregate(place, nodes, spec, decision, parent)
        entity = self._catalogue.entities[place.target]
        fetch, view = self.rows(entity, spec.by, place.guarded.action, nodes, decision)
        order = order_of(spec) if isinstance(spec, ToMany) else ()
        return HangingLink(
            place,
            nodes[0],
            view.marks,
            gateway_of(self._catalogue, self._decider, place, nodes[0], spec, decision, parent),
            fetch.by_key(order),
            view,
            isinstance(spec, Facet),
        )
