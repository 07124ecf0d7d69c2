"""When an operator took old rows out of the audit; nothing else may."""

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Instant, Key


class AuditPruning(Base):
    """An act that lets audit rows from before an instant be deleted; it is kept for ever itself."""

    __tablename__ = "audit_prunings"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    at: Mapped[int] = mapped_column(Instant)
    before: Mapped[int] = mapped_column(Instant)
