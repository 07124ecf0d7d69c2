"""Slow clients: one that goes away takes its statement along, and one person leaves room for others."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import asyncpg
import pytest

from commands.acts import ACTS, do, outcome
from commands.racers import frame_of
from db.drivers.database import Database
from db.seed.demo.fixed import demo_key
from endless import BELOW, ENDLESS, SLOW, left_running, policy, schema
from scenarios.rows import organisation_id
from server import app as application
from server.domain import Domain
from server.settings.fields import DatabaseLimits
from worlds import World

QUICK = "{ organisations(first: 1) { nodes { name } } }"
ALDER = {"organisations": {"nodes": [{"name": "Alder"}]}}
PATIENCE = 30


class Caller:
    """One request as a server would hand it over, whose client can go away."""

    def __init__(self, app, token: str, document: str, variables: object = None) -> None:
        body = json.dumps({"query": document, "variables": variables}).encode()
        self._came = [{"type": "http.request", "body": body, "more_body": False}]
        self._gone = asyncio.Event()
        self.sent: list[dict[str, object]] = []
        headers = [(b"content-type", b"application/json"), (b"authorization", token.encode())]
        scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": headers}
        self.task = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self):
        if self._came:
            return self._came.pop()
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message) -> None:
        self.sent.append(message)

    async def hang_up(self) -> None:
        """Go away, and wait until the server is done with it."""
        self._gone.set()
        async with asyncio.timeout(PATIENCE):
            await self.task


@pytest.fixture
async def slow_world(shared_database, monkeypatch):
    """Fields without end, four connections, and more time than any test has."""
    monkeypatch.setattr(application, "audit", lambda *_: None)  # its facet has many rows
    world = World(*shared_database, domain=Domain(schema(), policy(), ENDLESS, {}))
    world.settings = patient(world)
    yield world
    await world.close()


def patient(world):
    return world.settings.model_copy(
        update={
            "database": DatabaseLimits(
                pool_size=4, share=0.5, statement_seconds=60, queue_seconds=60
            ),
            "limits": replace(world.settings.limits, operation_seconds=60),
        }
    )


async def token_of(world, handle: str) -> str:
    return (await world.client(handle)).headers["authorization"]


def places_of(app):
    """The queue before the connections that read."""
    return app.state.database._pool._places  # noqa: SLF001 -- nothing else leads to it


async def begun(app) -> asyncio.Queue[str]:
    """The statements without end, as each begins."""
    found: asyncio.Queue[str] = asyncio.Queue()

    def observe(statement: str) -> None:
        if "endless" in statement:
            found.put_nowait(statement)

    app.state.database.observer = observe
    return found


@pytest.mark.parametrize("slow", ["a page", "a computed field's own", "several at once"])
async def test_a_client_that_hangs_up_ends_its_statement(slow_world, slow):
    app, token = await slow_world.app(), await token_of(slow_world, "olga")
    statements = await begun(app)
    async with asyncio.timeout(PATIENCE):
        callers = [Caller(app, token, SLOW[slow]) for _ in range(2)]
        for _ in callers:
            await statements.get()
        for caller in callers:
            await caller.hang_up()
        assert [caller.sent for caller in callers] == [[], []]
        if slow_world.database == "postgresql":
            assert await left_running(slow_world.url) == 0
        reply = await (await slow_world.client("olga")).ask(QUICK)
        assert reply.data == ALDER


async def test_one_person_who_asks_slowly_leaves_connections_for_another(slow_world):
    """Nor does it tell the probe anything: the database is well."""
    app, token = await slow_world.app(), await token_of(slow_world, "olga")
    statements = await begun(app)
    async with asyncio.timeout(PATIENCE):
        callers = [Caller(app, token, BELOW % "counted") for _ in range(6)]
        for _ in range(2):  # her share
            await statements.get()
        while places_of(app).waiting < 4:  # noqa: ASYNC110 -- a queue has no Event
            await asyncio.sleep(0.01)
        otis = await slow_world.client("otis")
        assert (await otis.ask(QUICK)).data == ALDER
        assert (await otis.get("/readyz")).json()["status"] == "ready"
        assert statements.empty()
        for caller in reversed(callers):  # those who wait for a connection go first
            await caller.hang_up()
        assert all(caller.sent == [] for caller in callers)


async def test_the_probe_needs_no_connection_of_those_that_are_out(slow_world):
    app = await slow_world.app()
    statements = await begun(app)
    async with asyncio.timeout(PATIENCE):
        tokens = [await token_of(slow_world, handle) for handle in ("olga", "otis", "olga", "otis")]
        callers = [Caller(app, token, BELOW % "counted") for token in tokens]
        for _ in callers:
            await statements.get()
        client = await slow_world.client()
        response = await client.get("/readyz")
        assert (response.status_code, response.json()["checks"]["database"]) == (200, True)
        for caller in callers:
            await caller.hang_up()


async def test_a_change_whose_client_hangs_up_before_its_turn_is_not_made(world):
    """Somebody else holds what it waits for; nothing of it is left when that is let go."""
    world.settings = patient(world)
    app, token = await world.app(), await token_of(world, "olga")
    frame_reached = asyncio.Event()
    frame_of(app).on_step = lambda step: frame_reached.set() if step == "checked" else None
    alder, other = await organisation_id(world, "alder"), Database(world.url)
    given = {"input": {"organisationId": alder, "name": "Gone"}}
    try:
        async with asyncio.timeout(PATIENCE):
            async with other.transaction() as writer:
                await writer.lock_organisations([demo_key("organisation:alder")])
                caller = Caller(app, token, ACTS["renameAccount"].document, given)
                await frame_reached.wait()
                await caller.hang_up()
                assert caller.sent == []
            olga = await world.client("olga")
            assert outcome(await do(olga, "renameAccount", alder, name="Here")) == "ok"
    finally:
        await other.close()
    names = await world.sql("SELECT name FROM organisations WHERE name IN ('Gone', 'Here')")
    assert names == [("Here",)]


@pytest.mark.parametrize("own_world", ["postgresql"], indirect=True)
async def test_a_client_that_hangs_up_gives_back_the_lock_it_waits_for(world):
    world.settings = patient(world)
    app, token = await world.app(), await token_of(world, "olga")
    # a transaction would see the activity of its beginning
    holder, watcher = await asyncpg.connect(world.url), await asyncpg.connect(world.url)
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND datname = current_database()"
    )
    try:
        async with asyncio.timeout(PATIENCE), holder.transaction():
            await holder.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
            caller = Caller(app, token, "{ me { name } }")
            while not await watcher.fetchval(waiting):  # noqa: ASYNC110 -- a server has no Event
                await asyncio.sleep(0.01)
            await caller.hang_up()
            assert await watcher.fetchval(waiting) == 0
    finally:
        await holder.close()
        await watcher.close()
