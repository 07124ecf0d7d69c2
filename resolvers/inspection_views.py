"""What is told of inspections by looking further: where one stands, and what an account is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, bindparam, func, or_, select

from authz.decision import Shape
from authz.grants import ALL_LEARNERS, INSPECTOR
from authz.principal import Principal
from db.models import InspectionOpening, RoleGrant, User
from db.statements import one_of
from engine.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from engine.functions import Loading

_USERS, _GRANTS = User.__table__, RoleGrant.__table__
_OPENINGS = InspectionOpening.__table__


async def status(rows: Sequence[Mapping[str, Any]], loading: Loading) -> list[str]:
    """Return DRAFT, OPEN or CLOSED of each opening, closed by act or by the clock (F08)."""
    return [_status(row, loading.now) for row in rows]


def _status(row: Mapping[str, Any], now: int) -> str:
    closes_at = row["closes_at"]
    if row["closed_at"] is not None:
        return "CLOSED"
    if row["opened_at"] is None:
        return "DRAFT"
    return "CLOSED" if closes_at is None or closes_at <= now else "OPEN"


async def permissions(rows: Sequence[Mapping[str, Any]], loading: Loading) -> list[list[str]]:
    """Return the permissions of each grant."""
    del loading
    return [row["permissions"].split() for row in rows]


async def channels(rows: Sequence[Mapping[str, Any]], loading: Loading) -> list[list[str]]:
    """Return the channels of each account."""
    people = select(User.id, User.channels).where(one_of(_USERS.c.id, "users"))
    found = await loading.fetch(people, {"users": sorted({row["user_id"] for row in rows})})
    of = {user: words.split() for user, words in found}
    return [of[row["user_id"]] for row in rows]


async def duty(rows: Sequence[Mapping[str, Any]], loading: Loading) -> list[str | None]:
    """Return what is to be done with each account since a visit ended (F01, D4-21, D4-23).

    A generic account may stay active with new credentials; a personal one is cancelled and then
    archived.
    """
    people = (
        select(
            RoleGrant.id,
            User.email_kind,
            User.status,
            User.credentials_rotated_at,
            RoleGrant.starts_at,
        )
        .join(User, User.id == RoleGrant.user_id)
        .where(one_of(_GRANTS.c.id, "accounts"))
    )
    found = await loading.fetch(people, {"accounts": sorted(row["id"] for row in rows)})
    accounts = {row[0]: (row[1], row[2], row[3], row[4]) for row in found}
    groups = sorted({row["group_id"] for row in rows if row["group_id"]})
    visits = last_visits(one_of(_OPENINGS.c.group_id, "groups"))
    ended = {row[0]: row[1] for row in await loading.fetch(visits, {"groups": groups})}
    return [_duty(*accounts[row["id"]], ended.get(row["group_id"])) for row in rows]


def _duty(
    kind: str, state: str, rotated_at: int | None, begun: int, ended: int | None
) -> str | None:
    if ended is None or ended < begun:
        return None
    if kind == "GENERIC":
        due = state == "ACTIVE" and (rotated_at is None or rotated_at < ended)
        return "ROTATE_CREDENTIALS" if due else None
    return {"ACTIVE": "CANCEL", "CANCELLED": "ARCHIVE"}.get(state)


def last_visits(groups: ColumnElement[bool]) -> Select[str, int]:
    """Return when the last visit of each of these groups that is over by `now` was over.

    Another may be prepared or under way since.
    """
    end = func.coalesce(InspectionOpening.closed_at, InspectionOpening.closes_at)
    return (
        select(InspectionOpening.group_id, func.max(end))
        .where(
            groups,
            InspectionOpening.opened_at.is_not(None),
            end <= bindparam("now", type_=BigInteger),
        )
        .group_by(InspectionOpening.group_id)
    )


async def inspector(
    row: Mapping[str, Any], given: Mapping[str, Any], loading: Loading
) -> Principal:
    """Return an inspector of the group as if its last opening were in force (D4-04)."""
    allowed = [each.value if hasattr(each, "value") else each for each in given["permissions"]]
    through = [each.value if hasattr(each, "value") else each for each in given["channels"]]
    check_channels(allowed, through)
    openings = (
        select(InspectionOpening.id, InspectionOpening.all_learners)
        .where(
            one_of(_OPENINGS.c.group_id, "groups"),
            InspectionOpening.closed_at.is_(None),
            or_(
                InspectionOpening.closes_at.is_(None),
                InspectionOpening.closes_at > bindparam("now", type_=BigInteger),
            ),
        )
        .order_by(InspectionOpening.number.desc())
        .limit(1)
    )
    found = await loading.fetch(openings, {"groups": [row["id"]]})
    whole = bool(found and found[0][1])
    attributes = {*allowed, *through, *((ALL_LEARNERS,) if whole else ())}
    shape = Shape(INSPECTOR, tuple(sorted(attributes)))
    return Principal(
        f"preview:{row['id']}",
        None,
        {shape: (row["organisation_id"],)},
        openings={shape: tuple(opening for opening, _ in found)},
    )


def check_channels(allowed: Sequence[str], through: Sequence[str], prefix: str = "") -> None:
    """Refuse access to classic without the permission that it is for (D4-08, I13)."""
    if not through:
        raise Refusal(
            "BAD_USER_INPUT",
            "An inspector needs a channel: CONSOLE, and CLASSIC where the ILR is to be seen.",
            input=f"{prefix}channels",
            reason="EMPTY",
        )
    if "CLASSIC" in through and "MANAGE_ILR" not in allowed:
        raise Refusal(
            "BAD_USER_INPUT",
            "Access to classic is for inspectors who need the ILR: give MANAGE_ILR as well.",
            input=f"{prefix}channels",
            reason="CLASSIC_WITHOUT_MANAGE_ILR",
        )
