"""Agreements of an employer account with the agency, and what happened to each."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Instant, Key, Word


class Agreement(Base):
    """One version of the agreement, offered to a legal entity of the account."""

    __tablename__ = "agreements"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"), index=True)
    legal_entity_id: Mapped[str] = mapped_column(Key, ForeignKey("legal_entities.id"), index=True)
    version: Mapped[int]
    status: Mapped[str] = mapped_column(Word)  # PENDING SIGNED EXPIRED SUPERSEDED REMOVED
    offered_at: Mapped[int] = mapped_column(Instant)
    signed_at: Mapped[int | None] = mapped_column(Instant)
    signed_by: Mapped[str | None]
    signed_by_id: Mapped[str | None] = mapped_column(Key, ForeignKey("users.id"), index=True)
    revision: Mapped[int]  # 1, raised by each edit


class AgreementEvent(Base):
    """A change of an agreement's status; `organisation_id` repeats the agreement's own."""

    __tablename__ = "agreement_events"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    agreement_id: Mapped[str] = mapped_column(Key, ForeignKey("agreements.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"), index=True)
    status: Mapped[str] = mapped_column(Word)
    at: Mapped[int] = mapped_column(Instant)
    by: Mapped[str | None]
