"""Transactions that change rows: an ORM session, and locks that are taken parent first."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from db.addresses import parse_address
from db.locking import begin_with_write_lock
from db.models import Organisation
from db.statements import DialectName, Statement

_SQLITE_SETTINGS = ("busy_timeout = 5000", "journal_mode = WAL", "foreign_keys = ON")

_UNDONE = (
    "A write failed inside this transaction and undid it, yet its exception was swallowed; "
    "let it out, or try the write in a savepoint (session.begin_nested)."
)


class Writer:
    """One transaction; `session` is for the rows that change, `fetch` for compiled statements.

    `changed` tells whether a row was really added, removed or given another value since the last
    `begin`. A row that
    counts its edits in the column `revision` has it raised here, once, when it was really edited:
    a value set to what it is already edits nothing.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.session = AsyncSession(connection, expire_on_commit=False)
        self.statements = 0
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
        """Hold an e-mail address against every command that holds the same, in any house.

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

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        """Read the address; nothing is connected yet."""
        address = parse_address(url)
        self.dialect: DialectName = address.dialect
        # SQLite has one writer anyway: the pool is a fair queue for it, its own wait is not.
        size = 1 if address.dialect == "sqlite" else pool_size
        self._engine = create_async_engine(address.sqlalchemy, pool_size=size, max_overflow=0)
        if address.dialect == "sqlite":
            begin_with_write_lock(self._engine, _SQLITE_SETTINGS)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Writer]:
        """Open a transaction: it commits at the end, and an exception leaves nothing of it."""
        async with self._engine.begin() as connection:
            writer = Writer(connection)
            try:
                yield writer
                await writer.session.flush()
                if not connection.in_transaction():
                    raise RuntimeError(_UNDONE)
            finally:
                await writer.session.close()
