"""Users: every person, with or without a sign-in."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Folded, Key, Mailbox, Word


class User(Base):
    """A person; `subject` is the token subject that signs in as them, if any does."""

    __tablename__ = "users"
    __table_args__ = (Index(None, "name_sort", "id"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    subject: Mapped[str | None] = mapped_column(Word, unique=True)
    email: Mapped[str]
    email_sort: Mapped[str] = mapped_column(Mailbox, index=True)  # not unique: some share one
    name: Mapped[str]
    name_sort: Mapped[str] = mapped_column(Folded)
    initials: Mapped[str]  # of the name
    avatar: Mapped[str | None]  # the profile picture as a data: URI
    status: Mapped[str] = mapped_column(
        Word,  # INVITED ACTIVE INACTIVE CANCELLED ARCHIVED ANONYMISED
    )
