"""Sealed keyset cursors: AES-SIV, deterministic, bound to where and for whom they were made."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from engine.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

Position = tuple[str | int, ...]
"""The order key of a row and its id, as the database holds them."""


class CursorSealer:
    """Seals positions with the first key and opens them with any; keys are 32, 48 or 64 bytes."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the signing key first, then keys that are still accepted."""
        if not keys:
            msg = "At least one cursor key is needed."
            raise ValueError(msg)
        self._ciphers = [AESSIV(key) for key in keys]

    def seal(self, position: Position, binding: str) -> str:
        """Return the cursor of a position for this binding (coordinate, order, subject)."""
        sealed = self._ciphers[0].encrypt(orjson.dumps(position), [binding.encode()])
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, cursor: str, binding: str, width: int, argument: str) -> Position:
        """Return the position of `width` parts that a cursor was made for.

        Raises Refusal BAD_USER_INPUT/CURSOR when it was made elsewhere, for someone else, or by
        no one.
        """
        raw = _decoded(cursor)
        for cipher in self._ciphers if raw else ():
            try:
                position = tuple(orjson.loads(cipher.decrypt(raw, [binding.encode()])))
            except InvalidTag:
                continue
            if len(position) == width:
                return position
        message = f"{argument} is not a cursor of this list, made for this caller."
        raise Refusal("BAD_USER_INPUT", message, input=argument, reason="CURSOR")


def _decoded(cursor: str) -> bytes:
    """Return the bytes behind the one canonical spelling, or none."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
    return raw if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == cursor else b""
