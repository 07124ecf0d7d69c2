"""End-point assessment: the gateway to it, its components, the grade and the certificate."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Day, Key, Word


class EndPointAssessment(Base):
    """How the end-point assessment of one record stands."""

    __tablename__ = "end_point_assessments"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("apprentice_records.id"), unique=True)
    gateway_status: Mapped[str] = mapped_column(Word)  # IN_TRAINING SUBMITTED APPROVED
    gateway_on: Mapped[str | None] = mapped_column(Day)
    # PASS CREDIT MERIT DISTINCTION PASS_WITH_EXCELLENCE OUTSTANDING NO_GRADE_AWARDED FAIL
    grade: Mapped[str | None] = mapped_column(Word)
    certificate_number: Mapped[str | None] = mapped_column(Word)
    revision: Mapped[int]  # 1, raised by each edit


class AssessmentComponent(Base):
    """One attempt at one component of an end-point assessment."""

    __tablename__ = "assessment_components"
    __table_args__ = (Index(None, "record_id", "taken_on"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("apprentice_records.id"))
    name: Mapped[str]
    attempt: Mapped[str] = mapped_column(Word)  # FIRST RESIT RETAKE
    taken_on: Mapped[str] = mapped_column(Day)
    outcome: Mapped[str | None] = mapped_column(Word)  # PASS FAIL
