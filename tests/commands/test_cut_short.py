"""A document of changes that runs out of time, or of its database, tells what became of each."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from commands.racers import frame_of
from db.drivers.faults import Unavailable
from ending import Ending
from scenarios.rows import organisation_id
from server.http import endpoint
from server.settings.fields import DatabaseLimits

RENAME = '%s: renameAccount(input: { organisationId: $at, name: "%s" }) { organisation { name } }'
DOCUMENT = f"mutation ($at: ID!) {{ {' '.join(RENAME % (n, n) for n in 'abcd')} }}"
STEPS = ("checked", "locked", "checked again", "changed", "audited", "committed")


def at_second(step: str, act) -> object:
    """A hook for what happens at a step of the second change."""
    reached = []

    def on_step(name: str) -> None:
        reached.append(name)
        if name == step and reached.count(name) == 2:
            act()

    return on_step


def told(reply) -> dict[str, str]:
    assert reply.status == 200
    errors = {error["path"][0]: error["extensions"] for error in reply.errors}
    return {name: "ok" if reply.data[name] else became(errors[name]) for name in "abcd"}


def became(extensions) -> str:
    if extensions["reason"] == "OUTCOME_UNKNOWN":
        return "UNKNOWN"
    assert extensions["reason"] == (
        "TIME" if extensions["code"] == "QUERY_TOO_COMPLEX" else "DATABASE"
    )
    return "MADE" if extensions["made"] else "NOT_MADE"


async def name_of(world, account: str) -> str:
    return (await world.sql("SELECT name FROM organisations WHERE id = :id", id=account[4:]))[0][0]


@pytest.mark.parametrize("step", STEPS)
async def test_out_of_time_each_change_is_told_as_it_is(world, monkeypatch, step):
    monkeypatch.setattr(endpoint, "Deadline", Ending)
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    frame = frame_of(await world.app())
    frame.on_step = at_second(step, Ending.end)
    reply = await olga.ask(DOCUMENT, {"at": alder})
    frame.on_step = lambda _: None
    found = told(reply)
    assert reply.data["a"] == {"organisation": {"name": "a"}}
    assert found["b"] == ("MADE" if await name_of(world, alder) == "b" else "NOT_MADE")
    assert found == {"a": "ok", "b": found["b"], "c": "NOT_MADE", "d": "NOT_MADE"}
    assert (found["b"] == "MADE") == (step in {"audited", "committed"})
    assert set(reply.refusals.values()) == {"QUERY_TOO_COMPLEX"}
    audited = await world.sql(
        "SELECT count(*) FROM audit_events WHERE request_id = :id AND decision = 'ALLOWED'",
        id=reply.response.headers["x-request-id"],
    )
    assert audited == [(2 if found["b"] == "MADE" else 1,)]
    assert (await olga.ask(DOCUMENT, {"at": alder})).errors == []


@pytest.mark.parametrize("step", STEPS)
async def test_without_its_database_each_change_is_told_as_it_is(world, step):
    def away() -> None:
        raise Unavailable("by the test")

    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    frame = frame_of(await world.app())
    frame.on_step = at_second(step, away)
    reply = await olga.ask(DOCUMENT, {"at": alder})
    frame.on_step = lambda _: None
    outcome = "MADE" if step == "committed" else "NOT_MADE"
    assert told(reply) == {"a": "ok", "b": outcome, "c": "NOT_MADE", "d": "NOT_MADE"}
    assert await name_of(world, alder) == ("b" if outcome == "MADE" else "a")
    assert set(reply.refusals.values()) == {"SERVICE_UNAVAILABLE"}


@pytest.mark.parametrize("own_world", ["postgresql"], indirect=True)
async def test_a_commit_that_is_not_answered_is_told_as_unknown(own_world, monkeypatch):
    """The database waits while it commits; nobody can know how that ends."""
    world = own_world
    monkeypatch.setattr(endpoint, "Deadline", Ending)
    world.settings = world.settings.model_copy(
        update={"database": DatabaseLimits(statement_seconds=60)}
    )
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    await world.sql(
        "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN IF NEW.name = 'b' THEN PERFORM pg_advisory_xact_lock(42); END IF; RETURN NULL; END $$"
    )
    await world.sql(
        "CREATE CONSTRAINT TRIGGER hold AFTER UPDATE ON organisations"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold()"
    )
    holder, watcher = await asyncpg.connect(world.url), await asyncpg.connect(world.url)
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT;' AND wait_event_type = 'Lock'"
    )
    try:
        async with asyncio.timeout(40), holder.transaction():
            await holder.execute("SELECT pg_advisory_xact_lock(42)")
            asking = asyncio.create_task(olga.ask(DOCUMENT, {"at": alder}))
            while not await watcher.fetchval(waiting):  # noqa: ASYNC110 -- a server has no Event
                await asyncio.sleep(0.01)
            Ending.end()
            reply = await asking
    finally:
        await holder.close()
        await watcher.close()
    expected = {"a": "ok", "b": "UNKNOWN", "c": "NOT_MADE", "d": "NOT_MADE"}
    assert told(reply) == expected
    assert await name_of(world, alder) in {"a", "b"}
    await world.sql("DROP TRIGGER hold ON organisations")
    assert (await olga.ask(DOCUMENT, {"at": alder})).errors == []
