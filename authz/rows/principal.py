"""Who asks: the verified token's subject with the grants that count at this instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from authz.decision import Fingerprint, Shape, canonical
from authz.roles import ROLES, UnknownRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SIGNED_IN = Shape("signed_in")
"""What any verified subject without a User, or with an ACTIVE one, holds."""


class Unauthenticated(Exception):
    """A subject whose User may not sign in; the reason goes to the log, never to the client."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, one word."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """What a verified token says of its subject: who, and nothing of what they may."""

    subject: str
    email: str | None = None
    email_verified: bool = False


@dataclass(frozen=True)
class Principal:
    """An identity with its effective grants: a shape of grant and the organisations it is held at.

    `caseloads` are the caller's own, `openings` those in force of the groups that they are let
    into, by the shape of the grant that they come with. `user` is None for a subject without a
    User. A User who is INVITED has no shape at all (D0-04), not even `signed_in`.
    """

    subject: str
    user: str | None = None
    organisations: Mapping[Shape, tuple[str, ...]] = field(default_factory=dict)
    invited: bool = False
    caseloads: Mapping[Shape, tuple[str, ...]] = field(default_factory=dict)
    openings: Mapping[Shape, tuple[str, ...]] = field(default_factory=dict)
    until: int | None = None
    """When the first of the openings ends: no answer to this principal leaves from then on."""

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """Return all that a plan may know of this principal."""
        return () if self.invited else canonical((SIGNED_IN, *self.organisations))

    def holding(self, shape: Shape) -> tuple[str, ...]:
        """Return the organisations where a shape is held."""
        return self.organisations.get(shape, ())

    def loads(self, shape: Shape) -> tuple[str, ...]:
        """Return the caller's caseloads of a shape."""
        return self.caseloads.get(shape, ())

    def opened(self, shape: Shape) -> tuple[str, ...]:
        """Return the openings in force that a shape lets into."""
        return self.openings.get(shape, ())

    def is_over(self, now: int) -> bool:
        """Tell whether an opening has ended by now, so that no answer to this principal leaves."""
        return self.until is not None and now >= self.until

    def everywhere(self) -> tuple[str, ...]:
        """Return every organisation where anything is held."""
        return tuple(sorted({o for held in self.organisations.values() for o in held}))


def holder_of(roles: Iterable[str]) -> Fingerprint:
    """Return the fingerprint of somebody signed in who holds these roles, without attributes.

    Raises UnknownRole.
    """
    for role in roles:
        if role not in ROLES and role != SIGNED_IN.role:
            raise UnknownRole(role)
    return canonical((SIGNED_IN, *(Shape(role) for role in roles)))
