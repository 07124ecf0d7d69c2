"""Plans, each made once for a document, a fingerprint and a shape of variables, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachetools import LRUCache

from engine.documents.variables import frozen, shapes_of
from engine.planning.planner import Planner

if TYPE_CHECKING:
    from graphql.execution.values import VariableValues

    from authz.decision import Fingerprint
    from authz.policy import Policy
    from db.drivers.database import Database
    from engine.catalogue import Catalogue
    from engine.documents.cache import Operation
    from engine.limits import Limits
    from engine.planning.planner import Plan


class Plans:
    """The plans of one gateway, the least used forgotten first."""

    def __init__(
        self, catalogue: Catalogue, policy: Policy, database: Database, limits: Limits
    ) -> None:
        """Start with none; `limits` bound what is kept, by the characters of documents."""
        self._catalogue = catalogue
        self._policy = policy
        self._database = database
        self._limits = limits
        self._kept: LRUCache[object, Plan] = LRUCache(
            limits.cached_characters, getsizeof=lambda plan: plan.weight
        )

    def of(
        self, operation: Operation, fingerprint: Fingerprint, variables: VariableValues
    ) -> tuple[Plan, bool]:
        """Return the plan of an operation for a fingerprint, and whether it was made just now."""
        shapes = shapes_of(variables)
        key = (operation.digest, operation.name, fingerprint, frozen(shapes.coerced))
        if key in self._kept:
            return self._kept[key], False
        planner = Planner(
            self._catalogue, self._policy, self._database, operation, fingerprint, shapes
        )
        plan = planner.plan()
        if plan.weight <= self._limits.cached_document:
            self._kept[key] = plan
        return plan, True
