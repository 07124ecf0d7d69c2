"""The outbox: mail written in the transaction that causes it, and delivered afterwards."""

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Instant, Key, Word

_WAITING = "sent_at IS NULL AND failed_at IS NULL"


class Mail(Base):
    """A mail to one person; it waits until `not_before`, then is either sent or given up.

    The body may hold a one-time code, so it is emptied when the mail waits no longer.
    """

    __tablename__ = "mails"
    __table_args__ = (
        Index(
            None, "not_before", "id", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)
        ),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(Word)  # what it is about: invitation …
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[int] = mapped_column(Instant)
    not_before: Mapped[int] = mapped_column(Instant)
    attempts: Mapped[int]
    sent_at: Mapped[int | None] = mapped_column(Instant)
    failed_at: Mapped[int | None] = mapped_column(Instant)
    last_error: Mapped[str | None]
