"""The lab's own tables, beside those of the demo world whose people and organisations it borrows."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.base import NAMING_CONVENTION
from db.models import Organisation, User
from db.types import Folded, Instant, Key, Ordered, Word

ORGANISATION = Organisation.__table__.c.id
USER = User.__table__.c.id


class LabBase(DeclarativeBase):
    """What the lab's models inherit from."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {str: Ordered}  # noqa: RUF012 - SQLAlchemy reads it as it stands


class LabRecord(LabBase):
    """What seven scopes lead to."""

    __tablename__ = "lab_records"
    __table_args__ = (Index(None, "title_sort", "id"), Index(None, "level", "id"))

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(Word)
    employer_id: Mapped[str] = mapped_column(Key, ForeignKey(ORGANISATION), index=True)
    provider_id: Mapped[str] = mapped_column(Key, ForeignKey(ORGANISATION), index=True)
    learner_id: Mapped[str] = mapped_column(Key, ForeignKey(USER), index=True)
    host_id: Mapped[str | None] = mapped_column(Key, ForeignKey(ORGANISATION))
    vault_id: Mapped[str | None] = mapped_column(Key, ForeignKey("lab_vaults.id"))
    previous_id: Mapped[str | None] = mapped_column(Key, ForeignKey("lab_records.id"), index=True)
    region: Mapped[str] = mapped_column(Word, index=True)
    status: Mapped[str] = mapped_column(Word)  # WAITING LIVE COMPLETED
    level: Mapped[int]
    title: Mapped[str]
    title_sort: Mapped[str] = mapped_column(Folded)
    nickname: Mapped[str | None]
    nickname_sort: Mapped[str | None] = mapped_column(Folded)
    cost: Mapped[int | None]
    fee: Mapped[int | None]  # pence
    funded: Mapped[bool | None]
    outcome: Mapped[int | None]
    assessed_at: Mapped[int | None] = mapped_column(Instant)
    ilr: Mapped[str | None]
    email: Mapped[str]
    phone: Mapped[str | None]


class LabCaseloadItem(LabBase):
    """A record that somebody is to look after."""

    __tablename__ = "lab_caseload_items"
    __table_args__ = (Index(None, "record_id", "owner_id"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    owner_id: Mapped[str] = mapped_column(Key, ForeignKey(USER), index=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("lab_records.id"))


class LabArea(LabBase):
    """A region that an organisation works in."""

    __tablename__ = "lab_areas"
    __table_args__ = (Index(None, "organisation_id", "region"), Index(None, "region"))

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey(ORGANISATION))
    region: Mapped[str] = mapped_column(Word)


class LabTerms(LabBase):
    """Whether an organisation has accepted the terms: what a condition on the parent reads."""

    __tablename__ = "lab_terms"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey(ORGANISATION), unique=True)
    accepted: Mapped[bool]


class LabNote(LabBase):
    """A note on a record, perhaps in reply to another; the organisation is the record's employer."""

    __tablename__ = "lab_notes"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("lab_records.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey(ORGANISATION), index=True)
    author_id: Mapped[str] = mapped_column(Key, ForeignKey(USER), index=True)
    reply_to_id: Mapped[str | None] = mapped_column(Key, ForeignKey("lab_notes.id"), index=True)
    title: Mapped[str]
    body: Mapped[str | None]
    weight: Mapped[int | None]
    published: Mapped[bool]
    at: Mapped[int] = mapped_column(Instant)


class LabReview(LabBase):
    """The one review that a record may have; the organisation is the record's provider."""

    __tablename__ = "lab_reviews"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    record_id: Mapped[str] = mapped_column(Key, ForeignKey("lab_records.id"), unique=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey(ORGANISATION), index=True)
    grade: Mapped[int | None]
    summary: Mapped[str]


class LabVault(LabBase):
    """What hardly anybody may know of."""

    __tablename__ = "lab_vaults"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey(ORGANISATION), index=True)
    secret: Mapped[str]


class LabEvent(LabBase):
    """Something that happened at an organisation to a record, a person, a note or a vault."""

    __tablename__ = "lab_events"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey(ORGANISATION), index=True)
    subject_kind: Mapped[str | None] = mapped_column(Word)  # record person vault
    subject_id: Mapped[str | None] = mapped_column(Key)
    about_kind: Mapped[str | None] = mapped_column(Word)  # record note
    about_id: Mapped[str | None] = mapped_column(Key)
    text: Mapped[str]
    at: Mapped[int] = mapped_column(Instant)
