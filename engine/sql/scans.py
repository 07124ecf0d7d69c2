"""Scans: the ids of the rows in scope, path by path and each by its own index, merged.

A condition over all paths at once (`a OR b OR id IN …`) makes a database read every row; a scan a
path reads the rows of that path alone, in order, and no more of them than the page holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    bindparam,
    false,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.sql.selectable import TableValuedAlias

from db.drivers.statements import aliased, each, in_order, origin
from engine.sql.sort_order import ColumnOf

if TYPE_CHECKING:
    from authz.decision import Path
    from db.drivers.statements import DialectName
    from engine.catalogue import Entity
    from engine.sql.predicates import Reach
    from engine.sql.row_scope import Scope
    from engine.sql.sort_order import Direction, Segment

Rows: TypeAlias = Select[*tuple[Any, ...]]

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


class Scans:
    """Writes the scans of one statement."""

    def __init__(self, dialect: DialectName, reach: Reach) -> None:
        """Write for a database; the arrays of the paths go to `reach`."""
        self._dialect = dialect
        self._reach = reach
        self._names = 0

    def page(
        self,
        scope: Scope,
        segment: Segment,
        direction: Direction,
        *,
        after: bool,
        parents: Parents | None = None,
    ) -> Rows:
        """Return the ids of a page (of each parent), one row longer than it is."""
        scope = scope.narrowed(segment.within, segment.where)
        first = First(self, scope, segment, segment.reversed(direction), after, parents)
        if scope.driving()[0] is None:
            return first.ids(self.alias(scope.entity), [])
        together = _together(scope, parents)
        if not together:
            return first.ids(self.alias(scope.entity), [false()])
        if len(together) == 1 and not _is_spread(scope.entity, together[0], parents):
            return first.ids(*self._found(scope, together[0], ids_alone=first.by_id_alone))
        branches = [self._branch(first, paths) for paths in together]
        merged = self._merged(branches)
        keys = [merged.c[f"k{i}"] for i in range(len(segment.keys))]
        return select(merged.c.id).order_by(*first.ordered(keys)).limit(SIZE)

    def all(self, scope: Scope, columns: Sequence[str] = ("id",)) -> Rows:
        """Return all rows in scope, each once, by their id and other columns."""
        branches, paths = [], scope.paths()
        alone, merged = tuple(columns) == ("id",), len(paths) > 1
        for path in paths:
            table, found = self._found(scope, (path,), ids_alone=alone, merged=merged)
            where = [*found, *self.besides(scope, table)]
            branches.append(select(*(table.c[name] for name in columns)).where(*where))
        if len(branches) > 1:
            return select(self._merged(branches))
        if branches:
            return branches[0]
        table = self.alias(scope.entity)
        where = self.besides(scope, table) if scope.driving()[0] is None else [false()]
        return select(*(table.c[name] for name in columns)).where(*where)

    def parents(self, parameter: str) -> TableValuedAlias:
        """Return the keys that rows are asked by as a table."""
        return each(parameter, self._dialect, "parents")

    def joined(self, table: FromClause, ids: Rows, parents: Parents | None) -> FromClause:
        """Return a table joined with the ids of a page, or of one page a parent."""
        if parents is None:
            page = ids.subquery("page")
            return in_order(page, table, table.c.id == page.c.id)
        if self._dialect == "postgresql":
            own = ids.lateral("page")
            return parents.keys.join(own, true()).join(table, table.c.id == own.c.id)
        return in_order(parents.keys, table, table.c.id.in_(ids))

    def alias(self, entity: Entity) -> FromClause:
        """Return the table under a name of its own in this statement."""
        return aliased(entity.table, self.name("r"))

    def name(self, kind: str) -> str:
        """Return a name that nothing else in this statement has."""
        self._names += 1
        return f"{kind}{self._names}"

    def besides(self, scope: Scope, table: FromClause) -> list[ColumnElement[bool]]:
        """Return what a row must satisfy besides the paths that find it."""
        _, others = scope.driving()
        held = [self._reach.any_of(scope.entity, table, where) for where in others]
        return [*held, *(says(table) for says in scope.where)]

    def _branch(self, first: First, paths: tuple[Path, ...]) -> Rows:
        """Return the first rows on these paths with their keys: of a spread path, at each place."""
        entity = first.scope.entity
        if not _is_spread(entity, paths, first.parents):
            return first.rows(*self._found(first.scope, paths, ids_alone=first.by_id_alone))
        [path] = paths
        table = self.alias(entity)
        bound = entity.bound(path)
        held = each(self._reach.parameter(entity, path), self._dialect, self.name("h"))
        here = [
            table.c[bound.anchor or ""] == held.c.value,
            bound.remainder(table),
            *self._reach.condition(entity, table, path),
        ]
        if self._dialect == "postgresql":
            there = first.rows(table, here).correlate(held).lateral(self.name("l"))
            return select(there).select_from(held.join(there, true()))
        found = self.alias(entity)
        ids = first.ids(table, here).correlate(held)
        rows = select(found.c.id, *first.named(found))
        return rows.select_from(in_order(held, found, found.c.id.in_(ids)))

    def _found(
        self, scope: Scope, paths: Sequence[Path], *, ids_alone: bool, merged: bool = False
    ) -> tuple[FromClause, list[ColumnElement[bool]]]:
        """Return what the rows on these paths are selected from, and what finds them there.

        Where their ids are all that is asked of them, a set of ids is not looked up in the table.
        It may hold an id twice; merged with others it need not be cleared of it first. DISTINCT has
        SQLite walk an index of ids from its start, so there it is not written.
        """
        entity = scope.entity
        if ids_alone and (merged or self._dialect == "postgresql") and not scope.narrows:
            ids = self._ids(entity, paths)
            if ids is not None:
                return (ids if merged else ids.distinct()).subquery(self.name("i")), []
        table = self.alias(entity)
        return table, self._on(entity, table, paths)

    def _ids(self, entity: Entity, paths: Sequence[Path]) -> Rows | None:
        """Return the set of ids that a path is, if its foreign key says that the rows are there."""
        bound = entity.bound(paths[0])
        if len(paths) > 1 or paths[0].when is not None or bound.ids is None:
            return None
        ids = bound.ids(self._reach.parameter(entity, paths[0]))
        named, key = ids.selected_columns[0], entity.table.c.id
        column = origin(named)
        if column is not None and (column is key or column.references(key)):
            found: Rows = ids.with_only_columns(named.label("id")).where(named.is_not(None))
            return found
        return None

    def _on(
        self, entity: Entity, table: FromClause, paths: Sequence[Path]
    ) -> list[ColumnElement[bool]]:
        """Return that a row lies on one of these paths, in the form that finds the path's rows."""
        if len(paths) > 1:
            return [self._reach.one_of(entity, table, paths)]
        [path] = paths
        bound, parameter = entity.bound(path), self._reach.parameter(entity, path)
        found = table.c.id.in_(bound.ids(parameter)) if bound.ids else None
        condition = self._reach.condition(entity, table, path)
        return [found if found is not None else bound.predicate(table, parameter), *condition]

    def _merged(self, branches: Sequence[Rows]) -> Subquery:
        """Return the rows of all branches, each once."""
        if len(branches) == 1:
            return branches[0].subquery(self.name("u"))
        alone = (select(branch.subquery(self.name("b"))) for branch in branches)
        return union(*alone).subquery(self.name("u"))


def _together(scope: Scope, parents: Parents | None) -> list[tuple[Path, ...]]:
    """Return the paths that one scan finds: those that the parent decides for all go together."""
    paths = scope.paths()
    if parents is None:
        return [(path,) for path in paths]
    bound = scope.entity.bound
    anchored = tuple(p for p in paths if bound(p).anchor == parents.column)
    return [*([anchored] if anchored else []), *((p,) for p in paths if p not in anchored)]


def _is_spread(entity: Entity, paths: Sequence[Path], parents: Parents | None) -> bool:
    """Tell whether a path's rows lie at several places, each with an order of its own."""
    anchor = entity.bound(paths[0]).anchor
    return parents is None and anchor is not None and anchor != "id"
