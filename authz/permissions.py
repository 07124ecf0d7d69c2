"""Permission classes: how a field of the schema declares the matrix row that it stands under.

The planner compiles them away; Strawberry evaluates them on the plain path.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from strawberry.permission import BasePermission

from authz.policy import Policy

if TYPE_CHECKING:
    from graphql import GraphQLError
    from strawberry.types import Info


class Guard(Protocol):
    """What a permission class asks of the context that the plain path runs with."""

    def refusal(self, action: str, source: object, info: Info[Any, Any]) -> GraphQLError | None:
        """Return why the field is refused for this source, or None where it is allowed."""
        ...


@cache
def published_policy() -> Policy:
    """Return the published policy, read once a process."""
    return Policy.load()


class ActionPermission(BasePermission):
    """The permission of one action; subclasses are made by `permission`."""

    action: ClassVar[str]

    def has_permission(self, source: Any, info: Info[Any, Any], **_: Any) -> bool:
        """Raise the exact refusal of this position, or allow it."""
        guard: Guard = info.context
        refusal = guard.refusal(self.action, source, info)
        if refusal is not None:
            raise refusal
        return True


@cache
def permission(action: str, policy: Policy) -> type[ActionPermission]:
    """Return the permission class of an action.

    Raises PolicyError, at import, when no matrix of the policy holds the action.
    """
    rules = policy.rules(action)
    name = "".join(part.title() for part in action.replace(".", "_").split("_")) + "Permission"
    sources = ", ".join(rule.source for rule in rules)
    namespace = {"action": action, "__doc__": f"{action} ({sources})."}
    return type(name, (ActionPermission,), namespace)
