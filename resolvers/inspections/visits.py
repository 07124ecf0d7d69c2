"""The visits of a group: which one counts, and what has to hold of its learners and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from authz.rows.grants import INSPECTOR
from db.models import (
    ApprenticeRecord,
    Ilr,
    InspectionLearner,
    InspectionOpening,
    InspectorAccount,
    RoleGrant,
)
from db.states import opening_status
from engine.errors import Refusal
from resolvers import checks
from resolvers.inspections.views import last_visits
from resolvers.people.people import not_ended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.declare.change import Change


async def current(change: Change, group: str) -> InspectionOpening | None:
    """Return the opening that is prepared or in force, None when the last visit is over."""
    opening: InspectionOpening | None = await change.session.scalar(
        select(InspectionOpening)
        .where(
            InspectionOpening.group_id == group,
            opening_status(InspectionOpening.__table__, change.now) != "CLOSED",
        )
        .order_by(InspectionOpening.number.desc())
        .limit(1)
    )
    return opening


async def managed(change: Change, group: str) -> bool:
    """Tell whether an account that is let into the group may manage ILRs."""
    grants = select(RoleGrant.permissions).where(
        RoleGrant.group_id == group,
        RoleGrant.role == INSPECTOR,
        not_ended(change.now),
    )
    return any("MANAGE_ILR" in each.split() for each in await change.session.scalars(grants))


async def require_verified(
    change: Change, records: Sequence[str], name: str = "input.recordIds[{}]"
) -> None:
    """Refuse learners whose ILR is not QA verified, naming the first of them or the input."""
    verified = exists().where(Ilr.record_id == ApprenticeRecord.id, Ilr.qa_verified_at.is_not(None))
    found = await change.session.scalars(
        select(ApprenticeRecord.id).where(ApprenticeRecord.id.in_(records), ~verified)
    )
    unverified = set(found)
    for number, record in enumerate(records):
        if record in unverified:
            raise Refusal(
                "PRECONDITION",
                "The ILR of every learner has to be QA verified where an inspector manages ILRs.",
                reason="ILR_NOT_QA_VERIFIED",
                input=name.format(number),
            )


async def require_all_verified(change: Change, group: str) -> None:
    """Refuse to let ILRs be managed while a learner of the group has one that is not verified."""
    opening = await current(change, group)
    if opening is None:
        return
    records = await change.session.scalars(
        select(InspectionLearner.record_id)
        .where(InspectionLearner.opening_id == opening.id)
        .order_by(InspectionLearner.added_at, InspectionLearner.id)
    )
    await require_verified(change, list(records), "input.permissions")


async def nobody_stayed(change: Change, group: str) -> None:
    """Refuse while somebody of a visit that is over could see the next (F01, D4-23).

    A personal account is to be cancelled and archived; a generic one may stay.
    """
    first: int | None = await change.session.scalar(
        select(func.min(RoleGrant.starts_at))
        .join(InspectorAccount, InspectorAccount.id == RoleGrant.id)
        .where(
            RoleGrant.group_id == group,
            not_ended(change.now),
            InspectorAccount.email_kind == "PERSONAL",
            InspectorAccount.status == "ACTIVE",
        )
    )
    if first is not None and await _of_past_visit(change, group, first):
        message = (
            "Personal accounts of the last visit are still active: cancel them first, so that they "
            "do not see this one."
        )
        raise checks.conflict("ACCOUNTS_LEFT", message)


async def nobody_returns(change: Change, grant: RoleGrant, account: InspectorAccount) -> None:
    """Refuse to let a personal account of a visit that is over work while the next is opened.

    The same promise as `nobody_stayed`, for an account that comes after the opening (D4-23): its
    person, if they are to see this visit too, gets an account of it.
    """
    group = grant.group_id
    if group is None or account.email_kind != "PERSONAL":
        return
    opening = await current(change, group)
    if opening is None or opening.opened_at is None:
        return
    if await _of_past_visit(change, group, grant.starts_at):
        message = (
            "The account is of the last visit, and the next one is open: archive it, and make "
            "another where its person is to see this visit too."
        )
        raise checks.conflict("OF_LAST_VISIT", message)


async def _of_past_visit(change: Change, group: str, since: int) -> bool:
    """Tell whether an account that was made at an instant was there for a visit that is over."""
    of_group = last_visits(InspectionOpening.group_id == group)
    visits = await change.session.execute(of_group, {"now": change.now})
    return any(since <= over for _, over in visits)
