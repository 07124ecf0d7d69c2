"""Sealed keyset cursors, bound to where and for whom they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Refusal
from engine.sealing import Sealer

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Position = tuple[str | int, ...]
"""The order key of a row and its id, as the database holds them."""


class CursorSealer:
    """Seals positions with the first key and opens them with any; keys are 32, 48 or 64 bytes."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the sealing key first, then keys that are still accepted."""
        self._sealer = Sealer(keys, "cursor")

    def seal(self, position: Position, binding: str) -> str:
        """Return the cursor of a position for this binding (coordinate, order, subject)."""
        return self._sealer.seal(position, [binding.encode()])

    def open(self, cursor: str, binding: str, widths: Collection[int], argument: str) -> Position:
        """Return the position, of so many parts, that a cursor was made for.

        Raises Refusal BAD_USER_INPUT/CURSOR when it was made elsewhere, for someone else, or by
        no one.
        """
        for parts in self._sealer.opened(cursor, [binding.encode()]):
            if len(parts) in widths:
                return tuple(parts)
        message = f"{argument} is not a cursor of this list, made for this caller."
        raise Refusal("BAD_USER_INPUT", message, input=argument, reason="CURSOR")
