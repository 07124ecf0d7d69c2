"""What statements cost a database: the backend's processor time, or the thread's for SQLite."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, Self

import asyncpg

from bench.cpu import Meter
from db.drivers.addresses import parse_address
from db.drivers.pools import SQLITE_SETTINGS

if TYPE_CHECKING:
    from bench.recording import Ran

BATCHES = 5
"""So many batches are run for a figure; the least disturbed of them, the cheapest, counts."""

_SECONDS = 0.02
"""How long a batch repeats the statements, at least."""


class Probe(Protocol):
    """One open connection, on which statements are repeated."""

    async def cost(self, statements: Sequence[Ran]) -> float:
        """Return the milliseconds of processor time that all of them cost once, in one batch."""

    async def close(self) -> None:
        """Close the connection."""


class PostgresqlProbe:
    """Statements on a backend of PostgreSQL, prepared as the application's are."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        """Take the connection."""
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect."""
        return cls(await asyncpg.connect(url))

    async def cost(self, statements: Sequence[Ran]) -> float:
        """Return the processor time of the backend."""
        meter = Meter(self._connection.get_server_pid())
        start, times = time.perf_counter(), 0
        while time.perf_counter() - start < _SECONDS:
            for text, values in statements:
                await self._connection.fetch(text, *values)
            times += 1
        return meter.milliseconds() / times

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()


class SqliteProbe:
    """Statements on a file of SQLite, in this thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection."""
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open the file."""
        connection = sqlite3.connect(parse_address(url).driver)
        for setting in SQLITE_SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        return cls(connection)

    async def cost(self, statements: Sequence[Ran]) -> float:
        """Return the processor time of the thread, reading all rows included."""
        start, times = time.thread_time(), 0
        while time.thread_time() - start < _SECONDS:
            for text, values in statements:
                self._connection.execute(text, values).fetchall()
            times += 1
        return (time.thread_time() - start) / times * 1e3

    async def close(self) -> None:
        """Close the file."""
        self._connection.close()
