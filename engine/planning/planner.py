"""Compiles an operation for a fingerprint: every decision is taken here, before any row is read.

The planner is given the fingerprint and nothing else of the principal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from authz.decision import Never
from authz.roles import graphql_name
from engine.decider import Decider
from engine.declare.kinds import (
    Aggregate,
    AllowedActions,
    ById,
    Caller,
    NodeById,
    NodesByIds,
    Paged,
    Static,
)
from engine.documents.selections import Collector
from engine.documents.variables import size
from engine.execution.by_id import ByIdLink, Target
from engine.execution.hints import merged
from engine.execution.links import AllowedLink, CallerLink, RefusedLink, StaticLink
from engine.execution.static import value_view
from engine.execution.views import View
from engine.planning.arguments import Finder
from engine.planning.rows import RowPlanner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import FieldNode
    from graphql.execution.values import VariableValues

    from authz.decision import Decision, Fingerprint
    from authz.policy import Policy
    from db.drivers.database import Database
    from engine.catalogue import Catalogue, Entity, Field
    from engine.documents.cache import Operation
    from engine.execution.views import Link
    from engine.notes import Notes


_WEIGHT_OF_VALUE = 50
"""What a value of a variable weighs in a plan, in characters."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled operation: a view of one pseudo-row, whose links are the root fields."""

    view: View
    decisions: int
    notes: Notes
    weight: int
    """The characters of the document, by which caches count plans."""


class Planner:
    """Compiles one operation for one fingerprint."""

    def __init__(
        self,
        catalogue: Catalogue,
        policy: Policy,
        database: Database,
        operation: Operation,
        fingerprint: Fingerprint,
        shapes: VariableValues,
    ) -> None:
        """Take the document and what decides over it; of variables, only the shapes."""
        self._catalogue = catalogue
        self._operation = operation
        self._shapes = shapes
        self._decider = Decider(policy, fingerprint)
        self._collector = Collector(catalogue, operation.fragments, shapes.coerced)
        finder = Finder(catalogue, self._decider, shapes)
        self._rows = RowPlanner(catalogue, database, self._decider, self._collector, finder)

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
        weight = self._operation.weight + _WEIGHT_OF_VALUE * size(self._shapes.coerced)
        return Plan(view, self._decider.taken, self._decider.notes, weight)

    def _root(self, place: Field, nodes: list[FieldNode]) -> Link:
        spec, node = place.guarded.spec, nodes[0]
        if isinstance(spec, (NodeById, NodesByIds)):
            entities = list(self._catalogue.by_prefix.values())
            return self._by_id(place, nodes, entities, None, plural=isinstance(spec, NodesByIds))
        decision = self._decider.decide(place.guarded.action)
        if isinstance(decision, Never) or self._rows.unreadable(place):
            return self._refused(place, node)
        if isinstance(spec, AllowedActions):
            alone = self._catalogue.actions_alone
            held = [a for a in alone if not isinstance(self._decider.decide(a), Never)]
            return AllowedLink(place, node, {}, [graphql_name(action) for action in held])
        if isinstance(spec, Static):
            shape = value_view(self._catalogue, self._collector, place, nodes)
            convert = self._catalogue.converted(place)
            return StaticLink(place, node, {}, spec.load, convert, shape)
        if isinstance(spec, Caller):
            entity = self._catalogue.entities[place.target]
            fetch, view = self._rows.rows(entity, "id", place.guarded.action, nodes)
            return CallerLink(place, node, view.marks, fetch.by_key(), view)
        return self._of_rows(place, nodes, spec, decision)

    def _of_rows(
        self, place: Field, nodes: list[FieldNode], spec: object, decision: Decision
    ) -> Link:
        if isinstance(spec, Aggregate):
            return self._rows.connections.aggregate(place, nodes, spec, decision, None)
        if isinstance(spec, Paged):
            return self._rows.connections.paged(place, nodes, spec, decision, None)
        assert isinstance(spec, ById)  # noqa: S101 - the audit admits no other kind at the root
        entity = self._catalogue.entities[place.target]
        return self._by_id(place, nodes, [entity], entity.name, plural=False)

    def _refused(self, place: Field, node: FieldNode) -> Link:
        withheld = self._decider.refused(place.coordinate, place.guarded.action, node)
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
            action = entity.read if expected is None else place.guarded.action
            if isinstance(self._decider.decide(action), Never):
                withheld = self._decider.forbidden(place.coordinate, action, nodes[0])
                targets[entity.prefix] = Target(withheld=withheld)
                continue
            fetch, view = self._rows.rows(entity, "id", action, nodes)
            targets[entity.prefix] = Target((fetch.by_key(), view))
            marks.append(view.marks)
        return ByIdLink(place, nodes[0], merged(*marks), targets, expected, plural)
