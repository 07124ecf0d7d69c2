"""A client that has gone: its work is cancelled, and with it the statement that it waits for."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from server.http.bodies import Disconnected

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive

_SECONDS_UNWATCHED = 0.05
"""Most requests are answered sooner, and are not worth a task."""


@asynccontextmanager
async def while_connected(
    receive: Receive, unwatched: float = _SECONDS_UNWATCHED
) -> AsyncIterator[None]:
    """Cancel the block when the client of a request, whose body is read, goes away.

    Raises Disconnected then, after the block has cleaned up.
    """
    working = asyncio.current_task()
    assert working is not None  # noqa: S101 - a coroutine runs in a task
    loop = asyncio.get_running_loop()
    watching: list[asyncio.Task[None]] = []
    gone = asyncio.Event()

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()
        working.cancel()

    begin = loop.call_later(unwatched, lambda: watching.append(loop.create_task(watch())))
    try:
        try:
            yield
        finally:
            begin.cancel()
            for task in watching:
                task.cancel()
        if gone.is_set():
            await asyncio.sleep(0)  # where the cancellation arrives that came too late
    except asyncio.CancelledError:
        if not gone.is_set():
            raise
        working.uncancel()
        raise Disconnected from None
