"""Rows of one type at one place of a document: which columns, which paths, as SQL.

The rows are the union of the paths in scope; beside them stand, one boolean a path, the paths
that a mask needs, so a value and the reach that opens it come from the same statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import BigInteger, and_, bindparam, func, or_, select, true, tuple_

from authz.decision import Never, Where
from authz.scopes import binding
from db.statements import one_of
from engine.decided import Arrays, Decided, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from authz.decision import Decision, Path
    from db.database import Database
    from engine.catalogue import Entity

Direction = Literal["forward", "backward"]


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
        self._arrays: Arrays = {}
        self.column(key)
        self._key = key

    def column(self, name: str) -> int:
        """Return the position of a column in each row."""
        return self._place(("column", name), self.entity.table.c[name])

    def probe(self, path: Path) -> int:
        """Return the position of the boolean that tells whether a path reaches the row."""
        return self._place(("probe", path), self._predicate(path))

    def covered_by(self, decision: Where) -> bool:
        """Tell whether every row in scope is reached by one of the decision's own paths."""
        held = set(decision.paths)
        return any(isinstance(s, Where) and set(s.paths) <= held for s in self.scope)

    def by_key(self, order: Sequence[str] = ()) -> Decided:
        """Return the statement of the rows whose key is one of `:keys`."""
        return self._decided(lambda: self._by_key(order))

    def page(
        self, order: Sequence[str], direction: Direction, *, after: bool, by_parent: bool
    ) -> Decided:
        """Return the statement of one page (or one page a parent), one row longer than `:size`."""
        return self._decided(lambda: self._page(order, direction, after=after, by_parent=by_parent))

    def count(self, *, by_parent: bool) -> Decided:
        """Return the statement of how many rows are in scope (for each parent)."""
        return self._decided(lambda: self._count(by_parent=by_parent))

    def _by_key(self, order: Sequence[str]) -> Select[*tuple[Any, ...]]:
        table = self.entity.table
        rows = select(*self._columns()).where(one_of(table.c[self._key], "keys"), self._in_scope())
        return rows.order_by(*(table.c[name] for name in order))

    def _page(
        self, order: Sequence[str], direction: Direction, *, after: bool, by_parent: bool
    ) -> Select[*tuple[Any, ...]]:
        table = self.entity.table
        keys = [table.c[name] for name in order]
        ordered = keys if direction == "forward" else [key.desc() for key in keys]
        where = [self._in_scope()]
        if after:
            position = tuple_(*(bindparam(f"at_{i}", type_=k.type) for i, k in enumerate(keys)))
            here = tuple_(*keys)
            where.append(here > position if direction == "forward" else here < position)
        size = bindparam("size", type_=BigInteger)
        if not by_parent:
            return select(*self._columns()).where(*where).order_by(*ordered).limit(size)
        parent = table.c[self._key]
        place = func.row_number().over(partition_by=parent, order_by=ordered).label("place")
        numbered = (
            select(*self._columns(), place).where(one_of(parent, "keys"), *where).subquery("page")
        )
        columns = list(numbered.c)
        return (
            select(*columns[:-1])
            .where(numbered.c.place <= size)
            .order_by(columns[0], numbered.c.place)
        )

    def _count(self, *, by_parent: bool) -> Select[*tuple[Any, ...]]:
        table = self.entity.table
        if not by_parent:
            return select(func.count()).select_from(table).where(self._in_scope())
        parent = table.c[self._key]
        counted = select(parent, func.count()).where(one_of(parent, "keys"), self._in_scope())
        return counted.group_by(parent)

    def _decided(self, build: Callable[[], Select[*tuple[Any, ...]]]) -> Decided:
        return Decided(self._database, self._actions, build, self._arrays)

    def _in_scope(self) -> ColumnElement[bool]:
        wheres = [s for s in self.scope if isinstance(s, Where)]
        predicates = [or_(*(self._predicate(p) for p in where.paths)) for where in wheres]
        return and_(true(), *predicates)

    def _predicate(self, path: Path) -> ColumnElement[bool]:
        bound = binding(self.entity.model, path.scope)
        parameter = bound.parameter(path)
        known, first = self._arrays.setdefault(parameter, (bound, path))
        same = known.values is bound.values and (bound.of_principal or first.shape == path.shape)
        if not same:
            message = f"Two paths would bind one array, {parameter}."
            raise UndecidedError(message)
        return bound.predicate(self.entity.table, parameter)

    def _columns(self) -> list[ColumnElement[Any]]:
        return [item.label(f"c{i}") for i, item in enumerate(self._items)]

    def _place(self, key: object, item: ColumnElement[Any]) -> int:
        if key not in self._places:
            self._places[key] = len(self._items)
            self._items.append(item)
        return self._places[key]
