"""Organisations of every kind, and what hangs on the account of an employer."""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Folded, Instant, Key, Mailbox, Word


class Organisation(Base):
    """An account, provider, EPAO, Partner, institution … told apart by its kind."""

    __tablename__ = "organisations"
    __table_args__ = (Index(None, "name_sort", "id"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(Word)
    name: Mapped[str]
    name_sort: Mapped[str] = mapped_column(Folded)
    status: Mapped[str] = mapped_column(Word)  # OPEN CLOSED
    ukprn: Mapped[str | None]
    parent_id: Mapped[str | None] = mapped_column(Key, ForeignKey("organisations.id"), index=True)
    revision: Mapped[int]  # of the name: 1, raised by each edit


class EmployerAccount(Base):
    """The account facet of an organisation of kind EMPLOYER, one each."""

    __tablename__ = "employer_accounts"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"), unique=True)
    levy_status: Mapped[str] = mapped_column(Word)  # LEVY NON_LEVY


class PayeScheme(Base):
    """A PAYE scheme added to an account."""

    __tablename__ = "paye_schemes"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"), index=True)
    reference: Mapped[str] = mapped_column(Word, unique=True)
    name: Mapped[str]
    added_at: Mapped[int] = mapped_column(Instant)


class LegalEntity(Base):
    """A legal entity that an account may contract for; its source names the public register.

    The code is in the canonical form of that register.
    """

    __tablename__ = "legal_entities"
    __table_args__ = (Index(None, "organisation_id", "source", "code", unique=True),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    code: Mapped[str]
    # COMPANIES_HOUSE CHARITIES PUBLIC_BODIES OTHER PENSIONS_REGULATOR
    source: Mapped[str] = mapped_column(Word)
    added_at: Mapped[int] = mapped_column(Instant)


class Invitation(Base):
    """An invitation to join the team of an account in a role, taken up with a one-time code.

    An account has one pending invitation an address, whatever the case of its letters.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            None,
            "organisation_id",
            "email_sort",
            unique=True,
            sqlite_where=text("status = 'PENDING'"),
            postgresql_where=text("status = 'PENDING'"),
        ),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"), index=True)
    email: Mapped[str]
    email_sort: Mapped[str] = mapped_column(Mailbox)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(Word)  # employer_account.viewer …
    status: Mapped[str] = mapped_column(Word)  # PENDING ACCEPTED EXPIRED DELETED
    invited_at: Mapped[int] = mapped_column(Instant)
    expires_at: Mapped[int] = mapped_column(Instant)
    code_digest: Mapped[str | None] = mapped_column(Word, unique=True)  # SHA-256 in hex digits
    invited_by_id: Mapped[str | None] = mapped_column(Key, ForeignKey("users.id"), index=True)
    accepted_at: Mapped[int | None] = mapped_column(Instant)
    accepted_by_id: Mapped[str | None] = mapped_column(Key, ForeignKey("users.id"), index=True)
    revision: Mapped[int]  # 1, raised by each edit
