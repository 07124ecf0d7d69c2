"""Sealed texts: AES-SIV, deterministic, bound to what they are for, in one canonical spelling."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Sealer:
    """Seals values with the first key and opens them with any; keys are 32, 48 or 64 bytes."""

    def __init__(self, keys: Sequence[bytes], what: str) -> None:
        """Take the sealing key first, then keys that are still accepted; `what` they seal."""
        if not keys:
            msg = f"At least one {what} key is needed."
            raise ValueError(msg)
        self._ciphers = [AESSIV(key) for key in keys]

    def seal(self, value: object, binding: list[bytes]) -> str:
        """Return a value of JSON as a text that opens for this binding alone."""
        sealed = self._ciphers[0].encrypt(orjson.dumps(value), binding)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def opened(self, text: str, binding: list[bytes]) -> Iterator[Any]:
        """Yield the value that was sealed for this binding; nothing for any other text."""
        raw = _decoded(text)
        for cipher in self._ciphers if raw else ():
            try:
                yield orjson.loads(cipher.decrypt(raw, binding))
            except InvalidTag:
                continue


def _decoded(text: str) -> bytes:
    """Return the bytes behind the one canonical spelling, or none."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
    return raw if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == text else b""
