"""The first rows of a segment: what a page takes of one path, or of one place on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, FromClause, bindparam, select, tuple_
from sqlalchemy.sql.selectable import TableValuedAlias

from engine.sql.sort_order import ColumnOf

if TYPE_CHECKING:
    from engine.sql.row_scope import Scope
    from engine.sql.scans import Rows, Scans
    from engine.sql.sort_order import Segment

SIZE = bindparam("size", type_=BigInteger)
"""How many rows a page's statement gives at most: one more than the page holds."""


class Parents(NamedTuple):
    """The column that rows hang on their parents by, and the parents' keys as a table."""

    column: str
    keys: TableValuedAlias


@dataclass(frozen=True, slots=True)
class First:
    """The first rows of a segment that satisfy what finds them."""

    scans: Scans
    scope: Scope
    segment: Segment
    falling: bool
    after: bool
    parents: Parents | None

    @property
    def by_id_alone(self) -> bool:
        """Whether nothing is asked of the rows but their ids."""
        return self.parents is None and self.segment.keys == (ColumnOf("id"),)

    def rows(self, table: FromClause, found: list[ColumnElement[bool]]) -> Rows:
        """Return their ids and keys."""
        return self._select(table, found).add_columns(*self.named(table))

    def ids(self, table: FromClause, found: list[ColumnElement[bool]]) -> Rows:
        """Return their ids."""
        return self._select(table, found)

    def named(self, table: FromClause) -> list[ColumnElement[Any]]:
        """Return the keys of a row under the names `k0`, `k1` and so on."""
        return [key(table).label(f"k{i}") for i, key in enumerate(self.segment.keys)]

    def ordered(self, keys: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        """Return keys as they are ordered by."""
        return [key.desc() if self.falling else key for key in keys]

    def _select(self, table: FromClause, found: list[ColumnElement[bool]]) -> Rows:
        keys = [key(table) for key in self.segment.keys]
        where = [*found, *self.scans.besides(self.scope, table)]
        if self.parents is not None:
            where.append(table.c[self.parents.column] == self.parents.keys.c.value)
        if self.after:
            at = tuple_(*(bindparam(f"at_{i}", type_=k.type) for i, k in enumerate(keys)))
            where.append(tuple_(*keys) < at if self.falling else tuple_(*keys) > at)
        rows = select(table.c.id).where(*where).order_by(*self.ordered(keys)).limit(SIZE)
        return rows.correlate(self.parents.keys) if self.parents is not None else rows
