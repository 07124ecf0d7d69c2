"""A command that dies between any two of its steps has done everything or nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from commands.acts import ACTS, INSPECTION_ACTS, RECORD_ACTS, do, outcome
from commands.racers import frame_of
from commands.staged import staged
from commands.tables import Tables, audited
from commands.targets import CODE, targets_of
from commands.test_inspecting import doer
from commands.test_records import DOERS
from commands.test_records import target as record_of
from scenarios.rows import organisation_id
from worlds import Reply, World

BEFORE_COMMIT = ("checked", "locked", "checked again", "changed", "audited")


class Crash(Exception):
    """What breaks a command in the middle."""


async def leaves_everything_or_nothing(
    world: World, tables: Tables, make: Callable[[], Awaitable[Reply]]
) -> None:
    """Break a command at each of its steps in turn; another then finds the frame as it should be."""
    frame, before = frame_of(await world.app()), await tables.digests()
    reached: list[str] = []

    async def broken_at(broken: str) -> list[dict[str, Any]]:
        def on_step(step: str) -> None:
            reached.append(step)
            if step == broken:
                raise Crash(f"at {step}: petra@example.test")

        frame.on_step = on_step
        try:
            reply = await make()
        finally:
            frame.on_step = lambda _: None
        assert reached.pop() == broken
        assert reply.status == 500
        [error] = reply.errors
        request = reply.response.headers["x-request-id"]
        assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": request}
        assert "Crash" not in reply.response.text
        assert "petra@example.test" not in reply.response.text
        assert reply.data is None
        return await audited(world, request)

    for step in BEFORE_COMMIT:
        assert await broken_at(step) == []
        assert await tables.digests() == before, step
    [event] = await broken_at("committed")
    assert event["decision"] == "ALLOWED"
    after = await tables.digests()
    assert after != before
    frame.on_step = reached.append
    otis, alder = await world.client("otis"), await organisation_id(world, "alder")
    again = outcome(await do(otis, "inviteUser", alder, email="next@example.test"))
    frame.on_step = lambda _: None
    assert again == "ok"
    assert reached[-6:] == [*BEFORE_COMMIT, "committed"]


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", [*ACTS, *RECORD_ACTS])
async def test_an_exception_at_any_step_leaves_everything_or_nothing(world, tables, name):
    targets = await targets_of(world, open_for=1)
    who = {"acceptInvitation": "petra"} | DOERS
    client = await world.client(who.get(name, "olga"))
    given = {"code": CODE} if name == "acceptInvitation" else {}
    target = record_of(name) if name in DOERS else targets.get(ACTS[name].kind)
    await leaves_everything_or_nothing(world, tables, lambda: do(client, name, target, **given))


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", INSPECTION_ACTS)
async def test_an_exception_at_any_step_of_an_inspection_leaves_all_or_nothing(world, tables, name):
    places, client = await staged(world), await doer(world, name)
    await leaves_everything_or_nothing(world, tables, lambda: do(client, name, places.get(name)))


@pytest.mark.parametrize(
    "name", ["createAccount", "addLegalEntity", "inviteUser", "acceptAgreement"]
)
async def test_what_broke_works_the_next_time(world, tables, name):
    targets, frame = await targets_of(world, open_for=1), frame_of(await world.app())
    olga = await world.client("olga")

    def on_step(step: str) -> None:
        if step == "audited":
            raise Crash

    frame.on_step = on_step
    before = await tables.digests()
    assert (await do(olga, name, targets.get(ACTS[name].kind))).status == 500
    frame.on_step = lambda _: None
    assert await tables.digests() == before
    assert outcome(await do(olga, name, targets.get(ACTS[name].kind))) == "ok"


async def test_a_crash_in_one_field_keeps_what_the_fields_before_it_did(world):
    """Each root field is a transaction: the first is committed when the second breaks."""
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    frame, renamed = frame_of(await world.app()), []

    def on_step(step: str) -> None:
        renamed.append(step)
        if renamed.count("changed") == 2:
            raise Crash

    frame.on_step = on_step
    reply = await olga.ask(
        """mutation ($at: ID!) {
          a: renameAccount(input: { organisationId: $at, name: "First" }) { organisation { name } }
          b: renameAccount(input: { organisationId: $at, name: "Second" }) { organisation { name } }
        }""",
        {"at": alder},
    )
    frame.on_step = lambda _: None
    assert reply.status == 500
    assert await world.sql("SELECT name FROM organisations WHERE id = :id", id=alder[4:]) == [
        ("First",)
    ]
    [event] = await audited(world, reply.response.headers["x-request-id"])
    assert event["decision"] == "ALLOWED"


@asynccontextmanager
async def dying(world) -> AsyncIterator[Callable[[str], Awaitable[int]]]:
    """A program that sends one inviteUser in a process that is killed at a step; the signal it died of."""
    tests = Path(__file__).parent.parent
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(Path(__file__).parent / "dying.py")),
        *(world.url, await organisation_id(world, "alder")),
        env=os.environ | {"PYTHONPATH": f"{tests.parent}{os.pathsep}{tests}"},
        cwd=tests.parent,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )

    async def at(step: str) -> int:
        process.stdin.write(f"{step}\n".encode())
        return int(await process.stdout.readline())

    yield at
    process.stdin.close()
    assert await process.wait() == 0


async def test_a_process_that_is_killed_leaves_everything_or_nothing(world, tables):
    async def state() -> object:
        return await tables.digests(), await world.sql("SELECT count(*) FROM audit_events")

    before = await state()
    async with dying(world) as killed_at:
        for step in BEFORE_COMMIT:
            assert await killed_at(step) == signal.SIGKILL
            assert await state() == before, step
        assert await killed_at("committed") == signal.SIGKILL
    recipient = "killed@example.test"
    assert len(await world.sql("SELECT id FROM mails WHERE recipient = :to", to=recipient)) == 1
    assert len(await world.sql("SELECT id FROM invitations WHERE email = :to", to=recipient)) == 1
    assert await world.sql("SELECT count(*) FROM audit_events") == [(before[1][0][0] + 1,)]
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    assert outcome(await do(olga, "renameAccount", alder, name="Alive")) == "ok"
