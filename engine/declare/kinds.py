"""Field kinds: what the schema, the catalogue, filters and orders have to know of each.

How a kind is declared, planned, run and answered on the plain path stands in `engine.kinds`, one
module a kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    from sqlalchemy.sql.base import ReadOnlyColumnCollection
    from sqlalchemy.sql.elements import KeyedColumnElement

    from db.base import Base

    Columns: TypeAlias = ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]


class Kind:
    """How a field finds its value."""

    __slots__ = ()

    with_row: ClassVar[bool] = False
    """Whether it comes with the row: a rule that lists fields does not speak of it."""
    of_any_type: ClassVar[bool] = False
    """Whether it has no action of its own, since the type that an id names decides."""
    of_caller: ClassVar[bool] = False
    """Whether it leads to the caller's own row."""
    by_read: ClassVar[bool] = False
    """Whether the rows it leads to are decided by their own type's read action alone."""
    compared_as: ClassVar[type | None] = None
    """What a filter compares it with, where that is not a value of the field's type."""

    def is_required(self, columns: Columns | None) -> bool:
        """Tell whether it is null only where it is withheld, on a row with these columns.

        At the root there is no row.
        """
        del columns
        return False

    def sort_keys(self) -> Mapping[str, str]:
        """Return, by what a key names below the field, the column that rows are sorted by."""
        return {}


class OfColumn(Kind):
    """A field whose value is the row's column `name`."""

    __slots__ = ()
    name: str

    def sums(self) -> Kind:
        """Return the kind of the field of the column's sums."""
        raise NotImplementedError


class Relation(Kind):
    """A field that leads to rows whose column `by` holds this row's column `on`.

    At the root it has no `by`, and leads to all rows. The action of a `part` is decided on this
    row, as a column's is; any other is decided at this row as the parent (see
    `engine.execution.gates`). One that `points` leads by a foreign key of this row.
    """

    __slots__ = ()
    on: str
    by: str | None
    part: bool
    single: ClassVar[bool] = False
    points: ClassVar[bool] = False


class OfAnother(Kind):
    """A field that shows columns of the row of `model` that column `on` points at."""

    __slots__ = ()
    on: str
    model: type[Base]

    def sorted_by(self, below: str) -> str:
        """Return the column of the other row that rows are sorted by, for a key below the field."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Findable:
    """What rows can be found by a column: filters and orders that may name it, and aggregates.

    Who filters or sorts by it needs every action of `search` besides its own. `folded` is the
    column that holds a text as it is searched and sorted by.
    """

    filter: bool = False
    sort: bool = False
    search: tuple[str, ...] = ()
    folded: str | None = None
    aggregate: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An argument whose words narrow a connection to the rows in scope of another action too."""

    argument: str
    kind: type[Enum]
    default: Any
    narrowing: Mapping[str, str]
