"""Computed fields of organisations and their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from db.drivers.statements import one_of
from db.models import RoleGrant, User
from db.states import running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.declare.functions import Loading

_OWNER = "employer_account.owner"


async def warnings(rows: Sequence[Mapping[str, Any]], loading: Loading) -> list[list[str]]:
    """Return each account's warnings: SINGLE_OWNER when one owner alone is left (D0-09).

    Owners count whose grant is effective now and who can sign in.
    """
    owners = (
        select(RoleGrant.organisation_id, func.count(func.distinct(RoleGrant.user_id)))
        .join(User, and_(User.id == RoleGrant.user_id, User.status == "ACTIVE"))
        .where(
            one_of(RoleGrant.__table__.c.organisation_id, "organisations"),
            RoleGrant.role == _OWNER,
            running(RoleGrant.__table__),
        )
        .group_by(RoleGrant.organisation_id)
    )
    wanted = sorted({row["organisation_id"] for row in rows})
    found = await loading.fetch(owners, {"organisations": wanted})
    counted = {row[0]: row[1] for row in found}
    return [["SINGLE_OWNER"] if counted.get(row["organisation_id"]) == 1 else [] for row in rows]
