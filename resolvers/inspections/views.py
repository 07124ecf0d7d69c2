"""What is told of inspections by looking further: what an account is due, and what it would see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from authz.decision import Shape
from authz.rows.grants import ALL_LEARNERS, INSPECTOR
from authz.rows.principal import Principal
from db.drivers.statements import one_of
from db.models import InspectionOpening, InspectorAccount, RoleGrant
from db.states import end_of_visit, opening_status, was_in_force
from db.types import ascii_lower, encode_key, fold, initials
from engine import ids
from engine.declare.functions import Imagined
from engine.errors import NOT_FOUND, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from engine.declare.functions import Loading

RECOMMENDED = ("VIEW_ALL_IN_ASSIGNED_GROUP", "TRAINEE_ASSESSOR")
"""The permissions of every body's inspectors (D4-06, D4-25); an audit may add MANAGE_ILR."""
CONSOLE = ("CONSOLE",)
"""The channels of an inspector who needs no ILR (D4-08)."""
_ACCOUNTS, _GRANTS = InspectorAccount.__table__, RoleGrant.__table__
_OPENINGS = InspectionOpening.__table__


async def permissions(rows: Sequence[Mapping[str, Any]], loading: Loading) -> list[list[str]]:
    """Return the permissions of each grant."""
    del loading
    return [row["permissions"].split() for row in rows]


async def channels(rows: Sequence[Mapping[str, Any]], loading: Loading) -> list[list[str]]:
    """Return the channels of each account."""
    accounts = select(InspectorAccount.id, InspectorAccount.channels)
    accounts = accounts.where(one_of(_ACCOUNTS.c.id, "accounts"))
    found = await loading.fetch(accounts, {"accounts": sorted(row["id"] for row in rows)})
    of = {account: words.split() for account, words in found}
    return [of[row["id"]] for row in rows]


async def duty(rows: Sequence[Mapping[str, Any]], loading: Loading) -> list[str | None]:
    """Return what is to be done with each account since a visit ended (F01, D4-21, D4-23).

    A generic account may stay active with new credentials; a personal one is cancelled and then
    archived.
    """
    about = (
        select(
            RoleGrant.id,
            InspectorAccount.email_kind,
            InspectorAccount.status,
            InspectorAccount.credentials_rotated_at,
            RoleGrant.starts_at,
        )
        .join(InspectorAccount, InspectorAccount.id == RoleGrant.id)
        .where(one_of(_GRANTS.c.id, "accounts"))
    )
    found = await loading.fetch(about, {"accounts": sorted(row["id"] for row in rows)})
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

    Another may be prepared or under way since; one that never was in force was no visit.
    """
    return (
        select(InspectionOpening.group_id, func.max(end_of_visit(_OPENINGS)))
        .where(groups, was_in_force(_OPENINGS))
        .group_by(InspectionOpening.group_id)
    )


async def inspector(row: Mapping[str, Any], given: Mapping[str, Any], loading: Loading) -> Imagined:
    """Return an inspector of the group as if its last opening were in force (D4-04).

    It is somebody who holds this one grant and nothing else: the person of an account of the group
    as the account names them, or somebody who is nobody yet.
    """
    account = await _account(row, given, loading)
    allowed = _given(given, "permissions", account.permissions)
    through = _given(given, "channels", account.channels)
    check_channels(allowed, through)
    openings = (
        select(InspectionOpening.id, InspectionOpening.all_learners)
        .where(
            one_of(_OPENINGS.c.group_id, "groups"),
            opening_status(_OPENINGS) != "CLOSED",
        )
        .order_by(InspectionOpening.number.desc())
        .limit(1)
    )
    found = await loading.fetch(openings, {"groups": [row["id"]]})
    whole = bool(found and found[0][1])
    attributes = {*allowed, *through, *((ALL_LEARNERS,) if whole else ())}
    shape = Shape(INSPECTOR, tuple(sorted(attributes)))
    principal = Principal(
        f"preview:{row['id']}",
        account.user,
        {shape: (row["organisation_id"],)},
        openings={shape: tuple(opening for opening, _ in found)},
    )
    user = {
        "id": account.user,
        "subject": None,
        "email": account.email,
        "email_sort": ascii_lower(account.email),
        "name": account.name,
        "name_sort": fold(account.name),
        "initials": initials(account.name),
        "avatar": None,
        "status": "ACTIVE",
    }
    grant = {
        "id": account.grant,
        "user_id": account.user,
        "organisation_id": row["organisation_id"],
        "role": INSPECTOR,
        "system": "inspection_access",
        "caseload_kind": None,
        "starts_at": account.starts_at,
        "ends_at": None,
        "group_id": row["id"],
        "permissions": " ".join(sorted(allowed)),
        "revision": account.revision,
    }
    return Imagined(principal, {"User": user, "RoleGrant": grant})


@dataclass(frozen=True, slots=True)
class _Account:
    """Whom a preview is for: what the provider keeps of them, and nothing from elsewhere."""

    user: str
    grant: str
    name: str
    email: str
    permissions: tuple[str, ...]
    channels: tuple[str, ...]
    starts_at: int
    revision: int = 1


async def _account(row: Mapping[str, Any], given: Mapping[str, Any], loading: Loading) -> _Account:
    """Return the account that a preview names, or one that is not made yet; or raise Refusal."""
    wanted = given.get("accountId")
    if wanted is None:
        user, grant = (_nobody(f"{kind}:{row['id']}") for kind in ("user", "grant"))
        name, email = "Inspector", "inspector@preview.invalid"
        return _Account(user, grant, name, email, RECOMMENDED, CONSOLE, loading.now)
    prefix, key = ids.decode(wanted, "accountId")
    if prefix != "ins":
        raise ids.malformed("accountId", "InspectorAccount")
    about = (
        select(
            RoleGrant.user_id,
            RoleGrant.id,
            InspectorAccount.name,
            InspectorAccount.email,
            RoleGrant.permissions,
            InspectorAccount.channels,
            RoleGrant.starts_at,
            RoleGrant.revision,
        )
        .join(InspectorAccount, InspectorAccount.id == RoleGrant.id)
        .where(one_of(_GRANTS.c.id, "accounts"), one_of(_GRANTS.c.group_id, "groups"))
    )
    found = await loading.fetch(about, {"accounts": [key], "groups": [row["id"]]})
    if not found:
        raise Refusal("NOT_FOUND", NOT_FOUND, input="accountId")
    user, grant, name, email, allowed, through, starts_at, revision = found[0]
    words = tuple(allowed.split()), tuple(through.split())
    return _Account(user, grant, name, email, *words, starts_at, revision)


def _nobody(what: str) -> str:
    """Return a key that no row has: of somebody who is not there yet, the same for each preview."""
    return encode_key(hashlib.sha256(f"preview:{what}".encode()).digest()[:16])


def _given(given: Mapping[str, Any], name: str, otherwise: Sequence[str]) -> list[str]:
    words = given.get(name)
    if words is None:
        return list(otherwise)
    return [each.value if hasattr(each, "value") else each for each in words]


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
