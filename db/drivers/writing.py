"""Transactions that change rows: an ORM session, and locks that are taken parent first."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import event, func, inspect, select
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    AsyncTransaction,
    create_async_engine,
)
from sqlalchemy.orm import Session

from db.drivers.addresses import Address
from db.drivers.faults import Unavailable, fault_of, told
from db.drivers.interrupting import SECONDS_TO_CLEAN_UP, cleaned_up
from db.drivers.locking import WholeConnection, begin_with_write_lock, end_statements_after
from db.drivers.pools import SECONDS_TO_CONNECT, Bounds
from db.drivers.statements import Statement
from db.models import Organisation

_SQLITE_SETTINGS = ("journal_mode = WAL", "foreign_keys = ON")

_UNDONE = (
    "A write failed inside this transaction and undid it, yet its exception was swallowed; "
    "let it out, or try the write in a savepoint (session.begin_nested)."
)


Progress = Literal["open", "committing", "committed"]


class Writer:
    """One transaction; `session` is for the rows that change, `fetch` for compiled statements.

    `changed` tells whether a row was really added, removed or given another value since the last
    `begin`. A row that
    counts its edits in the column `revision` has it raised here, once, when it was really edited:
    a value set to what it is already edits nothing.

    `progress` tells how far it came: while it is open nothing is made, and what ends while it is
    committing is made or is not.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.session = AsyncSession(connection, expire_on_commit=False)
        self.statements = 0
        self.progress: Progress = "open"
        self.changed = False
        self._counted_by: dict[Any, Any] = {}
        self._raised: set[Any] = set()
        event.listen(self.session.sync_session, "before_flush", self._raise_revisions)
        event.listen(connection.sync_connection, "after_cursor_execute", self._executed)

    def begin(self) -> None:
        """Begin to watch one of several changes that share the transaction."""
        self.changed = False
        self._raised.clear()
        self._counted_by.clear()

    def counts(self, row: Any, *others: Any) -> None:
        """Let edits of other rows, which have no `revision`, count as edits of this one."""
        self._counted_by.update(dict.fromkeys(others, row))

    def _raise_revisions(self, session: Session, *_: object) -> None:
        edited = [row for row in session.dirty if session.is_modified(row)]
        for row in dict.fromkeys(self._counted_by.get(each, each) for each in edited):
            if row in session.new or row in self._raised or not hasattr(row, "revision"):
                continue
            if not inspect(row).attrs.revision.history.has_changes():
                row.revision += 1
            self._raised.add(row)

    def _executed(self, *said: Any) -> None:
        *_, context, _many = said
        writes = context.isupdate or context.isdelete
        self.changed = self.changed or context.isinsert or (writes and context.rowcount != 0)

    async def fetch(self, statement: Statement, params: Mapping[str, object]) -> list[Any]:
        """Run a compiled statement inside the transaction, as a Reader would outside it."""
        self.statements += 1
        await self.session.flush()
        found = await self._connection.exec_driver_sql(
            statement.text, tuple(statement.bind(params))
        )
        return list(found.fetchall())

    async def lock_organisations(self, keys: Sequence[str]) -> None:
        """Hold organisations against every other command, in the order of their ids.

        On SQLite the whole transaction already holds the database.
        """
        rows = select(Organisation.id).where(Organisation.id.in_(sorted(set(keys))))
        self.statements += 1
        await self.session.execute(rows.order_by(Organisation.id).with_for_update())

    async def lock_address(self, address: str) -> None:
        """Hold an e-mail address against every command that holds the same, at any organisation.

        It is as `Mailbox` has it. No row stands for one that nobody has yet. Take it behind
        organisations, and one.
        """
        await self.lock_name(address)

    async def lock_name(self, name: str) -> None:
        """Hold a name that no row stands for yet against every transaction that holds the same.

        On SQLite the whole transaction already holds the database.
        """
        if self._connection.dialect.name == "postgresql":
            self.statements += 1
            key = func.hashtextextended(name, 0)
            await self.session.execute(select(func.pg_advisory_xact_lock(key)))


class Writing:
    """The writing side of a database: a small pool of its own."""

    def __init__(self, address: Address, bounds: Bounds) -> None:
        """Take the address; nothing is connected yet."""
        # SQLite has one writer anyway: the places are a fair queue for it, its own wait is not.
        one = replace(bounds, size=1)
        self._bounds = one if address.dialect == "sqlite" else bounds
        self._places = self._bounds.places()
        self._engine = (_sqlite if address.dialect == "sqlite" else _postgresql)(
            address, self._bounds
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def transaction(self, subject: str | None = None) -> AsyncIterator[Writer]:
        """Open a transaction: it commits at the end, and an exception leaves nothing of it.

        Once it has begun to commit it is not cancelled half-way: it ends, and the cancellation is
        raised then.
        """
        with told(writing=True):
            async with self._connection(subject) as connection:
                transaction = await connection.begin()
                writer = Writer(connection)
                try:
                    yield writer
                    await writer.session.flush()
                    if not connection.in_transaction():
                        raise RuntimeError(_UNDONE)
                    await _commit(writer, transaction)
                finally:
                    await writer.session.close()

    @asynccontextmanager
    async def _connection(self, subject: str | None) -> AsyncIterator[AsyncConnection]:
        """Lend a connection, which is rolled back at the end, or closed where it cannot be."""
        await self._places.take(subject)
        connection: AsyncConnection | None = None
        try:
            connection = await self._started()
            yield connection
        finally:
            await cleaned_up(self._ended(connection, subject))

    async def _ended(self, connection: AsyncConnection | None, subject: str | None) -> None:
        try:
            if connection is not None:
                await connection.close()
        finally:
            self._places.give_back(subject)

    async def _started(self) -> AsyncConnection:
        """Return a connection; one that ended while it was idle is replaced before it is used."""
        try:
            return await self._engine.connect().start()
        except Exception as error:
            if not isinstance(fault_of(error), Unavailable):
                raise
        # SQLAlchemy asks each before it lends it, and does not know all that asyncpg may say then.
        await self._engine.dispose()
        return await self._engine.connect().start()


async def _commit(writer: Writer, transaction: AsyncTransaction) -> None:
    writer.progress = "committing"
    committing = asyncio.create_task(transaction.commit())
    try:
        await asyncio.shield(committing)
    except asyncio.CancelledError:
        await asyncio.wait({committing}, timeout=SECONDS_TO_CLEAN_UP)
        if not committing.done():
            committing.cancel()
            await asyncio.wait({committing})
        elif not committing.cancelled() and committing.exception() is None:
            writer.progress = "committed"
        raise
    except Exception as error:
        sqlite = transaction.connection.dialect.name == "sqlite"
        if sqlite or not isinstance(fault_of(error), Unavailable):
            writer.progress = "open"  # the database said no, and rolls back
        raise
    writer.progress = "committed"


def _sqlite(address: Address, bounds: Bounds) -> AsyncEngine:
    engine = create_async_engine(
        address.sqlalchemy,
        pool_size=bounds.size,
        max_overflow=0,
        connect_args={"factory": WholeConnection},
    )
    begin_with_write_lock(engine, _SQLITE_SETTINGS, seconds=bounds.statement_seconds)
    end_statements_after(engine, bounds.statement_seconds)
    return engine


def _postgresql(address: Address, bounds: Bounds) -> AsyncEngine:
    return create_async_engine(
        address.sqlalchemy,
        pool_size=bounds.size,
        max_overflow=0,
        pool_pre_ping=True,  # one that ended while it was idle is replaced before a command begins
        connect_args={"timeout": SECONDS_TO_CONNECT, "server_settings": bounds.of_postgresql()},
    )
