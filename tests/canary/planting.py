"""Rewrites the demo world until every cell that can be is a canary; tables join by themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from sqlalchemy import Column, Integer, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from canary.canaries import Canaries, Cell
from canary.columns import (
    APPEND_ONLY,
    EXCUSED,
    TABLES,
    Row,
    Rows,
    collides,
    folded,
    follows,
    name_of,
    referred,
    shown_as_words,
)
from db.drivers.database import sqlalchemy_url
from db.types import Day, Folded, Instant, Key, encode_key


class Planter:
    """Puts canaries into rows: by type, with keys, references and words as they were."""

    def __init__(self, canaries: Canaries) -> None:
        self.canaries = canaries
        self.excused = EXCUSED.keys() | shown_as_words()

    def planted(self, rows: Rows) -> Rows:
        """Return the rows rewritten, with rows added where a column would stay empty."""
        planted = {
            table.name: [self.rewritten(table, row) for row in rows[table.name]] for table in TABLES
        }
        for table in TABLES:
            planted[table.name] += self._whole_rows(table, planted)
        return planted

    def rewritten(self, table: Table, row: Row, kept: Iterable[str] = ()) -> Row:
        """Return a row with a canary in every cell that can hold one, but the kept columns."""
        new = dict(row)
        for column in table.columns:
            if row[column.name] is not None and column.name not in kept:
                new[column.name] = self.value(column, row["id"], row[column.name])
        for column in table.columns:
            if isinstance(column.type, Folded) and row[column.name] is not None:
                new[column.name] = folded(column, row, new)
        return new

    def value(self, column: Column[Any], key: str, before: Any) -> Any:
        """Return the canary of a cell, or what it held where it can have none."""
        cell = Cell(column.table.name, key, column.name)
        if column.primary_key and column.foreign_keys:
            return key  # of the row that this one stands beside
        if column.primary_key:
            return self.canaries.key(cell, key)
        if follows(column) or name_of(column) in self.excused:
            return before
        if isinstance(column.type, Key):
            return self.canaries.key(cell, new_key(name_of(column), key))
        if isinstance(column.type, String):
            return self._text(column, cell, before)
        return self._number(column, cell, before)

    def _text(self, column: Column[Any], cell: Cell, before: str | None) -> str:
        if isinstance(column.type, Day):
            return self.canaries.day(cell)
        text = self.canaries.text(cell)
        return f"{text}@example.test" if "@" in (before or "") else text

    def _number(self, column: Column[Any], cell: Cell, before: int | None) -> int | None:
        if isinstance(column.type, Instant):
            return self.canaries.instant(cell, before)
        return self.canaries.number(cell) if isinstance(column.type, Integer) else before

    def _whole_rows(self, table: Table, rows: Rows) -> Iterator[Row]:
        """Yield a row without an empty cell of each kind there is, if a column has no value yet."""
        present = rows[table.name]
        filled = {name for row in present for name, value in row.items() if value is not None}
        if filled >= {c.name for c in table.columns if name_of(c) not in EXCUSED}:
            return
        words = [c.name for c in table.columns if name_of(c) in self.excused]
        kinds = {tuple(row[word] for word in words): row for row in reversed(present)}
        made: list[Row] = []
        for number, like in enumerate(kinds.values() or [{}]):
            row = self._whole_row(table, like, new_key(table.name, number))
            made.append(self._referring(table, row, like, rows, made))
        yield from made

    def _whole_row(self, table: Table, like: Row, key: str) -> Row:
        row: Row = {"id": key}
        for column in table.columns:
            before = like.get(column.name)
            if name_of(column) in self.excused:
                row[column.name] = None if column.unique else before if like else "WORD"
            elif not follows(column):
                row[column.name] = self.value(column, key, before)
        for column in table.columns:
            if isinstance(column.type, Folded):
                row[column.name] = folded(column, like, row)
        return row

    def _referring(self, table: Table, row: Row, like: Row, rows: Rows, made: list[Row]) -> Row:
        """Return a row with the first references of all that break no constraint."""
        references = [column for column in table.columns if column.foreign_keys]
        choices = [
            [like[column.name]] * (like.get(column.name) is not None)
            + [other["id"] for other in rows[referred(column)]]
            for column in references
        ]
        for chosen in product(*choices):
            row.update(zip((column.name for column in references), chosen, strict=True))
            if not collides(table, row, [*rows[table.name], *made]):
                return row
        raise ValueError(f"No row of {table.name} can be added.")


def new_key(*parts: object) -> str:
    """Return the key of a row that is added, the same on every run."""
    return encode_key(hashlib.sha256(repr(("canary", *parts)).encode()).digest())


async def plant(url: str, canaries: Canaries) -> Rows:
    """Rewrite a database whole and return what stands in it now."""
    engine = create_async_engine(sqlalchemy_url(url))
    try:
        async with engine.begin() as connection:
            present = await _read(connection)
            rows = Planter(canaries).planted(present)
            await replace(connection, present, rows)
            return rows
    finally:
        await engine.dispose()


async def _read(connection: AsyncConnection) -> Rows:
    found = {}
    for table in TABLES:
        result = await connection.execute(select(table).order_by(table.c.id))
        found[table.name] = [dict(row) for row in result.mappings()]
    return found


async def replace(connection: AsyncConnection, present: Rows, wanted: Rows) -> None:
    """Put rows in place of those present; what is append-only gets the further ones alone."""
    for table in reversed(TABLES):
        if table.name not in APPEND_ONLY:
            await connection.execute(table.delete())
    for table in TABLES:
        added = wanted[table.name]
        if table.name in APPEND_ONLY:
            added = added[len(present[table.name]) :]
        if added:
            await connection.execute(insert(table).values(added))
