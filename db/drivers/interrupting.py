"""Ends what a database does for nobody, and does not wait for ever until that is ended."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import aiosqlite

_SECONDS = 0.01
"""How long an interrupted statement is given before it is interrupted again."""

SECONDS_TO_CLEAN_UP = 1.0
"""How long somebody waits for clean-up that goes on without them."""

_left: set[asyncio.Future[Any]] = set()
"""What goes on without anybody: the loop itself holds tasks by weak references."""


async def interrupted(raw: aiosqlite.Connection, running: asyncio.Future[Any]) -> None:
    """End what a connection of SQLite is doing, so that whoever has it next is served at once.

    Its statements run on a thread, which does not notice by itself. A statement may not have begun
    yet, so one interrupt is not enough.
    """
    while not running.done():
        await raw.interrupt()
        await asyncio.wait({running}, timeout=_SECONDS)
    if not running.cancelled():
        running.exception()


async def given_up(raw: aiosqlite.Connection) -> None:
    """End the statement and the transaction of a connection that is about to be closed."""
    await interrupted(raw, asyncio.ensure_future(raw.execute_fetchall("SELECT 1")))
    await raw.rollback()


async def cleaned_up(work: Coroutine[Any, Any, Any]) -> bool:
    """Do clean-up to its end, whoever is cancelled meanwhile; tell whether it is done by now.

    What takes longer than `SECONDS_TO_CLEAN_UP` goes on behind the caller's back.
    """
    task = asyncio.ensure_future(work)
    _left.add(task)
    task.add_done_callback(_ended)
    await asyncio.wait({task}, timeout=SECONDS_TO_CLEAN_UP)
    return task.done()


def _ended(task: asyncio.Future[Any]) -> None:
    """Let go of what has ended; how is nobody's business any more."""
    _left.discard(task)
    if not task.cancelled():
        task.exception()
