"""Rows of one type at one place of a document: which columns, which paths, as SQL.

The rows are the union of the paths in scope; beside them stand, one boolean a path, the paths
that a mask needs, so a value and the reach that opens it come from the same statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, and_, case, cast, func, select

from authz.decision import Never, Where
from db.drivers.statements import aliased, in_order, one_of
from engine.sql.predicates import Reach
from engine.sql.row_scope import Scope
from engine.sql.scans import Parents, Rows, Scans
from engine.sql.statement import Decided, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import ColumnElement, FromClause

    from authz.decision import Decision, Path
    from db.base import Base
    from db.drivers.database import Database
    from engine.catalogue import Entity
    from engine.sql.sort_order import Direction, OfRow, Segment


class Summed(NamedTuple):
    """A column to be summed, and the decisions that a row must satisfy for it to be read."""

    column: str
    needed: tuple[Where, ...]


class Fetch:
    """Collects what a place wants of a row, then writes its statements.

    A row comes back as a tuple: the key that the rows are asked by first, then every wanted item
    at the position that `column` and `probe` gave for it.
    """

    def __init__(
        self,
        entity: Entity,
        key: str,
        decisions: Mapping[str, Decision] | None,
        actions: tuple[str, ...],
        database: Database,
    ) -> None:
        """Start with the key column and the decisions that every row must satisfy, by action.

        A refused action raises UndecidedError: nothing may be read for it. None reads a row
        whatever its scope, for the ladder, which only looks at which paths reach it.
        """
        scope = tuple(decisions.values()) if decisions is not None else ()
        if decisions is not None and (not scope or any(isinstance(d, Never) for d in scope)):
            message = f"{entity.name} was to be read without a right: {', '.join(actions)}."
            raise UndecidedError(message)
        self.scope = scope
        self.entity = entity
        self._actions = actions
        self._database = database
        self._items: list[ColumnElement[Any]] = []
        self._places: dict[object, int] = {}
        self.joins: dict[str, FromClause] = {}
        self.reach = Reach()
        self._where: tuple[OfRow, ...] = ()
        self.column(key)
        self._key = key

    def require(self, where: Sequence[OfRow]) -> None:
        """Have every row satisfy more than the decisions, whatever it is read for."""
        self._where = (*self._where, *where)

    def column(self, name: str) -> int:
        """Return the position of a column in each row."""
        return self.item(("column", name), self.entity.table.c[name])

    def probe(self, path: Path) -> int:
        """Return the position of the boolean that tells whether a path reaches the row."""
        return self.item(
            ("probe", path.scope, path.shape),
            self.reach.reaches(self.entity, self.entity.table, path),
        )

    def condition(self, name: str) -> int:
        """Return the position of the boolean that tells whether a condition holds of the row."""
        says = self.entity.conditions[name](self.entity.table).is_(True)
        return self.item(("condition", name), says)

    def card(self, on: str, model: type[Base], name: str) -> int:
        """Return the position of a column of the row that column `on` points at, null without."""
        if on not in self.joins:
            self.joins[on] = aliased(model.__table__, f"by_{on}")
        return self.item(("card", on, name), self.joins[on].c[name])

    def item(self, key: object, item: ColumnElement[Any]) -> int:
        """Return the position of an expression over the row; equal keys are one item."""
        if key not in self._places:
            self._places[key] = len(self._items)
            self._items.append(item)
        return self._places[key]

    @property
    def rows(self) -> Scope:
        """Which rows: those that satisfy every decision."""
        within = tuple(s for s in self.scope if isinstance(s, Where))
        return Scope(self.entity, within, self._where)

    def covered_by(self, decision: Where) -> bool:
        """Tell whether every row in scope is reached by one of the decision's own paths."""
        held = set(decision.paths)
        return any(isinstance(s, Where) and set(s.paths) <= held for s in self.scope)

    def by_key(self, order: Sequence[str] = ()) -> Decided:
        """Return the statement of the rows whose key is one of `:keys`."""
        return self._decided(lambda: self._by_key(order))

    def page(
        self, rows: Scope, segment: Segment, direction: Direction, *, after: bool, by_parent: bool
    ) -> Decided:
        """Return the statement of one page (or one page a parent), one row longer than `:size`."""
        return self._decided(
            lambda: self._page(rows, segment, direction, after=after, by_parent=by_parent)
        )

    def totals(self, rows: Scope, columns: Sequence[Summed] = (), *, by_parent: bool) -> Decided:
        """Return the statement of how many rows there are (of each parent), and of column sums.

        A row holds the parent's key, if asked by it, the count, and of each column the count, sum,
        least and greatest of the values that may be read.
        """
        return self._decided(lambda: self._totals(rows, columns, by_parent=by_parent))

    def _by_key(self, order: Sequence[str]) -> Rows:
        table, rows = self.entity.table, self.rows
        held = [self.reach.any_of(self.entity, table, where) for where in rows.within]
        held += [says(table) for says in rows.where]
        found = select(*self._columns()).select_from(self._joined(table))
        found = found.where(one_of(table.c[self._key], "keys"), *held)
        return found.order_by(*(table.c[name] for name in order))

    def _page(
        self, rows: Scope, segment: Segment, direction: Direction, *, after: bool, by_parent: bool
    ) -> Rows:
        table, scans = self.entity.table, Scans(self._database.dialect, self.reach)
        parents = Parents(self._key, scans.parents("keys")) if by_parent else None
        ids = scans.page(rows, segment, direction, after=after, parents=parents)
        falling = segment.reversed(direction)
        keys = [key(table) for key in segment.keys]
        ordered = [key.desc() if falling else key for key in keys]
        found = select(*self._columns())
        page = self._joined(scans.joined(table, ids, parents))
        return found.select_from(page).order_by(*ordered)

    def _totals(self, rows: Scope, columns: Sequence[Summed], *, by_parent: bool) -> Rows:
        scans = Scans(self._database.dialect, self.reach)
        keys = (self._key,) if by_parent else ()
        if by_parent:
            rows = rows.narrowed((), (lambda table: one_of(table.c[self._key], "keys"),))
        found = scans.all(rows, ("id", *keys)).subquery("found")
        parent = [found.c[key] for key in keys]
        if not columns:
            return select(*parent, func.count()).select_from(found).group_by(*parent)
        table = self.entity.table
        sums = [each for summed in columns for each in self._sums(table, summed)]
        joined = in_order(found, table, table.c.id == found.c.id)
        return select(*parent, func.count(), *sums).select_from(joined).group_by(*parent)

    def _sums(self, table: FromClause, summed: Summed) -> list[ColumnElement[Any]]:
        value: ColumnElement[Any] = table.c[summed.column]
        if summed.needed:
            readable = (self.reach.any_of(self.entity, table, w) for w in summed.needed)
            value = case((and_(*readable), value))
        total = cast(func.coalesce(func.sum(value), 0), BigInteger)
        return [func.count(value), total, func.min(value), func.max(value)]

    def _decided(self, build: Callable[[], Rows]) -> Decided:
        return Decided(self._database, self._actions, build, self.reach.arrays)

    def _joined(self, rows: FromClause) -> FromClause:
        """Return rows with what their cards show beside them."""
        for on, card in self.joins.items():
            rows = rows.outerjoin(card, self.entity.table.c[on] == card.c.id)
        return rows

    def _columns(self) -> list[ColumnElement[Any]]:
        return [item.label(f"c{i}") for i, item in enumerate(self._items)]
