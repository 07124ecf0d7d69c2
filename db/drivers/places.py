"""Places at a pool's connections: so many in all, and a share of them for one subject."""

import asyncio
import math
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from db.drivers.faults import Busy


class Places:
    """A queue before a pool. Whoever holds the fewest is served next; among equals in turn.

    A subject holds at most its share. What is left of the places is for others, who are served at
    once however many wait for the first subject. Without a subject it is the process itself that
    asks, which has no share to keep.
    """

    def __init__(self, size: int, share: float, seconds: float) -> None:
        """Take how many places there are, the part for one subject, and how long one waits."""
        self._free = size
        self._most = max(1, math.ceil(size * share))
        self._seconds = seconds
        self._held: Counter[str | None] = Counter()
        self._waiting: dict[str | None, deque[asyncio.Future[None]]] = {}

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    @asynccontextmanager
    async def taken(self, subject: str | None) -> AsyncIterator[None]:
        """Hold a place during the block, or raise Busy when none came free in time."""
        await self.take(subject)
        try:
            yield
        finally:
            self.give_back(subject)

    async def take(self, subject: str | None) -> None:
        """Take a place, to be given back; raise Busy when none came free in time."""
        if self._free and self._may_have_more(subject):
            self._serve(subject)
        else:
            await self._wait(subject)

    def give_back(self, subject: str | None) -> None:
        """Give a place back, and serve whoever may have it."""
        self._free += 1
        self._held[subject] -= 1
        if not self._held[subject]:
            del self._held[subject]
        self._serve_waiting()

    async def _wait(self, subject: str | None) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(subject, deque()).append(turn)
        try:
            async with asyncio.timeout(self._seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.give_back(subject)  # it was served while it was being given up
            else:
                self._leave(subject, turn)
            if isinstance(error, TimeoutError):
                raise Busy("no connection came free") from None
            raise

    def _may_have_more(self, subject: str | None) -> bool:
        return subject is None or self._held[subject] < self._most

    def _serve(self, subject: str | None) -> None:
        self._free -= 1
        self._held[subject] += 1

    def _serve_waiting(self) -> None:
        while self._free:
            able = list(filter(self._may_have_more, self._waiting))
            if not able:
                return
            subject = min(able, key=self._held.__getitem__)
            turn = self._waiting[subject][0]
            self._leave(subject, turn)
            if subject in self._waiting:
                self._waiting[subject] = self._waiting.pop(subject)
            if not turn.done():
                self._serve(subject)
                turn.set_result(None)

    def _leave(self, subject: str | None, turn: asyncio.Future[None]) -> None:
        """Take somebody out of the queue, unless that is done already."""
        line = self._waiting.get(subject)
        if line is not None and turn in line:
            line.remove(turn)
            if not line:
                del self._waiting[subject]
