"""Changes that are remembered for a day, so that who sends one twice makes it once."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Instant, Key, Word


class RememberedChange(Base):
    """One change that was made under an `Idempotency-Key`: digests, and the keys of its payload.

    Nothing of what was sent or answered is kept. The digests are made with the key that the
    client chose, which is not kept either.
    """

    __tablename__ = "remembered_changes"
    __table_args__ = (UniqueConstraint("holder", "root"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    holder: Mapped[str] = mapped_column(Word)  # subject and Idempotency-Key
    root: Mapped[str] = mapped_column(Word)  # the response key of the root field
    operation: Mapped[str] = mapped_column(Word)  # document, operation name and mode
    input: Mapped[str] = mapped_column(Word)  # the input as it was understood
    keys: Mapped[str]  # JSON: the keys of the payload's rows by the names of its fields
    made_at: Mapped[int] = mapped_column(Instant, index=True)
