"""SQLAlchemy Core statements compiled once to text for the raw driver of either database."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

import orjson
from sqlalchemy import (
    ARRAY,
    CTE,
    Boolean,
    Column,
    Table,
    TableClause,
    Text,
    bindparam,
    column,
    func,
)
from sqlalchemy import table as table_clause
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.dialects.sqlite.aiosqlite import dialect as aiosqlite_dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter, ClauseElement, ColumnElement, UnaryExpression
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType, inv
from sqlalchemy.sql.selectable import FromClause, Join, NamedFromClause, TableValuedAlias

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect

DialectName: TypeAlias = Literal["sqlite", "postgresql"]


class _OneOf(FunctionElement[bool]):
    """`column` is one of the values of an array parameter, in each database's own words."""

    name = "one_of"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002 - its signature
        # Without this SQLAlchemy writes "… = 1" behind a condition on SQLite.
        return self

    def _negate(self) -> ColumnElement[bool]:
        return UnaryExpression(self, operator=inv, type_=self.type)


@compiles(_OneOf, "postgresql")
def _one_of_on_postgresql(element: _OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    column, parameter = element.clauses
    return f"({compiler.process(column, **kw)} = ANY({compiler.process(parameter, **kw)}))"


@compiles(_OneOf, "sqlite")
def _one_of_on_sqlite(element: _OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    column, parameter = element.clauses
    values = compiler.process(parameter, **kw)
    return f"({compiler.process(column, **kw)} IN (SELECT value FROM json_each({values})))"  # noqa: S608 - the parts are compiled SQL


def one_of(column: ColumnElement[Any], parameter: str | BindParameter[Any]) -> ColumnElement[bool]:
    """Say that `column` holds one of the texts of a list parameter, in constant SQL."""
    if isinstance(parameter, str):
        parameter = bindparam(parameter, type_=ARRAY(Text))
    return _OneOf(column, parameter)


class _InOrder(Join):
    """A join whose left side is read first, whatever the database believes of the sizes."""

    inherit_cache = True


@compiles(_InOrder, "sqlite")
def _in_order_on_sqlite(join: _InOrder, compiler: SQLCompiler, **kw: Any) -> str:
    """Write CROSS JOIN: SQLite reads its left side first, and PostgreSQL's planner needs no word.

    https://www.sqlite.org/optoverview.html#crossjoin
    """
    kw = {**kw, "asfrom": True}
    left, right = compiler.process(join.left, **kw), compiler.process(join.right, **kw)
    assert join.onclause is not None  # noqa: S101 - see `in_order`
    return f"{left} CROSS JOIN {right} ON {compiler.process(join.onclause)}"


def in_order(first: FromClause, then: FromClause, on: ColumnElement[bool]) -> Join:
    """Join two tables of which the first is small: its rows are looked up in the other.

    SQLite chooses by its statistics, of which it has none of a list of keys or of a page: it may
    read the whole table for each of them.
    """
    return _InOrder(first, then, on)


def each(parameter: str, dialect: DialectName, name: str) -> TableValuedAlias:
    """Give the texts of a list parameter as the rows of a table, each under `value`."""
    function = func.unnest if dialect == "postgresql" else func.json_each
    rows = function(bindparam(parameter, type_=ARRAY(Text))).table_valued(column("value", Text))
    if dialect == "postgresql":
        rows = rows.render_derived()
    return rows.alias(name)


def aliased(table: FromClause, name: str | None = None) -> NamedFromClause:
    """Give a table another name in a statement, its columns with name and type alone.

    `Table.alias` copies each column with its keys and their listeners, which was the dearest part
    of making a statement. What is left out is told by `origin`.
    """
    return table.alias(name) if isinstance(table, CTE) else _bare(table).alias(name)


def origin(column: ColumnElement[Any]) -> Column[Any] | None:
    """Return the column of the database's table behind one of an alias; None if there is none."""
    named = getattr(getattr(column, "table", None), "element", None)
    table = _TABLES.get(named, named)
    return table.columns[column.key] if isinstance(table, Table) and column.key else None


_TABLES: dict[object, Table] = {}
"""The tables behind the bare ones."""


@cache
def _bare(table: FromClause) -> TableClause:
    if not isinstance(table, Table):
        raise TypeError(f"{table} is no table of the database.")
    bare = table_clause(table.name, *(column(each.name, each.type) for each in table.columns))
    _TABLES[bare] = table
    return bare


_DIALECTS: "dict[DialectName, Dialect]" = {
    "sqlite": aiosqlite_dialect(),
    "postgresql": asyncpg_dialect(),  # type: ignore[no-untyped-call]
}


class Statement:
    """A Core statement as the text that a driver takes, and its parameters in the driver's order.

    Named parameters are given to `bind`; literals of the statement are filled in there.
    """

    __slots__ = ("_lists_as_json", "_literals", "_positions", "text")

    def __init__(self, executable: ClauseElement, dialect: DialectName) -> None:
        """Compile; a statement whose text would depend on its values raises ValueError."""
        compiled = executable.compile(dialect=_DIALECTS[dialect])
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"{type(executable).__name__} is not a statement with parameters.")
        if compiled.post_compile_params:
            names = sorted(compiled.bind_names[p] for p in compiled.post_compile_params)
            raise ValueError(
                f"The text of the statement would change with the values of {', '.join(names)}; "
                "use one_of with a list parameter instead of in_."
            )
        self.text = compiled.string
        self._positions = tuple(compiled.positiontup or ())
        self._literals = {
            name: compiled.binds[name].effective_value
            for name in self._positions
            if not compiled.binds[name].required
        }
        self._lists_as_json = dialect == "sqlite"

    def bind(self, params: Mapping[str, object]) -> list[object]:
        """Give the values in the driver's order; a missing parameter raises KeyError with its name.

        Lists stay lists on PostgreSQL and become JSON text on SQLite.
        """
        literals = self._literals
        try:
            values = [
                literals[name] if name in literals else params[name] for name in self._positions
            ]
        except KeyError as error:
            message = f"The statement needs the parameter {error}, which was not given."
            raise KeyError(message) from None
        if self._lists_as_json:
            return [
                orjson.dumps(value).decode() if isinstance(value, (list, tuple)) else value
                for value in values
            ]
        return values
