"""How SQLite is made to take one writer after the other, as PostgreSQL's row locks do."""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_

from db.drivers.interrupting import cleaned_up, given_up

_SECONDS_TO_WAIT = 5.0
_MILLISECONDS_AT_ONCE = 50
"""Waiting for a lock is the one thing that SQLite does not let itself be interrupted in."""


class _WholeCursor(sqlite3.Cursor):
    """Reads all rows at once, so that no statement is left half-way: it would hold its locks.

    It would also keep an interrupt pending, of which the ROLLBACK after it would die.
    """

    _rows: list[Any]

    def execute(self, sql: str, parameters: Any = (), /) -> "_WholeCursor":
        super().execute(sql, parameters)
        self._rows = super().fetchall() if self.description else []
        return self

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows


class WholeConnection(sqlite3.Connection):
    """A connection that has let go of every lock once it is closed, whatever came before."""

    def cursor(self, factory: Any = _WholeCursor) -> Any:
        """Return a cursor that reads all rows at once."""
        return super().cursor(factory)

    def close(self) -> None:
        """Roll back and close."""
        try:
            if self.in_transaction:
                self.rollback()
        finally:
            super().close()


def begin_with_write_lock(
    engine: AsyncEngine, settings: Sequence[str] = (), *, seconds: float = _SECONDS_TO_WAIT
) -> None:
    """Begin every transaction with the write lock: it waits at its start and nowhere else.

    Otherwise the driver begins at the first write, when what was read before may be out of date.
    `settings` are PRAGMAs of each connection. It waits for so many seconds.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for setting in (f"busy_timeout = {_MILLISECONDS_AT_ONCE}", *settings):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        cursor = connection.connection.cursor()
        while True:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or loop.time() >= end:
                    raise
            else:
                cursor.close()
                return

    @event.listens_for(engine.sync_engine, "handle_error")
    def _cancelled(context: ExceptionContext) -> None:
        """End the statement of a command that is given up, and let go of the lock."""
        if isinstance(context.original_exception, asyncio.CancelledError) and context.connection:
            raw: Any = context.connection.connection.driver_connection
            await_(cleaned_up(given_up(raw)))


def end_statements_after(engine: AsyncEngine, seconds: float) -> None:
    """Interrupt a statement of SQLite that takes longer; PostgreSQL has a setting for that."""

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def _begun(connection: Connection, *_: object) -> None:
        raw: Any = connection.connection.driver_connection
        loop = asyncio.get_running_loop()
        ending = loop.call_later(seconds, lambda: loop.create_task(raw.interrupt()))
        connection.info["ending"] = ending

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def _done(connection: Connection, *_: object) -> None:
        connection.info.pop("ending").cancel()

    @event.listens_for(engine.sync_engine, "handle_error")
    def _failed(context: ExceptionContext) -> None:
        if context.connection is not None and not context.connection.invalidated:
            ending = context.connection.info.pop("ending", None)
            if ending is not None:
                ending.cancel()
