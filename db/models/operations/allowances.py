"""How often something was done that is only allowed so often."""

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Instant, Word


class Allowance(Base):
    """How much of one allowance is used until it begins anew.

    Whose it is stands in a digest: of what, of a subject, an address or an account, and since when.
    """

    __tablename__ = "allowances"

    id: Mapped[str] = mapped_column(Word, primary_key=True)
    used: Mapped[int]
    ends_at: Mapped[int] = mapped_column(Instant, index=True)
