"""A deadline that a test brings about, so that nothing depends on how long anything takes."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

from engine.deadline import Deadline


class Ending(Deadline):
    """Stands for the deadline of a request; the latest one can be ended."""

    latest: "Ending | None" = None

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self._begun: list[asyncio.Timeout] = []
        Ending.latest = self

    def within(self, seconds: float | None = None) -> asyncio.Timeout:
        self._begun.append(super().within(seconds))
        return self._begun[-1]

    @classmethod
    def end(cls) -> None:
        """Let the latest deadline pass at this moment."""
        assert cls.latest is not None
        cls.latest.pass_now()

    def pass_now(self) -> None:
        self._at = asyncio.get_running_loop().time()
        for each in self._begun:
            with suppress(RuntimeError):  # it is over
                each.reschedule(self._at)


async def ended(asking: Awaitable[object], seconds: float = 0.2) -> object:
    """What is answered to a request that cannot go on, when its time is over after a while."""
    Ending.latest = None
    task = asyncio.ensure_future(asking)
    while Ending.latest is None:  # noqa: ASYNC110 -- it is made somewhere inside
        await asyncio.sleep(0)
    await asyncio.sleep(seconds)
    assert not task.done()
    Ending.end()
    return await task
