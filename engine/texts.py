"""Texts on the way in: what no text may hold, and the composed form that all of them have.

Every string of a request comes by `fit`, those of its JSON and those of its document alike, so
that a text is the same however it was spelt.
"""

from __future__ import annotations

import re
import unicodedata

MOST_MARKS = 30
"""How many combining marks may follow one another, as in Unicode's Stream-Safe Text Format."""

TAKEN_APART = frozenset("\u0f73\u0f75\u0f81")
"""Marks that Unicode counts as letters, though normalising takes each apart into two marks."""

_NOBODY_WRITES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class UnfitText(ValueError):
    """A text that is refused before anything is done with it; the message says what it holds."""

    def __init__(self, reason: str, message: str) -> None:
        """Keep the reason, a word for programs."""
        super().__init__(message)
        self.reason = reason


class Composed(str):
    """A text in NFC that was sent in another spelling, which it remembers."""

    __slots__ = ("sent",)

    sent: str


def require_fit(text: str) -> None:
    """Refuse what no text may hold: controls, lone surrogates, and marks without end.

    Normalising takes time that grows with the square of a run of combining marks, so the run is
    bounded here, in one pass.
    """
    if text.isascii() and text.isprintable():
        return
    if _NOBODY_WRITES.search(text):
        raise UnfitText("CONTROL_CHARACTER", "holds a control character.")
    if text.isascii():
        return
    combining, run = unicodedata.combining, 0
    for char in text:
        run = run + 1 if combining(char) or char in TAKEN_APART else 0
        if run > MOST_MARKS:
            message = f"holds more than {MOST_MARKS} combining marks in a row."
            raise UnfitText("COMBINING_MARKS", message)


def fit(text: str) -> str:
    """Return a text in NFC, or raise UnfitText."""
    require_fit(text)
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    composed = Composed(unicodedata.normalize("NFC", text))
    composed.sent = text
    return composed


def as_sent(text: str) -> str:
    """Return a text as it was sent: an identifier is held against its alphabet in that spelling.

    NFC makes a K of the Kelvin sign, for instance, which is no letter of any register's.
    """
    return text.sent if isinstance(text, Composed) else text
