"""Commands of the end-point assessment of an apprentice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry
from sqlalchemy import select

from db.models import AssessmentComponent, EndPointAssessment
from db.types import new_key
from resolvers import checks

if TYPE_CHECKING:
    from engine.change import Change
    from resolvers.accounts import Keys
    from resolvers.inputs import RecordComponent, UpdateEndPointAssessment

_LONGEST_NUMBER = 50


async def update(change: Change, given: UpdateEndPointAssessment) -> Keys:
    """Change how an end-point assessment stands (D1-03); what is left out stays as it is."""
    assessment = await _assessment(change)
    checks.version(assessment, given.if_version)
    changed = []
    if given.gateway_status is not strawberry.UNSET:
        if given.gateway_status is None:
            raise checks.bad_input("gatewayStatus", "EMPTY", "gatewayStatus cannot be taken away.")
        assessment.gateway_status = given.gateway_status.value
        changed.append("gateway_status")
    if given.gateway_on is not strawberry.UNSET:
        day = given.gateway_on
        assessment.gateway_on = day.isoformat() if day is not None else None
        changed.append("gateway_on")
    if given.grade is not strawberry.UNSET:
        assessment.grade = given.grade.value if given.grade is not None else None
        changed.append("grade")
    if given.certificate_number is not strawberry.UNSET:
        number = given.certificate_number
        assessment.certificate_number = (
            checks.text("certificateNumber", number, _LONGEST_NUMBER)
            if number is not None
            else None
        )
        changed.append("certificate_number")
    assessment.revision += 1
    change.note(fields=changed)
    return {"record": change.target}


async def record_component(change: Change, given: RecordComponent) -> Keys:
    """Record an attempt at a component, with its outcome once there is one (D1-03)."""
    await _assessment(change)
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


async def _assessment(change: Change) -> EndPointAssessment:
    """Return the assessment of the record, a new one where there is none yet."""
    assessment = await change.session.scalar(
        select(EndPointAssessment).where(EndPointAssessment.record_id == change.target)
    )
    if assessment is None:
        assessment = EndPointAssessment(
            id=new_key(), record_id=change.target, gateway_status="IN_TRAINING", revision=0
        )
        change.session.add(assessment)
        await change.session.flush()
    return assessment
