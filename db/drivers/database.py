"""The database at the level of its driver: one connection for one operation's reads."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy.sql.elements import ClauseElement

from db.drivers.addresses import parse_address, sqlalchemy_url
from db.drivers.pools import Bounds, Connection, Pool, PostgresqlPool, Row, SqlitePool
from db.drivers.probing import Probe, probe_of
from db.drivers.statements import DialectName, Statement
from db.drivers.writing import Writer, Writing

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

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        share: float = 0.5,
        queue_seconds: float = 5.0,
        statement_seconds: float = 5.0,
    ) -> None:
        """Read the address, without connecting; one that cannot be used raises ValueError.

        `pool_size` connections read and as many write (one on SQLite), of which one subject has
        `share` at most. Who waits for one longer than `queue_seconds` gets Busy, and a statement
        ends after `statement_seconds`.
        """
        address = parse_address(url)
        bounds = Bounds(pool_size, share, queue_seconds, statement_seconds)
        self.url = url
        self.dialect: DialectName = address.dialect
        self.observer: Observer | None = None
        self._pool: Pool = (
            SqlitePool(address.driver, bounds)
            if address.dialect == "sqlite"
            else PostgresqlPool(address.driver, bounds)
        )
        self._writing = Writing(address, bounds)
        self.probe: Probe = probe_of(address)

    async def connect(self) -> None:
        """Open the pool; a database that is not there raises OSError or the driver's error."""
        await self._pool.open()
        self.probe.open()

    async def close(self) -> None:
        """Close the pool; connecting again is possible."""
        await self.probe.close()
        await self._pool.close()
        await self._writing.close()

    def compile(self, executable: ClauseElement) -> Statement:
        """Compile a Core statement for this database, once for many runs."""
        return Statement(executable, self.dialect)

    @asynccontextmanager
    async def reading(self, subject: str | None = None) -> AsyncIterator[Reader]:
        """Lend one connection for the reads of one operation of a subject.

        Raises db.faults.NotAnswered, as every fetch does, where the database is away or too slow.
        """
        async with self._pool.lend(subject) as connection:
            yield Reader(connection, self.observer)

    def transaction(self, subject: str | None = None) -> AbstractAsyncContextManager[Writer]:
        """Open a transaction of a subject that changes rows, on a connection of its own.

        Raises db.faults.NotAnswered, also out of the block, where the database is away or too slow.
        """
        return self._writing.transaction(subject)

    async def ping(self) -> bool:
        """Say whether the database answers, on a connection that nobody else uses."""
        return (await self.probe.found()).reachable
