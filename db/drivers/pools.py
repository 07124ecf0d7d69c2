"""The two pools of driver connections, of one shape: open, lend a connection, close."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast

import aiosqlite
import asyncpg

from db.drivers.addresses import existing
from db.drivers.faults import TooSlow, fault_of, told
from db.drivers.interrupting import SECONDS_TO_CLEAN_UP, cleaned_up, interrupted
from db.drivers.places import Places

Row: TypeAlias = Sequence[Any]

SECONDS_TO_CONNECT = 10
_CACHED_STATEMENTS = 512
_NOT_CONNECTED = "The database is not connected; await connect() first."

SQLITE_SETTINGS = (
    "busy_timeout = 5000",
    "journal_mode = WAL",
    "query_only = ON",
    f"mmap_size = {2 << 30}",  # the most there is: a scattered row costs no system call
)
"""What each reading connection is set to."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a database one process and one subject take, and for how long.

    `share` is the part of the `size` connections that one subject holds at most.
    """

    size: int
    share: float
    queue_seconds: float
    statement_seconds: float

    def places(self) -> Places:
        """Return the queue before a pool."""
        return Places(self.size, self.share, self.queue_seconds)

    def of_postgresql(self) -> dict[str, str]:
        """Return the settings of every connection to PostgreSQL."""
        return {
            "application_name": "fieldgate",
            "statement_timeout": str(round(self.statement_seconds * 1000)),
            "jit": "off",
        }


class Connection(Protocol):
    """A lent connection, in autocommit."""

    async def fetch(self, text: str, values: Sequence[object]) -> list[Row]:
        """Run one statement and give all its rows; raise NotAnswered where there is no answer."""


class Pool(Protocol):
    """Driver connections that are opened when they are wanted and lent again and again."""

    async def open(self) -> None:
        """Connect; a database that cannot be reached raises OSError or the driver's error."""

    async def close(self) -> None:
        """Close every connection."""

    def lend(self, subject: str | None) -> AbstractAsyncContextManager[Connection]:
        """Lend one connection to a subject, waiting for its turn when too many are out."""


class _SqliteConnection:
    """A connection of aiosqlite, which works on a thread of its own."""

    def __init__(self, raw: aiosqlite.Connection, seconds: float) -> None:
        self.raw = raw
        self._seconds = seconds
        self.running: asyncio.Future[Any] | None = None

    async def fetch(self, text: str, values: Sequence[object]) -> list[Row]:
        running = self.running = asyncio.ensure_future(self.raw.execute_fetchall(text, values))
        try:
            await asyncio.wait({running}, timeout=self._seconds)
        finally:
            if not running.done():
                await cleaned_up(interrupted(self.raw, running))
        if not running.done():
            raise TooSlow("a statement of SQLite")
        with told():
            return cast("list[Row]", running.result())


class SqlitePool:
    """Reading connections to one SQLite file in WAL mode."""

    def __init__(self, path: str, bounds: Bounds) -> None:
        self._path = Path(path)
        self._bounds = bounds
        self._places = bounds.places()
        self._open = False
        self._all: list[_SqliteConnection] = []
        self._idle: list[_SqliteConnection] = []

    async def open(self) -> None:
        """Open one connection; a missing file raises FileNotFoundError and is not made."""
        if not self._path.is_file():
            raise FileNotFoundError(f"There is no database file at {self._path}.")
        self._places = self._bounds.places()
        self._open = True
        try:
            self._idle.append(await self._connect())
        except BaseException:
            self._open = False
            raise

    async def _connect(self) -> _SqliteConnection:
        raw = await aiosqlite.connect(
            existing(str(self._path)),
            uri=True,
            isolation_level=None,
            cached_statements=_CACHED_STATEMENTS,
        )
        try:
            for setting in SQLITE_SETTINGS:
                await raw.execute_fetchall(f"PRAGMA {setting}")
        except BaseException:
            await cleaned_up(raw.close())  # a thread left behind would keep the process alive
            raise
        connection = _SqliteConnection(raw, self._bounds.statement_seconds)
        self._all.append(connection)
        return connection

    async def close(self) -> None:
        """Close every connection, and end what it is still doing."""
        self._open = False
        self._idle.clear()
        while self._all:
            connection = self._all.pop()
            if connection.running is not None:
                await interrupted(connection.raw, connection.running)
            await connection.raw.close()

    @asynccontextmanager
    async def lend(self, subject: str | None) -> AsyncIterator[Connection]:
        """Lend the connection that came back last: its page cache is warm."""
        if not self._open:
            raise ConnectionError(_NOT_CONNECTED)
        places = self._places
        await places.take(subject)
        connection = None
        try:
            connection = self._idle.pop() if self._idle else await self._another()
            yield connection
        finally:
            running = connection.running if connection is not None else None
            if running is None or running.done():
                self._take_back(connection, places, subject)
            else:  # it is being interrupted
                running.add_done_callback(lambda _: self._take_back(connection, places, subject))

    async def _another(self) -> _SqliteConnection:
        with told():
            return await self._connect()

    def _take_back(
        self, connection: _SqliteConnection | None, places: Places, subject: str | None
    ) -> None:
        if connection is not None and connection in self._all:
            self._idle.append(connection)
        places.give_back(subject)


_Raw: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
_ENDED = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
"""What is raised, where it is no fault of ours, when a connection has ended while it was idle."""


class _PostgresqlConnection:
    """A connection out of asyncpg's pool."""

    __slots__ = ("_pool", "_proved", "raw")

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", raw: "_Raw") -> None:
        self._pool = pool
        self.raw = raw
        self._proved = False

    async def fetch(self, text: str, values: Sequence[object]) -> list[Row]:
        """Run a statement; where the connection ended while it was idle, on a new one."""
        try:
            found = await self.raw.fetch(text, *values)
        except Exception as error:
            fault = fault_of(error)
            if fault is None:
                raise
            if self._proved or not isinstance(error, _ENDED):
                raise fault from error
            with told():
                found = await self._again(text, values)
        self._proved = True
        return cast("list[Row]", found)

    async def _again(self, text: str, values: Sequence[object]) -> list[Any]:
        """Run a statement on a connection that is new: all that were idle may have ended."""
        self._proved = True
        await self._pool.expire_connections()
        await self._pool.release(self.raw, timeout=SECONDS_TO_CLEAN_UP)
        self.raw = await self._pool.acquire()
        return await self.raw.fetch(text, *values)


async def _leave_as_it_is(connection: object) -> None:
    """Reads in autocommit leave nothing behind that a reset query would have to clear."""


class PostgresqlPool:
    """asyncpg's pool, which reconnects by itself, behind a queue that is fair."""

    def __init__(self, dsn: str, bounds: Bounds) -> None:
        self._dsn = dsn
        self._bounds = bounds
        self._places = bounds.places()
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Connect once, more connections follow when they are wanted."""
        self._places = self._bounds.places()
        pool = await asyncpg.create_pool(
            self._dsn,
            min_size=0,  # to keep up a floor it would log a stack for each attempt
            max_size=self._bounds.size,
            timeout=SECONDS_TO_CONNECT,
            reset=_leave_as_it_is,
            statement_cache_size=_CACHED_STATEMENTS,
            max_cached_statement_lifetime=0,
            server_settings=self._bounds.of_postgresql() | {"default_transaction_read_only": "on"},
        )
        async with pool.acquire():
            self._pool = pool

    async def close(self) -> None:
        """Close every connection, waiting for what they are still doing, but not for ever."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                async with asyncio.timeout(SECONDS_TO_CONNECT):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    @asynccontextmanager
    async def lend(self, subject: str | None) -> AsyncIterator[Connection]:
        """Lend a connection."""
        pool = self._pool
        if pool is None:
            raise ConnectionError(_NOT_CONNECTED)
        places = self._places
        await places.take(subject)
        try:
            with told():
                connection = _PostgresqlConnection(pool, await pool.acquire())
        except BaseException:
            places.give_back(subject)
            raise
        try:
            yield connection
        except BaseException:
            await cleaned_up(_taken_back(pool, connection, places, subject))
            raise
        else:
            await _taken_back(pool, connection, places, subject)


async def _taken_back(
    pool: "asyncpg.Pool[asyncpg.Record]",
    connection: _PostgresqlConnection,
    places: Places,
    subject: str | None,
) -> None:
    """Give a connection back; one whose statement does not end in time is closed."""
    try:
        with suppress(Exception):  # it is closed then
            await pool.release(connection.raw, timeout=SECONDS_TO_CLEAN_UP)
    finally:
        places.give_back(subject)
