"""Decisions of one operation: each action once, and what stands where one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authz.roles import SIGNED_IN, graphql_name
from engine.errors import Withheld
from engine.notes import Notes

if TYPE_CHECKING:
    from graphql import FieldNode

    from authz.decision import Decision, Fingerprint
    from authz.policy import Policy
    from engine.catalogue import Field


_ROOTS = frozenset({"Query", "Mutation"})
"""Types whose fields are of no row, so that a rule's list of fields does not speak of them."""


class Decider:
    """Decides each action once for a fingerprint, and counts."""

    def __init__(self, policy: Policy, fingerprint: Fingerprint) -> None:
        """Start with nothing decided."""
        self._policy = policy
        self._fingerprint = fingerprint
        self._taken: dict[tuple[str, str | None], Decision] = {}
        self.notes = Notes()

    def decide(self, action: str, field: str | None = None) -> Decision:
        """Return the decision of an action, for the rows or for one of their fields."""
        asked = (action, field if self._policy.lists_fields(action) else None)
        if asked not in self._taken:
            self._taken[asked] = self._policy.decide(action, self._fingerprint, asked[1])
        return self._taken[asked]

    def of_field(self, place: Field) -> Decision:
        """Return the decision of a field on a row; id and allowed actions come with the row."""
        with_row = place.guarded.kind.with_row
        return self.decide(place.guarded.action, None if with_row else place.name)

    def at_parent(self, condition: str | None) -> bool:
        """Tell whether a path's condition is one that reads the parent."""
        return condition is not None and self._policy.conditions[condition].reads == "parent"

    @property
    def taken(self) -> int:
        """How many decisions were taken."""
        return len(self._taken)

    def forbidden(
        self, coordinate: str, action: str, node: FieldNode | None, argument: str | None = None
    ) -> Withheld:
        """Return what stands where an action is refused, of an argument if one is named."""
        return Withheld("FORBIDDEN", *self.refusal(coordinate, action, argument), node)

    def refusal(
        self, coordinate: str, action: str, argument: str | None = None
    ) -> tuple[str, str, dict[str, object]]:
        """Return message, coordinate and details of an action that is refused to this person."""
        invited = not self._fingerprint  # who is not holds at least `signed_in`
        return refusal(self._policy, coordinate, action, argument, invited=invited)

    def refused(
        self, coordinate: str, action: str, node: FieldNode | None, argument: str | None = None
    ) -> Withheld:
        """Return what stands where an action is refused whatever the row, which is noted."""
        return self.notes.refuse(self.forbidden(coordinate, action, node, argument))

    def unmet(
        self, coordinate: str, action: str, condition: str, node: FieldNode | None
    ) -> Withheld:
        """Return what stands where an action is held under a condition that is false here."""
        return Withheld("PRECONDITION", *unmet(self._policy, coordinate, action, condition), node)


def refusal(
    policy: Policy,
    coordinate: str,
    action: str,
    argument: str | None = None,
    *,
    invited: bool = False,
) -> tuple[str, str, dict[str, object]]:
    """Return message, coordinate and details of a refused action (of a named argument).

    Who is `invited` is told that their account is why: their own role may be among those that do.
    """
    owner, _, name = coordinate.partition(".")
    roles = policy.requires(action, None if owner in _ROOTS else name)
    requires = [graphql_name(role) for role in roles if role != SIGNED_IN]
    sources = ", ".join(policy.sources(action))
    place = f"{coordinate}({argument}:)" if argument else coordinate
    message = f"{place} needs {action}, which no role of yours gives here ({sources})."
    details: dict[str, object] = {"action": action, "requires": requires, "source": sources}
    if invited:
        message = (
            f"{place} needs {action}, which no role gives you yet: your account is INVITED, and "
            f"gives nothing before the invitation is accepted or the account activated ({sources})."
        )
        details["reason"] = "INVITED"
    return message, coordinate, {**details, **({"argument": argument} if argument else {})}


def unmet(
    policy: Policy, coordinate: str, action: str, condition: str
) -> tuple[str, str, dict[str, object]]:
    """Return message, coordinate and details of an action whose condition is false here."""
    _, _, details = refusal(policy, coordinate, action)
    named = policy.conditions[condition]
    message = (
        f"{coordinate} needs {action}, which you hold here under a condition that is not met: "
        f"{named.sentence} ({details['source']})."
    )
    return message, coordinate, {**details, "condition": condition, "reason": named.reason}
