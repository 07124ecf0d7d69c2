"""Worlds that one person must take for the same: hidden values changed, hidden rows added."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import create_async_engine

from canary.canaries import Canaries, Cell
from canary.columns import APPEND_ONLY, TABLES, Row, Rows, collides, name_of, referred
from canary.crawling import Crawler
from canary.planting import Planter, new_key, replace
from db.drivers.database import sqlalchemy_url
from worlds import World

OTHER_VALUES, MORE_VALUES = 20_000, 40_000
"""Where the series of other values begin, far behind the first."""
TOLD_BY = {"inspector_accounts.credentials_rotated_at": "email"}
"""Columns that a field tells something of without showing them, to whom it shows another.

`duty` tells whether an inspector's credentials are older than the visit that is over; who is told
of the account is told its address.
"""
GRANTS_ARE_MADE_OF = {
    "organisations", "role_grants", "users", "caseloads", "inspection_openings",
    "inspector_accounts",
}  # fmt: skip


def altered(crawler: Crawler, person: str) -> Rows:
    """Return the rows with another value in every cell that a person may not read.

    A row out of sight changes its words, too, and where that may also be null what it refers to,
    for another row out of sight. What grants are made of keeps its words.
    """
    planter = Planter(Canaries(OTHER_VALUES))
    readable, hidden = crawler.readable(person), _hidden(crawler, person)
    changed = {name: list(found) for name, found in crawler.rows.items()}
    for table in (table for table in TABLES if table.name not in APPEND_ONLY):
        words = _words(planter, table, changed[table.name])
        for at, row in enumerate(changed[table.name]):
            cells = {c.name: Cell(table.name, row["id"], c.name) for c in table.columns}
            told_by = {name: TOLD_BY.get(f"{table.name}.{name}", name) for name in cells}
            kept = [name for name, other in told_by.items() if cells[other] in readable]
            new = planter.rewritten(table, row, kept)
            if row["id"] in hidden[table.name]:
                new |= {name: other[row[name]] for name, other in words.items() if row[name]}
                new |= _other_references(table, row, hidden)
            changed[table.name][at] = new
    return changed


def grown(crawler: Crawler, person: str, rows: Rows | None = None) -> Rows:
    """Return the rows with a copy of each that is out of sight, where no constraint forbids it.

    They are the crawler's unless others are given, in which the same lie out of sight.
    """
    planter = Planter(Canaries(MORE_VALUES))
    rows = crawler.rows if rows is None else rows
    more = {name: list(found) for name, found in rows.items()}
    hidden, copies = _hidden(crawler, person), {}
    for table in TABLES:
        for row in rows[table.name]:
            if row["id"] not in hidden[table.name]:
                continue
            copy = _copied(planter, table, row, new_key("copy", row["id"], person), copies)
            if not collides(table, copy, more[table.name], partly=True):
                more[table.name].append(copy)
                copies[row["id"]] = copy["id"]
    return more


def changed_columns(before: Rows, after: Rows) -> set[str]:
    """Return the columns in which two worlds of the same rows differ."""
    return {
        name_of(column)
        for table in TABLES
        for one, other in zip(before[table.name], after[table.name], strict=False)
        for column in table.columns
        if one[column.name] != other[column.name]
    }


@asynccontextmanager
async def standing(world: World, before: Rows, after: Rows) -> AsyncIterator[None]:
    """Let other rows stand in a world while the block runs."""
    engine = create_async_engine(sqlalchemy_url(world.url))
    try:
        async with engine.begin() as connection:
            await replace(connection, before, after)
        yield
        async with engine.begin() as connection:
            await replace(connection, after, before)
    finally:
        await engine.dispose()


def _hidden(crawler: Crawler, person: str) -> dict[str, set[str]]:
    """Return the keys of the rows that a person may not read at all, by table."""
    seen = crawler.in_sight(person)
    return {
        name: {row["id"] for row in found if (name, row["id"]) not in seen}
        for name, found in crawler.rows.items()
    }


def _copied(planter: Planter, table: Table, row: Row, key: str, copies: dict[str, str]) -> Row:
    """Return a copy of a row that refers to the copies there are, with other values."""
    copy = {**row, "id": key}
    for column in table.columns:
        if column.foreign_keys:
            copy[column.name] = copies.get(row[column.name], row[column.name])
        elif column.unique and name_of(column) in planter.excused:
            copy[column.name] = None
    return planter.rewritten(table, copy)


def _words(planter: Planter, table: Table, rows: list[Row]) -> dict[str, dict[Any, Any]]:
    """Return by column which word to put in place of which: the next of those that there are."""
    found = {}
    for column in table.columns:
        if name_of(column) in planter.excused and table.name not in GRANTS_ARE_MADE_OF:
            words = sorted({row[column.name] for row in rows} - {None})
            found[column.name] = dict(zip(words, words[1:] + words[:1], strict=True))
    return found


def _other_references(table: Table, row: Row, hidden: dict[str, set[str]]) -> dict[str, Any]:
    found = {}
    for column in table.columns:
        to_another = column.foreign_keys and referred(column) != table.name
        if to_another and column.nullable and row[column.name] is not None:
            others = hidden[referred(column)] - {row[column.name]}
            found |= {column.name: min(others)} if others else {}
    return found
