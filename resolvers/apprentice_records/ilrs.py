"""Commands of the ILR: it is edited until it is QA verified, and locked from then on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import strawberry
from sqlalchemy import exists, or_, select

from db.models import Ilr, InspectionLearner, InspectionOpening
from db.states import opening_status
from engine.declare.commands import command, command_input, given, left_out, payload
from engine.errors import Refusal
from resolvers import checks, identifiers, targets
from resolvers.apprentice_records.enums import IlrCompletion, IlrOutcome
from resolvers.inspections.visits import managed

if TYPE_CHECKING:
    from engine.declare.change import Change
    from engine.declare.commands import Keys


_ILR = payload("The record with its ILR.", name="IlrPayload", record="ApprenticeRecord")


@command_input("An ILR that is not QA verified; what is left out stays as it is.")
class EditIlr:
    """Input of editIlr."""

    record_id: strawberry.ID
    completion_status: IlrCompletion | None = left_out()
    outcome: IlrOutcome | None = left_out(checks.CLEARED)
    actual_end_on: date | None = left_out(checks.CLEARED)
    withdraw_reason: str | None = left_out(checks.CLEARED)
    delivery_postcode: str | None = left_out()
    if_version: int | None = left_out(checks.VERSION)


@command(
    "apprentice_record.edit_ilr",
    EditIlr,
    answers=_ILR,
    target=targets.RECORD,
    description="Change an ILR; one that is QA verified is LOCKED.",
)
async def edit_ilr(change: Change, given: EditIlr) -> Keys:
    """Change an ILR; one that is QA verified is locked, whoever edits it (D4-29, I15)."""
    ilr = await _ilr(change)
    if ilr.qa_verified_at is not None:
        raise Refusal("LOCKED", "The ILR is QA verified, so it is locked.", reason="QA_VERIFIED")
    checks.version(ilr, given.if_version)
    sent = []
    for name in ("completion_status", "outcome", "actual_end_on", "withdraw_reason"):
        value = getattr(given, name)
        if value is not strawberry.UNSET:
            setattr(ilr, name, _stored(name, value))
            sent.append(name)
    if given.delivery_postcode is not strawberry.UNSET:
        where = given.delivery_postcode or ""
        ilr.delivery_postcode = identifiers.postcode("deliveryPostcode", where)
        sent.append("delivery_postcode")
    change.note(fields=change.edited(ilr, *sent))
    return {"record": change.target}


@command_input("An ILR to verify, or to withdraw that from.")
class VerifyIlr:
    """Input of verifyIlr."""

    record_id: strawberry.ID
    verified: bool = given(default=True)
    if_version: int | None = left_out(checks.VERSION)


@command(
    "apprentice_record.verify_ilr",
    VerifyIlr,
    answers=_ILR,
    target=targets.RECORD,
)
async def verify_ilr(change: Change, given: VerifyIlr) -> Keys:
    """Verify an ILR, which locks it, or withdraw that while nobody samples it (D4-28, F06)."""
    ilr = await _ilr(change)
    checks.version(ilr, given.if_version)
    if given.verified:
        if ilr.qa_verified_at is not None:
            raise checks.conflict("ALREADY_VERIFIED", "The ILR is QA verified already.")
        ilr.qa_verified_at, ilr.qa_verified_by_id = change.now, change.principal.user
    elif ilr.qa_verified_at is not None:
        await _not_sampled(change)
        ilr.qa_verified_at = ilr.qa_verified_by_id = None
    change.note(verified=given.verified)
    return {"record": change.target}


async def _not_sampled(change: Change) -> None:
    """Refuse while the learner is in a group that somebody who manages ILRs is let into (I14)."""
    chosen = exists().where(
        InspectionLearner.opening_id == InspectionOpening.id,
        InspectionLearner.record_id == change.target,
    )
    groups = await change.session.scalars(
        select(InspectionOpening.group_id).where(
            InspectionOpening.organisation_id == change.organisation,
            or_(chosen, InspectionOpening.all_learners),
            opening_status(InspectionOpening.__table__, change.now) != "CLOSED",
        )
    )
    for group in list(groups):
        if await managed(change, group):
            message = "The learner is being sampled by somebody who may manage ILRs."
            raise checks.conflict("ILR_SAMPLED", message)


async def _ilr(change: Change) -> Ilr:
    ilr = await change.session.scalar(select(Ilr).where(Ilr.record_id == change.target))
    if ilr is None:
        raise checks.conflict("NO_ILR", "The record has no ILR yet.")
    return ilr


def _stored(name: str, value: Any) -> str | None:
    """Return what a field of the ILR holds of a value; null takes away what may be empty."""
    if value is None:
        if name == "completion_status":
            raise checks.bad_input("completionStatus", "EMPTY", "completionStatus is needed.")
        return None
    if name == "actual_end_on":
        return str(value.isoformat())
    if name == "withdraw_reason":
        return checks.text("withdrawReason", value)
    return str(value.value)
