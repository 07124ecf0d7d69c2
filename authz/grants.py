"""Reads a subject's status and effective grants from the database, by one statement a request."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, bindparam, or_, select

from authz.decision import Shape
from authz.principal import Principal, Unauthenticated
from authz.roles import ROLES
from db.models import Caseload, InspectionOpening, Organisation, RoleGrant, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement

    from authz.principal import Identity
    from db.database import Database, Reader, Row
    from db.statements import Statement

ALL_LEARNERS = "ALL_LEARNERS"
"""The attribute of a grant whose group is open for all the learners of its organisation."""

INSPECTOR = "inspection_access.inspector"
_SIGNS_IN = frozenset({"ACTIVE", "INVITED"})


class GrantReader:
    """The road from an identity to a principal; nothing of it is kept between requests."""

    def __init__(self, database: Database) -> None:
        """Compile the statement once."""
        now = bindparam("now", type_=BigInteger)
        effective = and_(
            RoleGrant.user_id == User.id,
            RoleGrant.starts_at <= now,
            or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
            User.status == "ACTIVE",
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
                User.channels,
                InspectionOpening.id,
                InspectionOpening.all_learners,
                InspectionOpening.closes_at,
            )
            .select_from(User)
            .outerjoin(RoleGrant, effective)
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
                and_(InspectionOpening.group_id == RoleGrant.group_id, in_force(now)),
            )
            .where(User.subject == bindparam("subject"))
        )

    async def principal(self, reader: Reader, identity: Identity, now: int) -> Principal:
        """Return the principal of an identity at an instant (UTC epoch milliseconds).

        A grant of an unknown role, or at a kind of organisation where its role means nothing
        (X01), counts for nothing. Raises Unauthenticated when the User is INACTIVE, CANCELLED,
        ARCHIVED or ANONYMISED.
        """
        rows = await reader.fetch(self._statement, {"subject": identity.subject, "now": now})
        if not rows:
            return Principal(identity.subject)
        user, status = rows[0][0], rows[0][1]
        if status not in _SIGNS_IN:
            raise Unauthenticated(f"user_{status}".lower())
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
            invited=status == "INVITED",
            caseloads=_sorted(loads),
            openings=_sorted(openings),
            until=min(ends, default=None),
        )


def in_force(now: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether an opening is in force at an instant: opened, in its window, not closed."""
    return and_(
        InspectionOpening.opened_at.is_not(None),
        InspectionOpening.opens_at <= now,
        InspectionOpening.closes_at > now,
        InspectionOpening.closed_at.is_(None),
    )


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
