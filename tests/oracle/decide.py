"""Who may see which row, decided one value at a time from the rules; no SQL and no plan.

It shares the matrices (which role holds an action, with which scope) with the product, and
nothing else: scopes, windows and gates are written out here again, from the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from authz.policy import Policy, PolicyLine
from authz.roles import ROLES
from oracle.world import Row, World

SIGNED_IN = "signed_in"
REFUSED_SIGN_IN = ("INACTIVE", "CANCELLED", "ARCHIVED", "ANONYMISED")


class SignInRefusedError(Exception):
    """The subject has a User whose sign-in has ended: not an answer, but status 401."""


@dataclass(frozen=True)
class Cell:
    """One filled cell of a matrix: the role it is for, and the rows it opens."""

    role: str
    scope: str
    when: str | None = None


@dataclass(frozen=True)
class Principal:
    """Who asks: their User if there is one, and the grants in force at this instant."""

    user: Row | None
    grants: tuple[Row, ...]
    signed_in: bool
    now: int

    def roles(self) -> frozenset[str]:
        """Return every role held anywhere."""
        held = frozenset(grant["role"] for grant in self.grants)
        return held | {SIGNED_IN} if self.signed_in else held

    def places(self, role: str) -> frozenset[str]:
        """Return the organisations where the role is held."""
        return frozenset(g["organisation_id"] for g in self.grants if g["role"] == role)


def principal_of(world: World, subject: str, now: int) -> Principal:
    """Find the caller by the subject of the token, with the grants of this instant."""
    user = next((row for row in world.all("users") if row["subject"] == subject), None)
    if user is None:
        return Principal(None, (), signed_in=True, now=now)
    if user["status"] in REFUSED_SIGN_IN:
        raise SignInRefusedError(user["status"])
    grants = tuple(
        grant
        for grant in world.all("role_grants")
        if grant["user_id"] == user["id"] and in_force(world, grant, now)
    )
    return Principal(user, grants, signed_in=user["status"] == "ACTIVE", now=now)


def in_force(world: World, grant: Row, now: int) -> bool:
    """Say whether a grant gives its role now: begun, not ended, ACTIVE user, OPEN organisation.

    A role counts only at the kinds of organisation that its system knows (X01).
    """
    user = world.get("users", grant["user_id"])
    organisation = world.get("organisations", grant["organisation_id"])
    return (
        grant["starts_at"] <= now
        and not_ended(grant, now)
        and user is not None
        and user["status"] == "ACTIVE"
        and organisation is not None
        and organisation["status"] == "OPEN"
        and organisation["kind"] in ROLES[grant["role"]].organisation_kinds
    )


def not_ended(grant: Row, now: int) -> bool:
    """Say whether a grant still stands, begun or not."""
    return grant["ends_at"] is None or now < grant["ends_at"]


@cache
def cells(action: str) -> tuple[Cell, ...]:
    """Return the filled cells of an action in all matrices; an unknown action is an error."""
    found = _matrices()[action]
    return tuple(found)


@cache
def policy_lines() -> tuple[PolicyLine, ...]:
    """Return every cell of the published matrices, refusals included."""
    return tuple(Policy.load().lines())


@cache
def _matrices() -> Mapping[str, list[Cell]]:
    filled: dict[str, list[Cell]] = {}
    for line in policy_lines():
        here = filled.setdefault(line.action, [])
        if line.effect == "allow" and line.scope is not None:
            here.append(Cell(line.role, line.scope, line.when))
    return filled


def holds(principal: Principal, action: str) -> bool:
    """Say whether any role of the caller holds the action, wherever and for whichever rows."""
    return bool(_held(principal, action))


def holds_at(principal: Principal, action: str, organisation_id: str) -> bool:
    """Say whether the caller holds the action for this organisation: the gate at the parent."""
    return any(
        cell.scope != "organisation" or organisation_id in principal.places(cell.role)
        for cell in _held(principal, action)
    )


def decide(principal: Principal, action: str, table: str, row: Row, world: World) -> bool:
    """Say whether the caller holds the action on this row by at least one of their roles."""
    if table == "role_grants" and not not_ended(row, principal.now):
        return False
    held = _held(principal, action)
    return any(_covers(principal, cell, table, row, world) for cell in held)


def _held(principal: Principal, action: str) -> list[Cell]:
    """Return the cells that a caller holds: by role, and by what is asked of the caller."""
    roles = principal.roles()
    return [cell for cell in cells(action) if cell.role in roles and _meets(principal, cell.when)]


def _meets(principal: Principal, when: str | None) -> bool:
    if when is None:
        return True
    if when == "not_only_aan":
        held = {grant["role"] for grant in principal.grants if _is_membership(grant, principal.now)}
        return held != {"employer_account.aan"}
    msg = f"The oracle cannot judge the condition {when!r} yet."
    raise ValueError(msg)


def _covers(principal: Principal, cell: Cell, table: str, row: Row, world: World) -> bool:
    if cell.scope == "everything":
        return True
    if cell.scope == "self":
        return _is_own(principal, table, row)
    if cell.scope == "organisation":
        places = principal.places(cell.role)
        return any(
            organisation in places for organisation in _anchors(principal, table, row, world)
        )
    msg = f"The oracle has no rows for the scope {cell.scope!r} yet."
    raise ValueError(msg)


def _is_own(principal: Principal, table: str, row: Row) -> bool:
    if principal.user is None:
        return False
    own = principal.user["id"]
    if table == "users":
        return bool(row["id"] == own)
    if table == "role_grants":
        return bool(row["user_id"] == own)
    if table == "organisations":
        return any(grant["organisation_id"] == row["id"] for grant in principal.grants)
    return False


def _anchors(principal: Principal, table: str, row: Row, world: World) -> frozenset[str]:
    """Return the organisations whose employer account this row is part of."""
    if table == "organisations":
        return frozenset({row["id"]})
    if table == "users":
        return frozenset(
            grant["organisation_id"]
            for grant in world.all("role_grants")
            if grant["user_id"] == row["id"] and _is_membership(grant, principal.now)
        )
    if table == "role_grants":
        member = _is_membership(row, principal.now)
        return frozenset({row["organisation_id"]}) if member else frozenset()
    return frozenset({row["organisation_id"]})


def _is_membership(grant: Row, now: int) -> bool:
    return grant["system"] == "employer_account" and not_ended(grant, now)
