"""The column types of Fieldgate: raw driver values (str, int, None) that sort alike everywhere.

None of them processes results, so what a driver returns is what Python sees.
"""

import base64
import secrets
import unicodedata
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import GenericTypeCompiler

KEY_LENGTH = 26
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


class Ordered(String):
    """Text compared byte by byte: COLLATE "C" on PostgreSQL, BINARY (the default) on SQLite."""


@compiles(Ordered, "postgresql")
def _ordered_on_postgresql(type_: Ordered, compiler: GenericTypeCompiler, **kw: Any) -> str:
    return f'{compiler.visit_string(type_, **kw)} COLLATE "C"'


class Key(Ordered):
    """A primary key or a reference to one: 26 characters of lower-case base32 (see `new_key`)."""

    def __init__(self, length: int | None = KEY_LENGTH) -> None:
        """Fix the length; the argument is there for SQLAlchemy's own copies."""
        super().__init__(length)


class Word(Ordered):
    """A value of a closed set: a role, a kind, a status."""


def fold(text: str) -> str:
    """Fold text for sorting and searching: compatibility forms and letter case are dropped."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def ascii_lower(text: str) -> str:
    """Return a text in which the letters of ASCII are small, and all others as they were."""
    return text.translate(_SMALL)


class Folded(Ordered):
    """Text to sort and search by, written with `folding` beside the text that people read."""

    folding = staticmethod(fold)


class Mailbox(Folded):
    """An e-mail address to compare, sort and search by.

    Only the case of ASCII letters does not matter: straße@ and strasse@ are two people's.
    """

    folding = staticmethod(ascii_lower)


class Instant(BigInteger):
    """A moment as milliseconds since 1970 in UTC, a plain int."""


class Day(String):
    """A date as ISO text, `2026-11-22`, which sorts as it reads."""

    def __init__(self, length: int | None = 10) -> None:
        """Fix the length; the argument is there for SQLAlchemy's own copies."""
        super().__init__(length)


def encode_key(bits: bytes) -> str:
    """Write the first 128 bits or more of `bits` as a key."""
    return base64.b32encode(bits)[:KEY_LENGTH].decode("ascii").lower()


def new_key() -> str:
    """Give a new random key of 128 bits."""
    return encode_key(secrets.token_bytes(16))


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name, as capitals."""
    words = name.split()
    return "".join(_first(word).upper() for word in (words[0], *words[1:][-1:])) if words else ""


def _first(word: str) -> str:
    """Return the first character of a word that is shown, as a mark of direction is not."""
    return next((char for char in word if unicodedata.category(char) != "Cf"), word[0])
