"""Caseloads: which records are assigned to whom, by kind of assignment."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Instant, Key, Word


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
    """A record in a caseload; `kind` repeats the caseload's own."""

    __tablename__ = "caseload_items"
    __table_args__ = (
        UniqueConstraint("caseload_id", "record_id"),
        Index(None, "record_id", "kind"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    caseload_id: Mapped[str] = mapped_column(Key, ForeignKey("caseloads.id"))
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("apprentice_records.id"))
    kind: Mapped[str] = mapped_column(Word)
    assigned_by_id: Mapped[str | None] = mapped_column(Key, ForeignKey("users.id"), index=True)
    assigned_at: Mapped[int] = mapped_column(Instant)
