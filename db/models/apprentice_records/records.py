"""Apprentice records: one row for what the sources call apprenticeship, record and learner."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Day, Folded, Key, Word

_PARTIES = ("employer", "provider", "epao")


class ApprenticeRecord(Base):
    """An apprentice with an employer and a training provider, perhaps with an EPAO.

    `last_name_sort` folds the last name, then the first; money is in pence. A page by id or by
    name of one organisation's records is read off an index, however many there are. Keys are
    random, and PostgreSQL finds one among millions sooner by a hash than by a B-tree
    (docs/performance.md). Whoever moves a record to another provider or EPAO ends the assignments
    of the one that it leaves.
    """

    __tablename__ = "apprentice_records"
    __table_args__ = (
        Index(None, "last_name_sort", "id"),
        Index(None, "id", postgresql_using="hash"),  # there alone: `db.base.indexes`
        *(Index(None, f"{party}_id", "id") for party in _PARTIES),
        *(Index(None, f"{party}_id", "last_name_sort", "id") for party in _PARTIES),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    reference: Mapped[str] = mapped_column(Word)
    apprentice_id: Mapped[str | None] = mapped_column(Key, ForeignKey("users.id"), index=True)
    employer_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"))
    provider_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"))
    epao_id: Mapped[str | None] = mapped_column(Key, ForeignKey("organisations.id"))
    first_name: Mapped[str]
    last_name: Mapped[str]
    last_name_sort: Mapped[str] = mapped_column(Folded)
    email: Mapped[str]
    date_of_birth: Mapped[str] = mapped_column(Day)
    uln: Mapped[str] = mapped_column(Word)
    ni_number: Mapped[str | None]
    standard_code: Mapped[str] = mapped_column(Word)
    standard_title: Mapped[str]
    standard_version: Mapped[str] = mapped_column(Word)
    standard_option: Mapped[str | None]
    delivery_model: Mapped[str] = mapped_column(Word)  # REGULAR PORTABLE_FLEXI_JOB FLEXI_JOB_AGENCY
    status: Mapped[str] = mapped_column(Word)  # WAITING_TO_START LIVE PAUSED STOPPED COMPLETED
    start_date: Mapped[str] = mapped_column(Day)
    end_date: Mapped[str] = mapped_column(Day)
    pause_date: Mapped[str | None] = mapped_column(Day)
    stop_date: Mapped[str | None] = mapped_column(Day)
    completion_date: Mapped[str | None] = mapped_column(Day)
    cost_pence: Mapped[int]
    training_price_pence: Mapped[int]
    assessment_price_pence: Mapped[int]


class PriceEpisode(Base):
    """The price that was agreed from a day on, until another was; money is in pence."""

    __tablename__ = "price_episodes"
    __table_args__ = (Index(None, "record_id", "from_date"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("apprentice_records.id"))
    from_date: Mapped[str] = mapped_column(Day)
    to_date: Mapped[str | None] = mapped_column(Day)
    cost_pence: Mapped[int]
    training_price_pence: Mapped[int]
    assessment_price_pence: Mapped[int]
