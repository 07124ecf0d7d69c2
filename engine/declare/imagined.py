"""Imagined rows: types of which a preview reads one given row instead of the database's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Integer, Text, bindparam, cast, select

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import CTE, ColumnElement, Table


def imagined_table(kind: str, table: Table) -> CTE:
    """Return what stands for the table of a type: one row, whose columns are parameters."""
    columns = (_value(kind, column).label(column.name) for column in table.columns)
    return select(*columns).cte(f"imagined_{table.name}")


def imagined_values(rows: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """Return the parameters of the given rows, by their types."""
    return {_named(kind, name): value for kind, row in rows.items() for name, value in row.items()}


def _value(kind: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    stored = BigInteger() if isinstance(column.type, Integer) else Text()
    return cast(bindparam(_named(kind, str(column.key)), type_=stored), stored)


def _named(kind: str, column: str) -> str:
    return f"imagined_{kind}_{column}"
