"""Inputs and payloads of the commands that edit an apprentice record."""

from __future__ import annotations

from datetime import date

import strawberry

from engine.declare.fields import input_field
from engine.kinds import changed
from schema.apprentice_records.enums import (
    ComponentAttempt,
    ComponentOutcome,
    EvidenceKind,
    GatewayStatus,
    Grade,
    IlrCompletion,
    IlrOutcome,
)
from schema.apprentice_records.records import ApprenticeRecord
from schema.apprentice_records.training import Evidence
from schema.declare import payload
from schema.employer_account.account_commands import VERSION

_TRAINING = "apprentice_record.edit_training"
_EPA = "apprentice_record.edit_epa"
_ILR = "apprentice_record.edit_ilr"
_VERIFY = "apprentice_record.verify_ilr"
_CLEARED = "Null takes it away."


@strawberry.input(description="How an apprentice gets on; what is left out stays as it is.")
class UpdateTrainingInput:
    """Input of updateTraining."""

    record_id: strawberry.ID = input_field(_TRAINING)
    progress_percent: int | None = input_field(_TRAINING, default=strawberry.UNSET)
    logged_hours: int | None = input_field(_TRAINING, default=strawberry.UNSET)
    next_review_on: date | None = input_field(
        _TRAINING, default=strawberry.UNSET, description=_CLEARED
    )
    if_version: int | None = input_field(_TRAINING, default=strawberry.UNSET, description=VERSION)


@payload
class UpdateTrainingPayload:
    """The record with its training."""

    record: ApprenticeRecord | None = changed("apprentice_record.read")


@strawberry.input(description="A piece of an apprentice's work.")
class AddEvidenceInput:
    """Input of addEvidence."""

    record_id: strawberry.ID = input_field(_TRAINING)
    title: str = input_field(_TRAINING)
    kind: EvidenceKind = input_field(_TRAINING)
    content: str = input_field(_TRAINING, description="The work itself, as plain text.")


@payload
class AddEvidencePayload:
    """The evidence, and the record that it is of."""

    evidence: Evidence | None = changed("apprentice_record.read_training")
    record: ApprenticeRecord | None = changed("apprentice_record.read")


@strawberry.input(description="Something to say of an apprentice's work.")
class GiveFeedbackInput:
    """Input of giveFeedback."""

    record_id: strawberry.ID = input_field(_TRAINING)
    text: str = input_field(_TRAINING)


@payload
class GiveFeedbackPayload:
    """The record that the feedback is on."""

    record: ApprenticeRecord | None = changed("apprentice_record.read")


@strawberry.input(description="How an end-point assessment stands; what is left out stays.")
class UpdateEndPointAssessmentInput:
    """Input of updateEndPointAssessment."""

    record_id: strawberry.ID = input_field(_EPA)
    gateway_status: GatewayStatus | None = input_field(_EPA, default=strawberry.UNSET)
    gateway_on: date | None = input_field(_EPA, default=strawberry.UNSET, description=_CLEARED)
    grade: Grade | None = input_field(_EPA, default=strawberry.UNSET, description=_CLEARED)
    certificate_number: str | None = input_field(
        _EPA, default=strawberry.UNSET, description=_CLEARED
    )
    if_version: int | None = input_field(_EPA, default=strawberry.UNSET, description=VERSION)


@payload
class UpdateEndPointAssessmentPayload:
    """The record with its end-point assessment."""

    record: ApprenticeRecord | None = changed("apprentice_record.read")


@strawberry.input(description="An attempt at a component of an end-point assessment.")
class RecordAssessmentComponentInput:
    """Input of recordAssessmentComponent."""

    record_id: strawberry.ID = input_field(_EPA)
    name: str = input_field(_EPA)
    attempt: ComponentAttempt = input_field(_EPA)
    taken_on: date = input_field(_EPA)
    outcome: ComponentOutcome | None = input_field(
        _EPA, default=strawberry.UNSET, description="Left out until it is known."
    )


@payload
class RecordAssessmentComponentPayload:
    """The record with its end-point assessment."""

    record: ApprenticeRecord | None = changed("apprentice_record.read")


@strawberry.input(description="An ILR that is not QA verified; what is left out stays as it is.")
class EditIlrInput:
    """Input of editIlr."""

    record_id: strawberry.ID = input_field(_ILR)
    completion_status: IlrCompletion | None = input_field(_ILR, default=strawberry.UNSET)
    outcome: IlrOutcome | None = input_field(_ILR, default=strawberry.UNSET, description=_CLEARED)
    actual_end_on: date | None = input_field(_ILR, default=strawberry.UNSET, description=_CLEARED)
    withdraw_reason: str | None = input_field(_ILR, default=strawberry.UNSET, description=_CLEARED)
    delivery_postcode: str | None = input_field(_ILR, default=strawberry.UNSET)
    if_version: int | None = input_field(_ILR, default=strawberry.UNSET, description=VERSION)


@strawberry.input(description="An ILR to verify, or to withdraw that from.")
class VerifyIlrInput:
    """Input of verifyIlr."""

    record_id: strawberry.ID = input_field(_VERIFY)
    verified: bool = input_field(_VERIFY, default=True)
    if_version: int | None = input_field(_VERIFY, default=strawberry.UNSET, description=VERSION)


@payload
class IlrPayload:
    """The record with its ILR."""

    record: ApprenticeRecord | None = changed("apprentice_record.read")
