"""Compiles an operation for a fingerprint: every decision is taken here, before any row is read.

The planner is given the fingerprint and nothing else of the principal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.decider import Decider
from engine.documents.selections import Collector
from engine.documents.variables import size
from engine.execution.views import View
from engine.planning.arguments import Finder
from engine.planning.context import Planning

if TYPE_CHECKING:
    from graphql.execution.values import VariableValues

    from authz.decision import Fingerprint
    from engine.application import Application
    from engine.documents.cache import Operation
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
        application: Application,
        operation: Operation,
        fingerprint: Fingerprint,
        shapes: VariableValues,
    ) -> None:
        """Take the document and what decides over it; of variables, only the shapes."""
        self._catalogue = application.catalogue
        self._operation = operation
        self._shapes = shapes
        self._decider = Decider(application.policy, fingerprint)
        self._collector = Collector(application.catalogue, operation.fragments, shapes.coerced)
        finder = Finder(application.catalogue, self._decider, shapes)
        self._planning = Planning(application, self._decider, self._collector, finder)

    def plan(self) -> Plan:
        """Return the plan."""
        view = View()
        collected = self._collector.root("Query", self._operation.node.selection_set)
        for key, nodes in collected.items():
            name = nodes[0].name.value
            if name == "__typename":
                view.constant(key, "Query")
            else:
                self._planning.root(view, key, self._catalogue.roots[name], nodes)
        weight = self._operation.weight + _WEIGHT_OF_VALUE * size(self._shapes.coerced)
        return Plan(view, self._decider.taken, self._decider.notes, weight)
