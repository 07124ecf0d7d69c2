"""Reads a subject's status and effective grants from the database, by one statement a request."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, or_, select

from authz.decision import Shape
from authz.roles import ROLES
from authz.rows.principal import Principal, Unauthenticated
from db.drivers.statements import aliased
from db.models import (
    Caseload,
    InspectionOpening,
    InspectorAccount,
    Organisation,
    RoleGrant,
    User,
)
from db.states import in_force, not_ended, running

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, FromClause

    from authz.rows.principal import Identity
    from db.drivers.database import Database, Reader, Row
    from db.drivers.statements import Statement

ALL_LEARNERS = "ALL_LEARNERS"
"""The attribute of a grant whose group is open for all the learners of its organisation."""

INSPECTOR = "inspection_access.inspector"
_SIGNS_IN = frozenset({"ACTIVE", "INVITED"})


class GrantReader:
    """The road from an identity to a principal; nothing of it is kept between requests."""

    def __init__(self, database: Database) -> None:
        """Compile the statement once."""
        grants, accounts = RoleGrant.__table__, InspectorAccount.__table__
        effective = and_(
            RoleGrant.user_id == User.id,
            running(grants),
            or_(
                and_(RoleGrant.role != INSPECTOR, User.status == "ACTIVE"),
                and_(RoleGrant.role == INSPECTOR, _account_is(grants, "ACTIVE")),
            ),
            RoleGrant.organisation_id.in_(
                select(Organisation.id).where(Organisation.status == "OPEN")
            ),
        )
        self._statement: Statement = database.compile(
            select(
                User.id,
                User.status,
                RoleGrant.role,
                RoleGrant.permissions,
                RoleGrant.organisation_id,
                Organisation.kind,
                RoleGrant.system,
                Caseload.id,
                Caseload.kind,
                InspectorAccount.channels,
                InspectionOpening.id,
                InspectionOpening.all_learners,
                InspectionOpening.closes_at,
                nothing_left(User.__table__),
            )
            .select_from(User)
            .outerjoin(RoleGrant, effective)
            .outerjoin(InspectorAccount, accounts.c.id == RoleGrant.id)
            .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
            .outerjoin(
                Caseload,
                and_(
                    Caseload.kind == RoleGrant.caseload_kind,
                    Caseload.organisation_id == RoleGrant.organisation_id,
                    Caseload.owner_id == RoleGrant.user_id,
                ),
            )
            .outerjoin(
                InspectionOpening,
                and_(
                    InspectionOpening.group_id == RoleGrant.group_id,
                    in_force(InspectionOpening.__table__),
                ),
            )
            .where(User.subject == bindparam("subject"))
        )

    async def principal(self, reader: Reader, identity: Identity, now: int) -> Principal:
        """Return the principal of an identity at an instant (UTC epoch milliseconds).

        A grant of an unknown role, or at a kind of organisation where its role means nothing
        (X01), counts for nothing; an inspector's counts while its account is ACTIVE, whatever else
        they wait for. Raises Unauthenticated when the User is INACTIVE, CANCELLED, ARCHIVED or
        ANONYMISED, or was an inspector and has nothing left.
        """
        rows = await reader.fetch(self._statement, {"subject": identity.subject, "now": now})
        if not rows:
            return Principal(identity.subject)
        user, status = rows[0][0], rows[0][1]
        if status not in _SIGNS_IN:
            raise Unauthenticated(f"user_{status}".lower())
        if rows[0][13]:
            raise Unauthenticated("user_cancelled")
        held: defaultdict[Shape, set[str]] = defaultdict(set)
        loads: defaultdict[Shape, set[str]] = defaultdict(set)
        openings: defaultdict[Shape, set[str]] = defaultdict(set)
        ends: list[int] = []
        for (role, *said), alike in _by_shape(rows):
            known = ROLES.get(role)
            if known is None:
                continue
            shape = Shape(role, _attributes(role, *said))
            for row in alike:
                organisation, load, opening = row[4], row[7], row[10]
                if known.system == row[6] and row[5] in known.organisation_kinds:
                    held[shape].add(organisation)
                    if load is not None and row[8] == known.caseload:
                        loads[shape].add(load)
                    if opening is not None and role == INSPECTOR:
                        openings[shape].add(opening)
                        ends.append(row[12])
        return Principal(
            identity.subject,
            user,
            _sorted(held),
            invited=status == "INVITED" and not held,
            caseloads=_sorted(loads),
            openings=_sorted(openings),
            until=min(ends, default=None),
        )


def nothing_left(people: FromClause) -> ColumnElement[bool]:
    """Tell whether whoever was an inspector has no grant left that may give them anything (F12).

    It follows from the grants: each party ends its own, and none of them writes to the User.
    """
    was, left = aliased(RoleGrant.__table__, "was"), aliased(RoleGrant.__table__, "left")
    open_ = _account_is(left, "ACTIVE"), _account_is(left, "INVITED")
    gives = or_(left.c.role != INSPECTOR, *open_)
    return and_(
        exists().where(was.c.user_id == people.c.id, was.c.role == INSPECTOR),
        ~exists().where(left.c.user_id == people.c.id, not_ended(left), gives),
    )


def _account_is(grants: FromClause, status: str) -> ColumnElement[bool]:
    """Tell whether the account of an inspector's grant is in a state, at whoever gave it."""
    accounts = aliased(InspectorAccount.__table__, "account")
    return exists().where(accounts.c.id == grants.c.id, accounts.c.status == status)


def _by_shape(rows: Sequence[Row]) -> Iterable[tuple[tuple[Any, ...], list[Row]]]:
    """Return the rows by all that their shape depends on: many organisations, but few shapes."""
    found: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[row[2], row[3], row[9], row[11]].append(row)
    return found.items()


def _attributes(role: str, permissions: str, channels: str, whole: object) -> tuple[str, ...]:
    """Return what policy reads of a grant; of an inspector's also the channels of the account."""
    found = permissions.split()
    if role == INSPECTOR:
        found += channels.split()
        found += [ALL_LEARNERS] if whole else []
    return tuple(sorted(found))


def _sorted(held: Mapping[Shape, set[str]]) -> dict[Shape, tuple[str, ...]]:
    return {shape: tuple(sorted(ids)) for shape, ids in held.items()}
