"""The two pools of driver connections, of one shape: open, lend a connection, close."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast

import aiosqlite
import asyncpg

from db.interrupting import interrupted

Row: TypeAlias = Sequence[Any]

_CACHED_STATEMENTS = 512
_SECONDS_TO_CONNECT = 10
_NOT_CONNECTED = "The database is not connected; await connect() first."

SQLITE_SETTINGS = (
    "busy_timeout = 5000",
    "journal_mode = WAL",
    "query_only = ON",
    f"mmap_size = {2 << 30}",  # the most there is: a scattered row costs no system call
)
"""What each reading connection is set to."""


class Connection(Protocol):
    """A lent connection, in autocommit."""

    async def fetch(self, text: str, values: Sequence[object]) -> list[Row]:
        """Run one statement and give all its rows."""


class Pool(Protocol):
    """Driver connections that are opened once and lent again and again."""

    async def open(self) -> None:
        """Connect; a database that cannot be reached raises OSError or the driver's error."""

    async def close(self) -> None:
        """Close every connection."""

    def lend(self) -> AbstractAsyncContextManager[Connection]:
        """Lend one connection, waiting for one to come back when all are out."""


class _SqliteConnection:
    """A connection of aiosqlite, which works on a thread of its own."""

    def __init__(self, raw: aiosqlite.Connection) -> None:
        self.raw = raw

    async def fetch(self, text: str, values: Sequence[object]) -> list[Row]:
        running = asyncio.ensure_future(self.raw.execute_fetchall(text, values))
        try:
            return cast("list[Row]", await asyncio.shield(running))
        except asyncio.CancelledError:
            await interrupted(self.raw, running)
            raise


class SqlitePool:
    """Reading connections to one SQLite file in WAL mode."""

    def __init__(self, path: str, size: int) -> None:
        self._path = Path(path)
        self._size = size
        self._all: list[_SqliteConnection] = []
        self._idle: asyncio.LifoQueue[_SqliteConnection] = asyncio.LifoQueue()

    async def open(self) -> None:
        """Open all connections; a missing file raises FileNotFoundError and is not made."""
        if not self._path.is_file():
            raise FileNotFoundError(f"There is no database file at {self._path}.")
        try:
            while len(self._all) < self._size:
                self._idle.put_nowait(await self._connect())
        except BaseException:
            await self.close()  # a thread left behind would keep the process alive
            raise

    async def _connect(self) -> _SqliteConnection:
        raw = await aiosqlite.connect(
            self._path, isolation_level=None, cached_statements=_CACHED_STATEMENTS
        )
        connection = _SqliteConnection(raw)
        self._all.append(connection)
        for setting in SQLITE_SETTINGS:
            await raw.execute_fetchall(f"PRAGMA {setting}")
        return connection

    async def close(self) -> None:
        """Close every connection after what it is still doing."""
        self._idle = asyncio.LifoQueue()
        while self._all:
            await self._all.pop().raw.close()

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Connection]:
        """Lend the connection that came back last: its page cache is warm."""
        if not self._all:
            raise ConnectionError(_NOT_CONNECTED)
        idle = self._idle
        connection = await idle.get()
        try:
            yield connection
        finally:
            idle.put_nowait(connection)


class _PostgresqlConnection:
    """A connection out of asyncpg's pool."""

    __slots__ = ("_raw",)

    def __init__(self, raw: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> None:
        self._raw = raw

    async def fetch(self, text: str, values: Sequence[object]) -> list[Row]:
        return cast("list[Row]", await self._raw.fetch(text, *values))


async def _leave_as_it_is(connection: object) -> None:
    """Reads in autocommit leave nothing behind that a reset query would have to clear."""


class PostgresqlPool:
    """asyncpg's pool, which reconnects by itself."""

    def __init__(self, dsn: str, size: int) -> None:
        self._dsn = dsn
        self._size = size
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Connect once, more connections follow when they are wanted."""
        self._pool = await asyncpg.create_pool(
            self._dsn,
            min_size=1,
            max_size=self._size,
            timeout=_SECONDS_TO_CONNECT,
            reset=_leave_as_it_is,
            statement_cache_size=_CACHED_STATEMENTS,
            max_cached_statement_lifetime=0,
            server_settings={
                "application_name": "fieldgate",
                "default_transaction_read_only": "on",
                "jit": "off",
            },
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Connection]:
        """Lend a connection."""
        if self._pool is None:
            raise ConnectionError(_NOT_CONNECTED)
        async with self._pool.acquire() as raw:
            yield _PostgresqlConnection(raw)
