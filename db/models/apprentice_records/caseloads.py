"""Caseloads: which records are assigned to whom, by kind of assignment."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Instant, Key, Word

CASELOAD_KINDS = {
    "record_assignment.senior_assessor": "ASSESSOR",
    "record_assignment.assessor": "ASSESSOR",
    "record_assignment.training_coordinator": "TRAINING_COORDINATOR",
    "inspection_access.tutor": "CASE_OWNER",
}
"""The kind of caseload that comes with a role, as every grant of it repeats."""


class Caseload(Base):
    """What one owner is assigned at one organisation in one kind."""

    __tablename__ = "caseloads"
    __table_args__ = (UniqueConstraint("kind", "organisation_id", "owner_id"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    # ASSESSOR TRAINING_COORDINATOR COORDINATOR SUBCONTRACTOR CASE_OWNER
    kind: Mapped[str] = mapped_column(Word)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"), index=True)
    owner_id: Mapped[str] = mapped_column(Key, ForeignKey("users.id"), index=True)


class CaseloadItem(Base):
    """A record in a caseload; `kind`, `organisation_id` and `owner_id` repeat the caseload's own.

    The organisation is the record's EPAO for ASSESSOR, its provider for TRAINING_COORDINATOR and
    CASE_OWNER (I18).
    """

    __tablename__ = "caseload_items"
    __table_args__ = (
        UniqueConstraint("caseload_id", "record_id"),
        Index(None, "record_id", "kind"),
        Index(None, "organisation_id", "record_id"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    caseload_id: Mapped[str] = mapped_column(Key, ForeignKey("caseloads.id"))
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("apprentice_records.id"))
    kind: Mapped[str] = mapped_column(Word)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"))
    owner_id: Mapped[str] = mapped_column(Key, ForeignKey("users.id"), index=True)
    assigned_by_id: Mapped[str | None] = mapped_column(Key, ForeignKey("users.id"), index=True)
    assigned_at: Mapped[int] = mapped_column(Instant)
