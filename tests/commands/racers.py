"""Applications that run at once: each on a thread and an event loop of its own, on one database."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any

from starlette.applications import Starlette

from commands.acts import do, outcome
from worlds import Client, Reply, World

WAITING = 0.3
"""Seconds in which an act comes to the lock that it has to wait for."""

PATIENCE = 30.0
"""Seconds after which a race that stands still is a failure."""


def frame_of(app: Starlette) -> Any:
    """The frame around every command of an application, with its `on_step`."""
    [endpoint] = [route.app for route in app.routes if getattr(route, "path", "") == "/graphql"]
    return endpoint._engine.commands  # noqa: SLF001 -- nothing else leads to it


class Racer:
    """One application in front of a world that others change too."""

    def __init__(self, world: World) -> None:
        self._world = World(world.database, world.url, world.folder)
        self._clients: dict[tuple[str, str], Client] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    async def start(self) -> None:
        self.frame = frame_of(await self._run(self._world.app()))

    async def close(self) -> None:
        await self._run(self._world.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def begin(self, *act: Any) -> Future[tuple[str, bytes]]:
        """Send one mutation, as `act` does, from another racer's thread."""
        return asyncio.run_coroutine_threadsafe(self._act(*act), self._loop)

    async def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def act(
        self, who: tuple[str, str], name: str, target: str | None, given: dict[str, Any]
    ) -> tuple[str, bytes]:
        """Send one mutation for a subject and e-mail: its outcome, and the whole answer."""
        return await self._run(self._act(who, name, target, given))

    async def ask(self, who: tuple[str, str], document: str, **asked: Any) -> Reply:
        """Send one operation for a subject and e-mail."""

        async def send() -> Reply:
            return await (await self._client(who)).ask(document, **asked)

        return await self._run(send())

    async def _act(
        self, who: tuple[str, str], name: str, target: str | None, given: dict[str, Any]
    ) -> tuple[str, bytes]:
        reply = await do(await self._client(who), name, target, **given)
        return outcome(reply), reply.response.content

    async def _client(self, who: tuple[str, str]) -> Client:
        if who not in self._clients:
            self._clients[who] = await self._world.client(subject=who[0], email=who[1])
        return self._clients[who]


def meanwhile(racer: Racer, *act: Any) -> tuple[Callable[[str], None], list[Any]]:
    """A hook that has another act just before a commit, and goes on while that one waits."""
    begun: list[Any] = []

    def on_step(name: str) -> None:
        if name == "changed" and not begun:
            begun.append(racer.begin(*act))
            time.sleep(WAITING)

    return on_step, begun


def all_at(step: str, barrier: threading.Barrier) -> Callable[[str], None]:
    """A hook that waits at a step until everybody is there."""

    def on_step(name: str) -> None:
        if name == step:
            barrier.wait(PATIENCE)

    return on_step
