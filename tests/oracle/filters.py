"""Filters in three values, over the cells that a caller may see.

What it asks of a question is a `Sight`; a field that it finds is a column of the row, or a
relation: one with a `kind`, and with `gate` where rows hang on the parent, `many` where several do.
"""

from __future__ import annotations

import operator as op
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from oracle.shapes import CursorOpener
from oracle.world import Row

Filter = Mapping[str, Any]
Truth = bool | None
"""True, False, or None for what nobody can say."""


class Found(Protocol):
    """A row on its way into an answer."""

    @property
    def row(self) -> Row:
        """The row."""


class Sight(Protocol):
    """What the judge of one question says of fields, and of their values on a row."""

    @property
    def open_cursor(self) -> CursorOpener:
        """How a cursor is opened."""

    def field(self, kind: str, name: str) -> Any:
        """Return a field of a type; KeyError for one that there is not."""

    def findable(self, field: Any, at: str) -> bool:
        """Say whether the caller holds what it takes to find rows by a field, anywhere."""

    def readable(self, field: Any, at: str, thing: Any) -> bool:
        """Say whether the caller may find this very row by a field's value."""


def without_absent(given: Filter) -> dict[str, Any]:
    """Return a filter without the leaves whose operand is not given, and what held only these."""
    left: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, Mapping):
            below = without_absent(value)
            if below:
                left[name] = below
        elif name in ("and", "or") and value is not None:
            parts = [part for each in value if (part := without_absent(each))]
            if parts or (name == "or" and not value):
                left[name] = parts
        else:
            left[name] = value
    return left


def has_null(given: Any) -> bool:
    """Say whether anything of a filter is null."""
    below = given.values() if isinstance(given, Mapping) else given
    return given is None or (isinstance(given, (Mapping, list)) and any(map(has_null, below)))


def truth(asked: Sight, kind: str, thing: Found, given: Filter) -> Truth:
    """Say whether a filter, in which nothing is absent or null, holds of a row."""
    return every(_part(asked, kind, thing, name, value) for name, value in given.items())


def _part(asked: Sight, kind: str, thing: Found, name: str, value: Any) -> Truth:
    if name in _JOINED:
        below = value if isinstance(value, list) else [value]
        return _JOINED[name](truth(asked, kind, thing, each) for each in below)
    field, at = asked.field(kind, name), f"{kind}.{name}"
    if is_column(field):
        return _leaf(asked, field, at, thing, value)
    if hasattr(field, "gate"):
        return _hanging(asked, field, at, thing, value)
    related = field.of(asked, thing, at)
    return None if related is None else truth(asked, field.kind, related, value)


def _hanging(asked: Sight, field: Any, at: str, thing: Found, value: Filter) -> Truth:
    if field.gate(asked, thing, at) is not True:
        return None
    rows = field.of(asked, thing, at)
    if not is_many(field):
        return truth(asked, field.kind, rows[0], value) if rows else None
    return any(truth(asked, field.kind, row, value["some"]) is True for row in rows)


def _leaf(asked: Sight, field: Any, at: str, thing: Found, given: Any) -> Truth:
    if not asked.readable(field, at, thing):
        return None
    if not isinstance(given, Mapping):  # what is made of other rows has no operators
        return bool(field.made(asked, thing)) is given
    stored = thing.row[field.column] if field.column else field.made(asked, thing)
    folded = thing.row[field.folded] if field.folded else stored
    return every(
        _compared(operator, stored, folded, value, getattr(field, "folding", fold))
        for operator, value in given.items()
    )


def _compared(
    operator: str, stored: Any, folded: Any, value: Any, folding: Callable[[str], str]
) -> Truth:
    if operator == "isNull":
        return (stored is None) is value
    if operator == "in":
        return some(_compared("eq", stored, folded, each, folding) for each in value)
    if stored is None:
        return None
    if operator in _FOLDED:
        return _FOLDED[operator](folded, folding(value))
    return bool(_COMPARED[operator](stored, _as_stored(stored, value)))


def _as_stored(stored: Any, value: Any) -> Any:
    """Return a moment as milliseconds, where it stands beside a stored one."""
    if isinstance(stored, int) and isinstance(value, str):
        return round(datetime.fromisoformat(value).timestamp() * 1000)
    return value


def every(truths: Iterable[Truth]) -> Truth:
    """AND of three values."""
    known = list(truths)
    if any(each is False for each in known):
        return False
    return None if any(each is None for each in known) else True


def some(truths: Iterable[Truth]) -> Truth:
    """OR of three values."""
    known = list(truths)
    if any(each is True for each in known):
        return True
    return None if any(each is None for each in known) else False


def negated(truths: Iterable[Truth]) -> Truth:
    """NOT of the one value given."""
    [known] = truths
    return None if known is None else not known


_JOINED = {"and": every, "or": some, "not": negated}
_FOLDED = {"contains": str.__contains__, "startsWith": str.startswith}
_COMPARED = {"eq": op.eq, "lt": op.lt, "lte": op.le, "gt": op.gt, "gte": op.ge}


def fold(text: str) -> str:
    """Return a text as it is searched: compatibility forms and letter case are dropped."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def capitals_aside(text: str) -> str:
    """Return an e-mail address as it is searched: in which ASCII's capitals are small."""
    return "".join(char.lower() if char.isascii() else char for char in text)


def is_column(field: Any) -> bool:
    """Say whether a field is a column of the row, and no relation."""
    return not hasattr(field, "kind")


def is_many(field: Any) -> bool:
    """Say whether a relation leads to a list or to pages."""
    return hasattr(field, "many")
