"""The audit: who did or was refused what, kept for ever as it was written."""

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Instant, Key, Word


class AuditEvent(Base):
    """One action and its decision; triggers of the database refuse to change or delete it.

    It refers to nothing by foreign key, so that it outlives what it names.
    """

    __tablename__ = "audit_events"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    at: Mapped[int] = mapped_column(Instant, index=True)
    request_id: Mapped[str] = mapped_column(Word)
    subject: Mapped[str] = mapped_column(Word)  # of the token
    user_id: Mapped[str | None] = mapped_column(Key, index=True)
    action: Mapped[str] = mapped_column(Word)
    source: Mapped[str] = mapped_column(Word)  # ids of the rules that decided, joined by ", "
    decision: Mapped[str] = mapped_column(Word)  # ALLOWED REFUSED
    code: Mapped[str | None] = mapped_column(Word)  # of the refusal: FORBIDDEN …
    resource_type: Mapped[str | None] = mapped_column(Word)
    resource_id: Mapped[str | None] = mapped_column(Key)
    organisation_id: Mapped[str | None] = mapped_column(Key, index=True)
    details: Mapped[str]  # JSON: names of fields and ids, never a value of personal data
