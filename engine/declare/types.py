"""What a declared type is made of, as the catalogue reads it back from the finished schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.base import Base


@dataclass(frozen=True, slots=True)
class EntityOf:
    """What a type with rows of its own is made of."""

    model: type[Base]
    read: str
    prefix: str | None
    about: str | None = None
