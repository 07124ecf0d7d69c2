"""The queue before a pool: nobody holds more than a share, and whoever holds fewest is next."""

import asyncio
from contextlib import suppress

import pytest

from db.drivers.faults import Busy
from db.drivers.places import Places


class Queue:
    """Takers in a row, each of whom keeps the place until told."""

    def __init__(self, size: int, share: float, seconds: float = 60) -> None:
        self.places = Places(size, share, seconds)
        self.served: list[str] = []
        self.holders: list[tuple[str, asyncio.Task[None], asyncio.Event]] = []

    async def ask(self, *names: str) -> None:
        for name in names:
            leave = asyncio.Event()
            task = asyncio.create_task(self._hold(name, leave))
            self.holders.append((name, task, leave))
            await asyncio.sleep(0)

    async def _hold(self, name: str, leave: asyncio.Event) -> None:
        async with self.places.taken(name[0]):
            self.served.append(name)
            await leave.wait()

    async def leave(self, name: str) -> None:
        [(_, task, event)] = [each for each in self.holders if each[0] == name]
        event.set()
        await task
        await asyncio.sleep(0)

    async def cancel(self, name: str) -> None:
        [(_, task, _)] = [each for each in self.holders if each[0] == name]
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)


async def test_a_subject_holds_its_share_and_the_rest_is_for_others():
    queue = Queue(size=4, share=0.5)
    await queue.ask("a1", "a2", "a3", "a4")
    assert (queue.served, queue.places.waiting) == (["a1", "a2"], 2)
    await queue.ask("b1")
    assert queue.served == ["a1", "a2", "b1"]
    await queue.leave("a1")
    assert queue.served == ["a1", "a2", "b1", "a3"]


async def test_whoever_holds_fewest_is_next_however_many_wait_before():
    queue = Queue(size=2, share=1)
    await queue.ask("a1", "a2", "a3", "a4", "a5", "b1", "c1")
    await queue.leave("a1")
    assert queue.served[2:] == ["b1"]  # a holds one still
    for name in ("a2", "a3"):
        await queue.leave(name)
    assert queue.served[3:] == ["a3", "c1"]


async def test_with_one_place_they_take_turns():
    queue = Queue(size=1, share=0.5)
    await queue.ask("a1", "a2", "a3", "b1", "b2")
    for name in ("a1", "a2", "b1", "a3"):
        assert queue.served[-1] == name
        await queue.leave(name)
    assert queue.served == ["a1", "a2", "b1", "a3", "b2"]


async def test_who_waits_too_long_is_told_and_leaves_nothing_behind():
    queue = Queue(size=1, share=1, seconds=0.01)
    await queue.ask("a1")
    with pytest.raises(Busy):
        await queue.places.take("b")
    assert queue.places.waiting == 0
    await queue.leave("a1")
    await queue.ask("b1")
    assert queue.served == ["a1", "b1"]


async def test_who_gives_up_loses_no_place_for_anybody():
    queue = Queue(size=1, share=1)
    await queue.ask("a1", "b1", "c1")
    await queue.cancel("b1")
    assert queue.places.waiting == 1
    [(_, _, leave)] = [each for each in queue.holders if each[0] == "a1"]
    [(_, turn, _)] = [each for each in queue.holders if each[0] == "c1"]
    leave.set()
    await asyncio.sleep(0)
    turn.cancel()  # in the moment in which it is served
    await asyncio.sleep(0)
    await queue.ask("d1")
    assert queue.served[-1] == "d1"
