"""Whole tables as plain dicts, read without any scope: all that the oracle knows of a database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import asyncpg

Row = Mapping[str, Any]

TABLES = (
    "organisations",
    "employer_accounts",
    "paye_schemes",
    "legal_entities",
    "agreements",
    "agreement_events",
    "invitations",
    "users",
    "role_grants",
    "apprentice_records",
    "caseloads",
    "caseload_items",
    "price_episodes",
    "trainings",
    "evidence",
    "feedback",
    "end_point_assessments",
    "assessment_components",
    "ilrs",
    "inspector_accounts",
    "inspection_groups",
    "inspection_openings",
    "inspection_learners",
)
MOST_ROWS = 500


@dataclass(frozen=True)
class World:
    """Every row of every table a question can reach, and the rows of each table by id."""

    tables: Mapping[str, tuple[Row, ...]]
    by_id: Mapping[str, Mapping[str, Row]]

    def all(self, table: str) -> tuple[Row, ...]:
        """Return every row of a table."""
        return self.tables[table]

    def get(self, table: str, key: str | None) -> Row | None:
        """Return the row of a table with this id, or None."""
        return None if key is None else self.by_id[table].get(key)


def world_of(tables: Mapping[str, Iterable[Row]], names: Iterable[str] = TABLES) -> World:
    """Return a world of these rows; a table of `names` that is not given is empty."""
    frozen = {
        name: tuple(MappingProxyType(dict(row)) for row in tables.get(name, ())) for name in names
    }
    return World(frozen, {name: {row["id"]: row for row in rows} for name, rows in frozen.items()})


async def read_world(url: str, names: Iterable[str] = TABLES) -> World:
    """Read these tables of a small database, whole; a big one is refused."""
    dialect, _, rest = url.partition(":")
    lite = dialect.startswith("sqlite")
    rows = _sqlite(rest, names) if lite else await _postgresql(rest, names)
    largest = max(len(found) for found in rows.values())
    if largest > MOST_ROWS:
        msg = f"The oracle answers for tables of at most {MOST_ROWS} rows, not {largest}."
        raise ValueError(msg)
    return world_of(rows, names)


def _sqlite(rest: str, names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    connection = sqlite3.connect(rest.removeprefix("///"))
    connection.row_factory = sqlite3.Row
    try:
        return {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
            for table in names
        }
    finally:
        connection.close()


async def _postgresql(rest: str, names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    connection = await asyncpg.connect("postgresql:" + rest)
    try:
        return {
            table: [dict(row) for row in await connection.fetch(f"SELECT * FROM {table}")]
            for table in names
        }
    finally:
        await connection.close()
