"""Decisions of one operation: each action once, and what stands where one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authz.roles import SIGNED_IN, graphql_name
from engine.errors import Withheld

if TYPE_CHECKING:
    from graphql import FieldNode

    from authz.decision import Decision, Fingerprint
    from authz.policy import Policy


class Decider:
    """Decides each action once for a fingerprint, and counts."""

    def __init__(self, policy: Policy, fingerprint: Fingerprint) -> None:
        """Start with nothing decided."""
        self._policy = policy
        self._fingerprint = fingerprint
        self._taken: dict[str, Decision] = {}

    def decide(self, action: str) -> Decision:
        """Return the decision of an action."""
        if action not in self._taken:
            self._taken[action] = self._policy.decide(action, self._fingerprint)
        return self._taken[action]

    @property
    def taken(self) -> int:
        """How many decisions were taken."""
        return len(self._taken)

    def forbidden(self, coordinate: str, action: str, node: FieldNode | None) -> Withheld:
        """Return what stands where an action is refused."""
        return Withheld("FORBIDDEN", *refusal(self._policy, coordinate, action), node)


def refusal(policy: Policy, coordinate: str, action: str) -> tuple[str, str, dict[str, object]]:
    """Return message, coordinate and details of a refused action."""
    requires = [graphql_name(role) for role in policy.requires(action) if role != SIGNED_IN]
    sources = ", ".join(policy.sources(action))
    message = f"{coordinate} needs {action}, which no role of yours gives here ({sources})."
    return message, coordinate, {"action": action, "requires": requires, "source": sources}
