"""The database at the level of its driver: one connection for one operation's reads."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import asyncpg
from sqlalchemy import literal, select
from sqlalchemy.sql.elements import ClauseElement

from db.addresses import parse_address, sqlalchemy_url
from db.pools import Connection, Pool, PostgresqlPool, Row, SqlitePool
from db.statements import DialectName, Statement
from db.writing import Writer, Writing

__all__ = ["Database", "Reader", "Row", "sqlalchemy_url"]

Observer = Callable[[str], None]


class Reader:
    """One driver connection in autocommit; `statements` counts what it has run."""

    __slots__ = ("_connection", "_observer", "statements")

    def __init__(self, connection: Connection, observer: Observer | None) -> None:
        self._connection = connection
        self._observer = observer
        self.statements = 0

    async def fetch(self, statement: Statement, params: Mapping[str, object]) -> list[Row]:
        """Run a compiled statement; its rows are the driver's own, read by position."""
        values = statement.bind(params)
        self.statements += 1
        if self._observer is not None:
            self._observer(statement.text)
        return await self._connection.fetch(statement.text, values)


class Database:
    """A SQLite file or a PostgreSQL database, read through a pool of driver connections.

    `observer`, when set, is called with the text of each statement before it runs.
    """

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        """Read the address, without connecting; one that cannot be used raises ValueError."""
        address = parse_address(url)
        self.url = url
        self.dialect: DialectName = address.dialect
        self.observer: Observer | None = None
        self._pool: Pool = (
            SqlitePool(address.driver, pool_size)
            if address.dialect == "sqlite"
            else PostgresqlPool(address.driver, pool_size)
        )
        self._writing = Writing(url, pool_size=pool_size)
        self._ping = self.compile(select(literal(1)))

    async def connect(self) -> None:
        """Open the pool; a database that is not there raises OSError or the driver's error."""
        await self._pool.open()

    async def close(self) -> None:
        """Close the pool; connecting again is possible."""
        await self._pool.close()
        await self._writing.close()

    def compile(self, executable: ClauseElement) -> Statement:
        """Compile a Core statement for this database, once for many runs."""
        return Statement(executable, self.dialect)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reader]:
        """Lend one connection for the reads of one operation."""
        async with self._pool.lend() as connection:
            yield Reader(connection, self.observer)

    def transaction(self) -> AbstractAsyncContextManager[Writer]:
        """Open a transaction that changes rows, on a connection of its own."""
        return self._writing.transaction()

    async def ping(self, *, seconds: float = 5) -> bool:
        """Say whether the database answers a statement within so many seconds."""
        try:
            async with asyncio.timeout(seconds), self._pool.lend() as connection:
                await connection.fetch(self._ping.text, self._ping.bind({}))
        except (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True
