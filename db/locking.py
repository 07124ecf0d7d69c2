"""How SQLite is made to take one writer after the other, as PostgreSQL's row locks do."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_

from db.interrupting import given_up


def begin_with_write_lock(engine: AsyncEngine, settings: Sequence[str] = ()) -> None:
    """Begin every transaction with the write lock: it waits at its start and nowhere else.

    Otherwise the driver begins at the first write, when what was read before may be out of date.
    `settings` are PRAGMAs of each connection.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine.sync_engine, "handle_error")
    def _cancelled(context: ExceptionContext) -> None:
        """End the statement of a command that is given up, and let go of the lock."""
        if isinstance(context.original_exception, asyncio.CancelledError) and context.connection:
            raw: Any = context.connection.connection.driver_connection
            await_(given_up(raw))
