"""Who may see which row, decided one value at a time from the rules; no SQL and no plan.

It shares the matrices (which role holds an action, with which scope) with the product, and
nothing else: scopes, windows and gates are written out here again, from the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from authz.policy import Policy, PolicyLine
from authz.roles import ROLES
from oracle.world import Row, World

SIGNED_IN = "signed_in"
REFUSED_SIGN_IN = ("INACTIVE", "CANCELLED", "ARCHIVED", "ANONYMISED")
LOADED = {
    "record_assignment.assessor": "ASSESSOR",
    "record_assignment.senior_assessor": "ASSESSOR",
    "record_assignment.training_coordinator": "TRAINING_COORDINATOR",
    "inspection_access.tutor": "CASE_OWNER",
}
"""What kind of caseload comes with a role (B04, I18)."""
SIDES = {"EMPLOYER": "employer_id", "TRAINING_PROVIDER": "provider_id", "EPAO": "epao_id"}
"""Which organisation of a record is of a kind."""
SIDE_OF_KIND = {
    "ASSESSOR": "epao_id",
    "TRAINING_COORDINATOR": "provider_id",
    "CASE_OWNER": "provider_id",
}
"""Whose a record is that somebody has in a caseload of a kind."""
PARTS = (
    "price_episodes",
    "trainings",
    "evidence",
    "feedback",
    "end_point_assessments",
    "assessment_components",
    "ilrs",
)
"""Tables whose rows are part of an apprentice record, and lie wherever it lies."""
INSPECTOR = "inspection_access.inspector"
VIEW_ALL = "VIEW_ALL_IN_ASSIGNED_GROUP"


class SignInRefusedError(Exception):
    """The subject has a User whose sign-in has ended: not an answer, but status 401."""


@dataclass(frozen=True)
class Cell:
    """One filled cell of a matrix: the role it is for, and the rows it opens."""

    role: str
    scope: str
    when: str | None = None
    fields: tuple[str, ...] = ()

    def opens(self, field: str | None) -> bool:
        """Say whether it opens a field: any, or one of those that it lists."""
        return field is None or not self.fields or field in self.fields


@dataclass(frozen=True)
class Principal:
    """Who asks: their User if there is one, and the grants in force at this instant."""

    user: Row | None
    grants: tuple[Row, ...]
    signed_in: bool
    now: int
    channels: Mapping[str, str] = field(default_factory=dict)
    """Of each grant of an inspector: how they get in."""

    def roles(self) -> frozenset[str]:
        """Return every role held anywhere."""
        held = frozenset(grant["role"] for grant in self.grants)
        return held | {SIGNED_IN} if self.signed_in else held

    def held(self, cell: Cell) -> list[Row]:
        """Return the grants that a cell counts for: of its role, with what it asks of a grant."""
        grants = [grant for grant in self.grants if grant["role"] == cell.role]
        if cell.when in {"manage_ilr", "manage_ilr_in_classic", "verified_ilr_in_classic"}:
            grants = [grant for grant in grants if "MANAGE_ILR" in grant["permissions"].split()]
        if cell.when in {"manage_ilr_in_classic", "verified_ilr_in_classic"}:
            grants = [grant for grant in grants if "CLASSIC" in self.channels[grant["id"]]]
        return grants

    def places(self, cell: Cell) -> frozenset[str]:
        """Return the organisations where a cell counts."""
        return frozenset(grant["organisation_id"] for grant in self.held(cell))


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
    if was_only_let_in(world, user, now):
        raise SignInRefusedError("CANCELLED")
    accounts = {grant["id"]: world.get("inspector_accounts", grant["id"]) for grant in grants}
    channels = {key: row["channels"] for key, row in accounts.items() if row is not None}
    signed_in = user["status"] == "ACTIVE" or bool(grants)
    return Principal(user, grants, signed_in=signed_in, now=now, channels=channels)


def was_only_let_in(world: World, user: Row, now: int) -> bool:
    """Say whether somebody was an inspector and has nothing left (F12): each side ended its own."""
    own = [grant for grant in world.all("role_grants") if grant["user_id"] == user["id"]]
    left = [
        grant
        for grant in own
        if not_ended(grant, now) and state_of(world, grant) in (None, "INVITED", "ACTIVE")
    ]
    return any(grant["role"] == INSPECTOR for grant in own) and not left


def state_of(world: World, grant: Row) -> str | None:
    """Return where the account of an inspector's grant stands, None of any other grant."""
    account = world.get("inspector_accounts", grant["id"])
    return None if account is None else str(account["status"])


def in_force(world: World, grant: Row, now: int) -> bool:
    """Say whether a grant gives its role now: begun, not ended, ACTIVE user, OPEN organisation.

    An inspector's has to be active at the provider that let them in, whatever they wait for (F12).

    A role counts only at the kinds of organisation that its system knows (X01).
    """
    user = world.get("users", grant["user_id"])
    organisation = world.get("organisations", grant["organisation_id"])
    return (
        grant["starts_at"] <= now
        and not_ended(grant, now)
        and user is not None
        and user["status"] in (("ACTIVE",) if grant["role"] != INSPECTOR else ("ACTIVE", "INVITED"))
        and state_of(world, grant) in (None, "ACTIVE")
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
            here.append(Cell(line.role, line.scope, line.when, line.fields))
    return filled


def holds(principal: Principal, action: str, field: str | None = None) -> bool:
    """Say whether any role of the caller holds the action, wherever and for whichever rows."""
    return any(cell.opens(field) for cell in _held(principal, action))


def holds_at(principal: Principal, action: str, organisation_id: str) -> bool:
    """Say whether the caller holds the action for this organisation: the gate at the parent."""
    return any(
        cell.scope != "organisation" or organisation_id in principal.places(cell)
        for cell in _held(principal, action)
    )


def may_act(principal: Principal, action: str, organisation_id: str, world: World) -> bool:
    """Say whether the caller may act at an organisation; for what is their own, anywhere."""
    return any(
        cell.scope in ("self", "everything")
        or (organisation_id in principal.places(cell) and _leads_on(principal, cell, world))
        for cell in _held(principal, action)
    )


def _leads_on(principal: Principal, cell: Cell, world: World) -> bool:
    """Say whether there is a caseload, or a visit in force, for a cell that needs one."""
    if cell.scope == "caseload":
        return bool(_own_caseloads(principal, cell, world))
    return cell.scope != "group" or any(
        VIEW_ALL in grant["permissions"].split() and openings_of(grant, world, principal.now)
        for grant in principal.held(cell)
    )


def decide(
    principal: Principal,
    action: str,
    table: str,
    row: Row,
    world: World,
    field: str | None = None,
) -> bool:
    """Say whether the caller holds the action on this row by at least one of their roles."""
    return refused(principal, action, table, row, world, field) is None


def refused(
    principal: Principal,
    action: str,
    table: str,
    row: Row,
    world: World,
    field: str | None = None,
) -> str | None:
    """Return why an action (on one field of the row) is refused: FORBIDDEN, PRECONDITION or None.

    PRECONDITION where a role reaches the row and what it asks of the row is false.
    """
    if table == "role_grants" and not not_ended(row, principal.now):
        kept = row["role"] == INSPECTOR and action.startswith("inspector_account.")
        if not kept:  # whoever keeps the accounts of inspectors sees one that is archived
            return "FORBIDDEN"
    if table in PARTS:
        whole = world.get("apprentice_records", row["record_id"])
        if whole is None:
            return "FORBIDDEN"
        return refused(principal, action, "apprentice_records", whole, world, field)
    reaching = [
        cell
        for cell in _held(principal, action)
        if cell.opens(field) and _covers(principal, cell, table, row, world)
    ]
    if any(_is_as_asked(cell, row, world) for cell in reaching):
        return None
    return "PRECONDITION" if reaching else "FORBIDDEN"


def _is_as_asked(cell: Cell, record: Row, world: World) -> bool:
    """Say whether a row is as a cell asks: the ILR of a learner sampled is verified (D4-28)."""
    if cell.when != "verified_ilr_in_classic":
        return True
    ilrs = (ilr for ilr in world.all("ilrs") if ilr["record_id"] == record["id"])
    return any(ilr["qa_verified_at"] is not None for ilr in ilrs)


def _held(principal: Principal, action: str) -> list[Cell]:
    """Return the cells that a caller holds: by role, and by what is asked of the caller."""
    return [
        cell
        for cell in cells(action)
        if (cell.role == SIGNED_IN and principal.signed_in) or principal.held(cell)
        if cell.when != "not_only_aan" or _not_only_aan(principal)
    ]


def _not_only_aan(principal: Principal) -> bool:
    held = {grant["role"] for grant in principal.grants if _is_membership(grant, principal.now)}
    return held != {"employer_account.aan"}


def _covers(principal: Principal, cell: Cell, table: str, row: Row, world: World) -> bool:
    if cell.scope == "everything":
        return True
    if cell.scope == "self":
        return _is_own(principal, table, row)
    if cell.scope == "organisation":
        return bool(_anchors(principal, cell.role, table, row, world) & principal.places(cell))
    if cell.scope == "caseload":
        return _is_assigned(_own_caseloads(principal, cell, world), table, row, world)
    if cell.scope == "group":
        return any(
            _is_shown(grant, opening, table, row, world)
            for grant in principal.held(cell)
            for opening in openings_of(grant, world, principal.now)
        )
    msg = f"The oracle has no rows for the scope {cell.scope!r} yet."
    raise ValueError(msg)


def openings_of(grant: Row, world: World, now: int) -> list[Row]:
    """Return the openings in force of the group that an inspector is let into (D4-12, F08)."""
    return [
        opening
        for opening in world.all("inspection_openings")
        if opening["group_id"] == grant["group_id"]
        and opening["opened_at"] is not None
        and opening["closed_at"] is None
        and opening["opens_at"] <= now < opening["closes_at"]
    ]


def _is_shown(grant: Row, opening: Row, table: str, row: Row, world: World) -> bool:
    """Say whether an opening shows a row to an inspector: its learners, with View All (D4-14)."""
    if table == "inspection_groups":
        return bool(row["id"] == opening["group_id"])
    if table == "inspection_openings":
        return bool(row["id"] == opening["id"])
    if table != "apprentice_records" or VIEW_ALL not in grant["permissions"].split():
        return False
    if opening["all_learners"]:
        return bool(row["provider_id"] == grant["organisation_id"])
    return any(
        learner["opening_id"] == opening["id"]
        and learner["record_id"] == row["id"]
        and learner["organisation_id"] == row["provider_id"]  # whose learner it still is
        for learner in world.all("inspection_learners")
    )


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


def _anchors(principal: Principal, role: str, table: str, row: Row, world: World) -> frozenset[str]:
    """Return the organisations that this row is part of, for who holds a role there.

    An employer sees who is on the team of the account; a provider or an EPAO who is on the staff,
    which an inspector is not (I16: nobody but who keeps their accounts is to know of them),
    and of their grants those by which somebody can be assigned records (D1-06).
    """
    if table == "organisations":
        return frozenset({row["id"]})
    if table == "apprentice_records":
        own = {row[side] for kind, side in SIDES.items() if kind in ROLES[role].organisation_kinds}
        return frozenset(own - {None})
    if table == "users":
        return frozenset(
            grant["organisation_id"]
            for grant in world.all("role_grants")
            if grant["user_id"] == row["id"] and _is_of_team(principal, role, grant)
        )
    if table == "role_grants":
        if role == "inspection_access.superuser":
            counts = row["role"] == INSPECTOR
        elif "EMPLOYER" in ROLES[role].organisation_kinds:
            counts = _is_membership(row, principal.now)
        else:
            counts = _is_assignable(row, world, principal.now)
        return frozenset({row["organisation_id"]}) if counts else frozenset()
    return frozenset({row["organisation_id"]})


def _own_caseloads(principal: Principal, cell: Cell, world: World) -> frozenset[str]:
    """Return the caller's caseloads that come with a role, where that role is in force."""
    role = cell.role
    if principal.user is None or role not in LOADED:
        return frozenset()
    places = principal.places(cell)
    return frozenset(
        caseload["id"]
        for caseload in world.all("caseloads")
        if caseload["owner_id"] == principal.user["id"]
        and caseload["kind"] == LOADED[role]
        and caseload["organisation_id"] in places
    )


def _is_assigned(own: frozenset[str], table: str, row: Row, world: World) -> bool:
    if table == "caseloads":
        return row["id"] in own
    if table == "caseload_items":
        return row["caseload_id"] in own
    if table == "apprentice_records":
        return any(
            item["record_id"] == row["id"]
            and item["caseload_id"] in own
            and item["organisation_id"] == row[SIDE_OF_KIND[item["kind"]]]  # whose it still is
            for item in world.all("caseload_items")
        )
    return False


def _is_assignable(grant: Row, world: World, now: int) -> bool:
    """Say whether a grant stands for a person who can be assigned records of a kind.

    They are active, and the grant is in force (D1-04, D1-06); somebody with several that come with
    one kind stands there once, by the first of them.
    """

    def counts(one: Row) -> bool:
        return one["role"] in LOADED and in_force(world, one, now)

    return counts(grant) and not any(
        counts(other)
        and other["id"] < grant["id"]
        and LOADED[other["role"]] == LOADED[grant["role"]]
        and all(other[of] == grant[of] for of in ("user_id", "organisation_id"))
        for other in world.all("role_grants")
    )


def _is_of_team(principal: Principal, role: str, grant: Row) -> bool:
    if "EMPLOYER" in ROLES[role].organisation_kinds:
        return _is_membership(grant, principal.now)
    return grant["role"] != INSPECTOR and not_ended(grant, principal.now)


def _is_membership(grant: Row, now: int) -> bool:
    return grant["system"] == "employer_account" and not_ended(grant, now)
