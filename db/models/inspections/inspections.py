"""Inspections: parallel groups of a provider, and their openings, each with its own learners."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Folded, Instant, Key, Word


class InspectorAccount(Base):
    """What a provider keeps of somebody whom it lets in, beside the grant of the same id.

    Its state, name, address and channels are this provider's own, whatever the person holds or is
    called elsewhere; a grant whose account is not ACTIVE gives nothing.
    """

    __tablename__ = "inspector_accounts"

    id: Mapped[str] = mapped_column(Key, ForeignKey("role_grants.id"), primary_key=True)
    name: Mapped[str]
    name_sort: Mapped[str] = mapped_column(Folded)
    email: Mapped[str]
    email_kind: Mapped[str] = mapped_column(Word)  # PERSONAL GENERIC
    channels: Mapped[str] = mapped_column(Word)  # CONSOLE CLASSIC, sorted, separated by spaces
    status: Mapped[str] = mapped_column(Word)  # INVITED ACTIVE CANCELLED ARCHIVED
    credentials_rotated_at: Mapped[int | None] = mapped_column(Instant)


class InspectionGroup(Base):
    """A group beside the main groups of a provider, which inspectors are let into."""

    __tablename__ = "inspection_groups"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    body: Mapped[str] = mapped_column(Word)  # OFSTED ESFA EPA EQA EV OTHER
    revision: Mapped[int]  # 1, raised by each edit


class InspectionOpening(Base):
    """One use of a group: its host, its window and its learners; the next use starts empty.

    It is in force from `opens_at` until, not including, `closes_at`, once it was opened and as
    long as it was not closed: by the clock alone, whatever has run or not (`db.states`).
    """

    __tablename__ = "inspection_openings"
    __table_args__ = (UniqueConstraint("group_id", "number"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    group_id: Mapped[str] = mapped_column(Key, ForeignKey("inspection_groups.id"))
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"), index=True)
    number: Mapped[int]  # 1, 2, 3 … in a group
    host_id: Mapped[str | None] = mapped_column(Key, ForeignKey("users.id"), index=True)
    all_learners: Mapped[bool]
    opens_at: Mapped[int | None] = mapped_column(Instant)
    closes_at: Mapped[int | None] = mapped_column(Instant)
    opened_at: Mapped[int | None] = mapped_column(Instant)
    closed_at: Mapped[int | None] = mapped_column(Instant)


class InspectionLearner(Base):
    """A record in an opening, in addition to the learner's main group."""

    __tablename__ = "inspection_learners"
    __table_args__ = (
        UniqueConstraint("opening_id", "record_id"),
        Index(None, "record_id", "opening_id"),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    opening_id: Mapped[str] = mapped_column(Key, ForeignKey("inspection_openings.id"))
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"), index=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("apprentice_records.id"))
    added_by_id: Mapped[str | None] = mapped_column(Key, ForeignKey("users.id"), index=True)
    added_at: Mapped[int] = mapped_column(Instant)
