"""A database that remembers every statement that is read from it, with its values."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from db.drivers.database import Database, Observer, Reader, Row
from db.drivers.pools import Connection
from db.drivers.statements import Statement


class Ran(NamedTuple):
    """A statement as the driver was given it."""

    text: str
    values: list[Any]


class RecordingDatabase(Database):
    """Reads like any other, and keeps what it ran in `ran`."""

    def __init__(self, url: str) -> None:
        """Remember nothing yet."""
        super().__init__(url, pool_size=1)
        self.ran: list[Ran] = []

    @asynccontextmanager
    async def reading(self, subject: str | None = None) -> AsyncIterator[Reader]:
        """Lend a connection whose statements are remembered."""
        async with self._pool.lend(subject) as connection:
            yield _RecordingReader(connection, self.observer, self.ran)


class _RecordingReader(Reader):
    __slots__ = ("_ran",)

    def __init__(self, connection: Connection, observer: Observer | None, ran: list[Ran]) -> None:
        super().__init__(connection, observer)
        self._ran = ran

    async def fetch(self, statement: Statement, params: Mapping[str, object]) -> list[Row]:
        self._ran.append(Ran(statement.text, statement.bind(params)))
        return await super().fetch(statement, params)
