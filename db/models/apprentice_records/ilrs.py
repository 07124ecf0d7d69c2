"""Individualised learner records: what a provider returns to the funding agency."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Day, Instant, Key, Word


class Ilr(Base):
    """The ILR of one record; once it is QA verified nobody edits it (I15)."""

    __tablename__ = "ilrs"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("apprentice_records.id"), unique=True)
    learn_ref_number: Mapped[str] = mapped_column(Word)
    funding_model: Mapped[int]
    planned_end_on: Mapped[str] = mapped_column(Day)
    actual_end_on: Mapped[str | None] = mapped_column(Day)
    completion_status: Mapped[str] = mapped_column(Word)  # CONTINUING COMPLETED WITHDRAWN BREAK
    outcome: Mapped[str | None] = mapped_column(Word)  # ACHIEVED PARTIAL NO_ACHIEVEMENT
    withdraw_reason: Mapped[str | None]
    delivery_postcode: Mapped[str]
    qa_verified_at: Mapped[int | None] = mapped_column(Instant)
    qa_verified_by_id: Mapped[str | None] = mapped_column(Key, ForeignKey("users.id"), index=True)
    revision: Mapped[int]  # 1, raised by each edit
