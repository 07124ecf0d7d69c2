"""Orders of a connection as segments: runs of rows, each in one order that an index can give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from authz.decision import Where

Direction = Literal["forward", "backward"]

OfRow: TypeAlias = "Callable[[FromClause], ColumnElement[Any]]"
"""An expression over the table of a row, whatever alias it has in a statement."""


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """The expression of a column."""

    name: str

    def __call__(self, table: FromClause) -> ColumnElement[Any]:
        """Return the column of a table or of an alias of it."""
        return table.c[self.name]


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of rows in the order of `keys`, the id last as the tie-break.

    Rows are of the segment where all of `where` hold and a path of each of `within` reaches them.
    """

    keys: tuple[OfRow, ...]
    descending: bool = False
    where: tuple[OfRow, ...] = ()
    within: tuple[Where, ...] = ()

    def reversed(self, direction: Direction) -> bool:
        """Tell whether the keys fall when the segment is read in a direction."""
        return self.descending != (direction == "backward")


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a connection: its name in cursors, and its segments, the first rows first."""

    name: str
    segments: tuple[Segment, ...]

    def from_position(self, direction: Direction, segment: int | None) -> tuple[int, ...]:
        """Return the segments still to be read, from where a cursor lies or from the start."""
        numbers = range(len(self.segments))
        if direction == "backward":
            return tuple(n for n in reversed(numbers) if segment is None or n <= segment)
        return tuple(n for n in numbers if segment is None or n >= segment)


def by_columns(names: tuple[str, ...], *, falling: bool = False) -> Order:
    """Return the order by columns, the id last; its name is the same however it is asked for."""
    name = ",".join(names) + (" falling" if falling else "")
    return Order(name, (Segment(tuple(map(ColumnOf, names)), falling),))
