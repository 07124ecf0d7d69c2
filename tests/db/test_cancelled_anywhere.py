"""Cancelled at any step, a transaction is made or it is not, and lets go of everything it held."""

from __future__ import annotations

import asyncio
import types

import pytest
from sqlalchemy import func, insert, select

from db.drivers.database import Database
from db.models import AuditEvent, Organisation, User
from db.seed.demo import demo_key
from db.types import new_key

ALDER = demo_key("organisation:alder")
NAMES = select(User.name).order_by(User.name)
STATE = select(Organisation.revision, select(func.count(AuditEvent.id)).scalar_subquery()).where(
    Organisation.id == ALDER
)


@types.coroutine
def cancelled_at(step: int, work, *, late: bool):
    """Do work whose task is cancelled at a step: while it waits there, or when it need not any more."""
    task, loop, steps, value, error = (
        asyncio.current_task(),
        asyncio.get_running_loop(),
        0,
        None,
        None,
    )
    while True:
        try:
            waited_for = work.send(value) if error is None else work.throw(error)
        except StopIteration as stop:
            return stop.value
        if steps == step:
            if late and waited_for is not None:
                waited_for.add_done_callback(lambda _: task.cancel())
            else:
                loop.call_soon(task.cancel)
        steps += 1
        value = error = None
        try:
            value = yield waited_for
        except BaseException as raised:  # noqa: BLE001 - it is the work's
            error = raised


def event() -> dict[str, object]:
    return {
        "id": new_key(),
        "at": 1,
        "request_id": "cancelled",
        "subject": "olga",
        "action": "account.rename",
        "source": "A14",
        "decision": "ALLOWED",
        "resource_type": "Organisation",
        "details": "{}",
    }


async def change(database: Database, writers: list) -> None:
    """What a command does: a lock, reads, a row that changes, rows that are added, a savepoint."""
    async with database.transaction("olga") as writer:
        writers.append(writer)
        await writer.lock_organisations([ALDER])
        assert len(await writer.fetch(database.compile(NAMES), {})) > 5
        organisation = await writer.session.get(Organisation, ALDER)
        organisation.revision += 1
        await writer.session.flush()
        async with writer.session.begin_nested():
            await writer.session.execute(insert(AuditEvent), [event(), event()])
        assert len((await writer.session.scalars(NAMES)).all()) > 5


async def state(database: Database) -> tuple[int, int]:
    async with database.reading() as reader:
        return tuple((await reader.fetch(database.compile(STATE), {}))[0])


@pytest.mark.parametrize("late", [False, True], ids=["waiting", "answered"])
async def test_a_transaction_cancelled_at_any_step_is_whole_or_nothing_and_holds_nothing(
    world, late
):
    """Another process can change the same rows at once, and so can the one that cancelled."""
    database, other = Database(world.url, pool_size=1), Database(world.url, pool_size=1)
    await database.connect()
    before, step, outcomes = await state(database), 0, set()
    try:
        while True:
            writers: list = []
            task = asyncio.create_task(_stepped(database, writers, step, late))
            done = await _outcome(task)
            async with asyncio.timeout(30):  # a lock that is left is an error sooner
                now = await state(database)
                progress = writers[0].progress if writers else "open"
                assert now == (
                    (before[0] + 1, before[1] + 2) if progress == "committed" else before
                ), step
                for each in (other, database):
                    async with each.transaction("vera") as writer:
                        await writer.lock_organisations([ALDER])
            before = now
            outcomes.add((done, progress))
            if done == "done":
                break
            step += 1
    finally:
        await database.close()
        await other.close()
    assert step > 15
    assert {("cancelled", "open"), ("cancelled", "committed"), ("done", "committed")} <= outcomes


async def _stepped(database, writers, step, late):
    await cancelled_at(step, change(database, writers), late=late)


async def _outcome(task) -> str:
    try:
        await task
    except asyncio.CancelledError:
        return "cancelled"
    return "done"
