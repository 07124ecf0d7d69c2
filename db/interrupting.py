"""Ends what SQLite does for nobody: its statements run on a thread, which does not notice."""

import asyncio
from typing import Any

import aiosqlite

_SECONDS = 0.01
"""How long an interrupted statement is given before it is interrupted again."""


async def interrupted(raw: aiosqlite.Connection, running: asyncio.Future[Any]) -> None:
    """End what a connection is doing, so that whoever has it next is served at once.

    A statement may not have begun yet, so one interrupt is not enough.
    """
    while not running.done():
        await raw.interrupt()
        await asyncio.wait({running}, timeout=_SECONDS)
    running.exception()


async def given_up(raw: aiosqlite.Connection) -> None:
    """End the statement and the transaction of a connection that is about to be closed.

    Closing alone does not: what still refers to the statement keeps the transaction open.
    """
    await interrupted(raw, asyncio.ensure_future(raw.execute_fetchall("SELECT 1")))
    await raw.rollback()
