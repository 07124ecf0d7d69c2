"""Training: how an apprentice gets on with the provider, their work, and what is said of it."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Day, Instant, Key, Word


class Training(Base):
    """The progress of one record; hours are of training off the job."""

    __tablename__ = "trainings"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("apprentice_records.id"), unique=True)
    progress_percent: Mapped[int]
    planned_hours: Mapped[int]
    logged_hours: Mapped[int]
    next_review_on: Mapped[str | None] = mapped_column(Day)
    revision: Mapped[int]  # 1, raised by each edit


class Evidence(Base):
    """A piece of an apprentice's work; `content` is what they wrote, as plain text."""

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "record_id", "submitted_at"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("apprentice_records.id"))
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(Word)  # ASSIGNMENT OBSERVATION REFLECTION TESTIMONY
    status: Mapped[str] = mapped_column(Word)  # SUBMITTED REFERRED ACCEPTED
    submitted_at: Mapped[int] = mapped_column(Instant)
    content: Mapped[str]


class Feedback(Base):
    """What somebody said of an apprentice's work; `by` is the name they had then."""

    __tablename__ = "feedback"
    __table_args__ = (Index(None, "record_id", "at"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("apprentice_records.id"))
    by: Mapped[str]
    by_id: Mapped[str | None] = mapped_column(Key, ForeignKey("users.id"), index=True)
    at: Mapped[int] = mapped_column(Instant)
    text: Mapped[str]
