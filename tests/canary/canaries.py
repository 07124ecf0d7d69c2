"""Canaries: unique values of every type, and how they are found again in whatever leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from worlds import NOW

PAST = int(datetime(2001, 1, 1, tzinfo=UTC).timestamp()) * 1000
FUTURE = int(datetime(2101, 1, 1, tzinfo=UTC).timestamp()) * 1000
APART = 61_001
"""More than a minute, in milliseconds: documents write instants to the minute."""
FIRST_NUMBER, NUMBERS_APART = 20_000_000, 1_009
FIRST_DAY = date(1750, 1, 1)

_LONDON = ZoneInfo("Europe/London")
_TEXT = re.compile(r"zq(\d{5})qz", re.IGNORECASE)
_KEY = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
_NUMBER = re.compile(r"(?<!\d)\d{8,16}(?!\d)")
_DIGEST = re.compile(r"\b(?=\d*[a-f])[0-9a-f]{16,64}\b")
"""What names requests and documents in the log: such a one has any eight digits now and then."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MINUTE = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4} at \d\d:\d\d")


@dataclass(frozen=True, order=True)
class Cell:
    """The place of a value: a column of a row."""

    table: str
    key: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column} of {self.key}"


class Canaries:
    """Gives out values, none of them twice, and knows the cell of each."""

    def __init__(self, start: int = 0) -> None:
        """Begin the series somewhere, so that two of them have no value in common."""
        self._given: dict[str, int] = {}
        self._start = start
        self._cells: dict[object, Cell] = {}

    @property
    def cells(self) -> set[Cell]:
        """Every cell that holds a canary."""
        return set(self._cells.values())

    def key(self, cell: Cell, key: str) -> str:
        """Take note of a row's key, which is random and so a canary as it is."""
        if self._cells.setdefault(key, cell) != cell:
            raise ValueError(f"{key} is the key of two rows.")
        return key

    def text(self, cell: Cell) -> str:
        number = self._next("text")
        self._cells["text", number] = cell
        return f"Zq{number:05}qZ"

    def number(self, cell: Cell) -> int:
        number = FIRST_NUMBER + NUMBERS_APART * self._next("number")
        self._cells[number] = cell
        return number

    def instant(self, cell: Cell, before: int | None) -> int:
        """Return an instant on the same side of now as the one before, or to come."""
        first = PAST if before is not None and before <= NOW else FUTURE
        number = first + APART * self._next("instant")
        then = datetime.fromtimestamp(number / 1000, _LONDON)
        self._cells[number] = self._cells[number // 1000] = cell
        self._cells[f"{then.day} {then:%B %Y} at {then:%H:%M}"] = cell
        return number

    def day(self, cell: Cell) -> str:
        day = (FIRST_DAY + timedelta(days=self._next("day"))).isoformat()
        self._cells[day] = cell
        return day

    def found(self, text: str) -> frozenset[Cell]:
        """Return the cells whose values stand in a text, in any spelling that the product has."""
        return frozenset(
            self._cells[spelling] for spelling in _spellings(text) if spelling in self._cells
        )

    def _next(self, kind: str) -> int:
        self._given[kind] = number = self._given.get(kind, self._start) + 1
        return number


def _spellings(text: str) -> Iterator[object]:
    for number in _TEXT.findall(text):
        yield "text", int(number)
    yield from _KEY.findall(text)
    yield from map(int, _NUMBER.findall(_DIGEST.sub("", text)))
    yield from _DAY.findall(text)
    yield from _MINUTE.findall(text)
    for spelling in _INSTANT.findall(text):
        then = datetime.fromisoformat(spelling).replace(tzinfo=UTC)
        yield round(then.timestamp() * 1000)
