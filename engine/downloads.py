"""Downloads: a link that is sealed, stateless and short-lived, and decided again when it opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.sealing import Sealer
from engine.values import instant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


PATH = "/documents/"
LIFETIME = 5 * 60 * 1000
"""How long a link opens, in milliseconds."""
_BINDING = [b"fieldgate", b"download", b"1"]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link stands for: a document of a kind, its row, who asked, and until when."""

    kind: str
    key: str
    subject: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A link as an answer shows it."""

    url: str
    expires_at: datetime


class Downloads:
    """Makes links and opens them; nothing of a link is kept."""

    def __init__(self, keys: Sequence[bytes], public_url: str = "") -> None:
        """Take the sealing key first, then keys that are still accepted, and where we are found.

        Without a public address a link is an absolute path.
        """
        self._sealer = Sealer(keys, "link")
        self._base = public_url.rstrip("/") + PATH

    def offer(self, kind: str, key: str, subject: str, now: int) -> Offer:
        """Return a link that opens for five minutes; the same question has the same link."""
        expires_at = now + LIFETIME
        sealed = self._sealer.seal([kind, key, subject, expires_at], _BINDING)
        return Offer(self._base + sealed, instant(expires_at))

    def open(self, sealed: str, now: int) -> Opened | None:
        """Return what a link stands for, None when it is not ours or has run out."""
        for parts in self._sealer.opened(sealed, _BINDING):
            found = Opened(*parts)
            if now < found.expires_at:
                return found
        return None
