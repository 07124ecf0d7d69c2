"""Refusals that were repeated within a minute: counted beside the audit row of the first."""

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Instant, Key, Word


class AuditRepeat(Base):
    """How often a refusal was met in one minute; `event_id` is the audit row of the first time."""

    __tablename__ = "audit_repeats"

    id: Mapped[str] = mapped_column(Word, primary_key=True)  # a digest of the refusal and minute
    event_id: Mapped[str] = mapped_column(Key, index=True)
    times: Mapped[int]
    last_at: Mapped[int] = mapped_column(Instant, index=True)
