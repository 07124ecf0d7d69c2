"""Training: the provider's side of an apprentice record."""

from __future__ import annotations

from datetime import date, datetime

from db import models
from engine.declare.connection_types import Connection
from engine.declare.fields import Node
from engine.kinds import connection, download, field
from resolvers.apprentice_records.enums import EvidenceKind, EvidenceStatus
from schema.declare import entity
from schema.employer_account.agreements import Document


@entity(models.Evidence, read="apprentice_record.read_training", prefix="evd")
class Evidence(Node):
    """A piece of an apprentice's work."""

    title: str | None = field(watched=True)
    kind: EvidenceKind | None = field(watched=True)
    status: EvidenceStatus | None = field(watched=True)
    submitted_at: datetime | None = field(watched=True)
    content: Document | None = download(
        "apprentice_record.read_training",
        kind="evidence",
        description="The work itself, to be read in the browser; each opening is audited.",
    )


@entity(models.Feedback, read="apprentice_record.read_training")
class Feedback:
    """What somebody said of an apprentice's work."""

    text: str | None = field()
    at: datetime | None = field()
    by: str | None = field(description="The name that they had then.")


@entity(models.Training, read="apprentice_record.read_training")
class Training:
    """How an apprentice gets on with the training provider."""

    progress_percent: int | None = field(description="How much of the programme is done.")
    planned_hours: int | None = field(description="Hours of training off the job, as planned.")
    logged_hours: int | None = field(description="Hours of training off the job, so far.")
    next_review_on: date | None = field()
    evidence: Connection[Evidence] | None = connection(
        "apprentice_record.read_training",
        by="record_id",
        on="record_id",
        order=("submitted_at",),
        part=True,
    )
    feedback: Connection[Feedback] | None = connection(
        "apprentice_record.read_training", by="record_id", on="record_id", order=("at",), part=True
    )
    edit_version: int | None = field("apprentice_record.read_training", column="revision")
