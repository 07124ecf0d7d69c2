"""Commands of the end-point assessment of an apprentice."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import strawberry
from sqlalchemy import select

from db.models import AssessmentComponent, EndPointAssessment
from db.types import new_key
from engine.declare.commands import command, command_input, left_out, payload
from resolvers import checks, targets
from resolvers.apprentice_records.enums import (
    ComponentAttempt,
    ComponentOutcome,
    GatewayStatus,
    Grade,
)

if TYPE_CHECKING:
    from engine.declare.change import Change
    from engine.declare.commands import Keys

_LONGEST_NUMBER = 50


@command_input("How an end-point assessment stands; what is left out stays.")
class UpdateEndPointAssessment:
    """Input of updateEndPointAssessment."""

    record_id: strawberry.ID
    gateway_status: GatewayStatus | None = left_out()
    gateway_on: date | None = left_out(checks.CLEARED)
    grade: Grade | None = left_out(checks.CLEARED)
    certificate_number: str | None = left_out(checks.CLEARED)
    if_version: int | None = left_out(checks.VERSION)


@command(
    "apprentice_record.edit_epa",
    UpdateEndPointAssessment,
    answers=payload("The record with its end-point assessment.", record="ApprenticeRecord"),
    target=targets.ASSESSED,
)
async def update_end_point_assessment(change: Change, given: UpdateEndPointAssessment) -> Keys:
    """Change how an end-point assessment stands (D1-03); what is left out stays as it is."""
    found = await _assessment(change)
    checks.version(found, given.if_version)
    assessment = found or _new_assessment(change)
    sent = []
    if given.gateway_status is not strawberry.UNSET:
        if given.gateway_status is None:
            raise checks.bad_input("gatewayStatus", "EMPTY", "gatewayStatus cannot be taken away.")
        assessment.gateway_status = given.gateway_status.value
        sent.append("gateway_status")
    if given.gateway_on is not strawberry.UNSET:
        day = given.gateway_on
        assessment.gateway_on = day.isoformat() if day is not None else None
        sent.append("gateway_on")
    if given.grade is not strawberry.UNSET:
        assessment.grade = given.grade.value if given.grade is not None else None
        sent.append("grade")
    if given.certificate_number is not strawberry.UNSET:
        number = given.certificate_number
        assessment.certificate_number = (
            checks.text("certificateNumber", number, _LONGEST_NUMBER)
            if number is not None
            else None
        )
        sent.append("certificate_number")
    change.note(fields=change.edited(assessment, *sent))
    if sent:  # nothing to keep makes no row
        change.session.add(assessment)
    return {"record": change.target}


@command_input("An attempt at a component of an end-point assessment.")
class RecordAssessmentComponent:
    """Input of recordAssessmentComponent."""

    record_id: strawberry.ID
    name: str
    attempt: ComponentAttempt
    taken_on: date
    outcome: ComponentOutcome | None = left_out("Left out until it is known.")


@command(
    "apprentice_record.edit_epa",
    RecordAssessmentComponent,
    answers=payload("The record with its end-point assessment.", record="ApprenticeRecord"),
    target=targets.ASSESSED,
)
async def record_assessment_component(change: Change, given: RecordAssessmentComponent) -> Keys:
    """Record an attempt at a component, with its outcome once there is one (D1-03)."""
    if await _assessment(change) is None:
        change.session.add(_new_assessment(change))
    outcome = given.outcome if given.outcome is not strawberry.UNSET else None
    component = AssessmentComponent(
        id=new_key(),
        record_id=change.target,
        name=checks.text("name", given.name),
        attempt=given.attempt.value,
        taken_on=given.taken_on.isoformat(),
        outcome=outcome.value if outcome is not None else None,
    )
    change.session.add(component)
    change.note(component=component.id)
    return {"record": change.target}


async def _assessment(change: Change) -> EndPointAssessment | None:
    """Return the assessment of the record, None where there is none yet."""
    found: EndPointAssessment | None = await change.session.scalar(
        select(EndPointAssessment).where(EndPointAssessment.record_id == change.target)
    )
    return found


def _new_assessment(change: Change) -> EndPointAssessment:
    return EndPointAssessment(
        id=new_key(), record_id=change.target, gateway_status="IN_TRAINING", revision=1
    )
