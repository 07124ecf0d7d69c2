"""End-point assessment: the EPAO's side of an apprentice record."""

from __future__ import annotations

from datetime import date

from db import models
from engine.kinds import field, many
from resolvers.apprentice_records.enums import (
    ComponentAttempt,
    ComponentOutcome,
    GatewayStatus,
    Grade,
)
from schema.declare import entity


@entity(models.AssessmentComponent, read="apprentice_record.read_epa")
class AssessmentComponent:
    """One attempt at one component of an end-point assessment."""

    name: str | None = field()
    attempt: ComponentAttempt | None = field()
    taken_on: date | None = field()
    outcome: ComponentOutcome | None = field()


@entity(models.EndPointAssessment, read="apprentice_record.read_epa")
class EndPointAssessment:
    """How the end-point assessment of an apprentice stands."""

    gateway_status: GatewayStatus | None = field()
    gateway_on: date | None = field()
    grade: Grade | None = field()
    certificate_number: str | None = field()
    components: list[AssessmentComponent] | None = many(
        "apprentice_record.read_epa",
        by="record_id",
        on="record_id",
        order=("taken_on",),
        part=True,
    )
    edit_version: int | None = field("apprentice_record.read_epa", column="revision")
