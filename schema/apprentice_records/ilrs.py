"""Individualised learner records: what a provider returns, locked once it is verified."""

from __future__ import annotations

from datetime import date, datetime

from db import models
from engine.kinds import field, shown
from resolvers.apprentice_records.enums import IlrCompletion, IlrOutcome
from schema.declare import entity


@entity(models.Ilr, read="apprentice_record.read_ilr")
class Ilr:
    """The ILR (Individualised Learner Record) of an apprentice."""

    learn_ref_number: str | None = field()
    ni_number: str | None = shown(
        on="record_id",
        of=models.ApprenticeRecord,
        column="ni_number",
        description="National Insurance number.",
    )
    funding_model: int | None = field()
    planned_end_on: date | None = field()
    actual_end_on: date | None = field()
    completion_status: IlrCompletion | None = field()
    outcome: IlrOutcome | None = field()
    withdraw_reason: str | None = field()
    delivery_postcode: str | None = field()
    qa_verified_at: datetime | None = field(
        description="Since when it is QA verified, and locked; null as long as it is not."
    )
    edit_version: int | None = field("apprentice_record.read_ilr", column="revision")
