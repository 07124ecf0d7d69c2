"""Plans, each made once for a document, a fingerprint and a shape of variables, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachetools import LRUCache

from engine.documents.variables import frozen, shapes_of
from engine.planning.planner import Planner

if TYPE_CHECKING:
    from graphql.execution.values import VariableValues

    from authz.decision import Fingerprint
    from engine.application import Application
    from engine.documents.cache import Operation
    from engine.planning.planner import Plan


class Plans:
    """The plans of one gateway, the least used forgotten first."""

    def __init__(self, application: Application) -> None:
        """Start with none; limits bound what is kept, by the characters of documents."""
        self._application = application
        most = application.limits.cached_characters
        self._kept: LRUCache[object, Plan] = LRUCache(most, getsizeof=lambda plan: plan.weight)

    def of(
        self, operation: Operation, fingerprint: Fingerprint, variables: VariableValues
    ) -> tuple[Plan, bool]:
        """Return the plan of an operation for a fingerprint, and whether it was made just now."""
        shapes = shapes_of(variables)
        key = (operation.digest, operation.name, fingerprint, frozen(shapes.coerced))
        if key in self._kept:
            return self._kept[key], False
        plan = Planner(self._application, operation, fingerprint, shapes).plan()
        if plan.weight <= self._application.limits.cached_document:
            self._kept[key] = plan
        return plan, True
