"""One deadline for everything a request waits for: a lock, a connection, the audit, a link's page."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from db.drivers.database import sqlalchemy_url
from db.drivers.locking import begin_with_write_lock
from db.seed.demo.fixed import demo_key
from ending import Ending, ended
from server.documents import endpoint as documents
from server.http import endpoint
from server.settings.fields import DatabaseLimits, HttpLimits

LINK = '{ node(id: "agr_%s") { ... on Agreement { document { url } } } }'
PATIENCE = 30
BIRTHDAYS = "{ apprenticeRecords(first: 3) { nodes { dateOfBirth } } }"


@asynccontextmanager
async def held(world, table: str):
    """Somebody else holds a table, and on SQLite all that is written."""
    engine = create_async_engine(sqlalchemy_url(world.url))
    if world.database == "sqlite":
        begin_with_write_lock(engine)
    try:
        async with engine.begin() as connection:
            if world.database == "postgresql":
                await connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            yield
    finally:
        await engine.dispose()


async def link(client) -> str:
    reply = await client.ask(LINK % demo_key("agreement:alder-works"))
    return reply.data["node"]["document"]["url"]


@pytest.fixture(autouse=True)
def endings(monkeypatch):
    """Deadlines end when a test says so."""
    monkeypatch.setattr(endpoint, "Deadline", Ending)
    monkeypatch.setattr(documents, "Deadline", Ending)


def given(world, *, seconds: float = 60, write_seconds: float = 60, **database: object) -> None:
    """Let operations and statements have more time than any test takes."""
    database = {"statement_seconds": 60, "queue_seconds": 60} | database
    world.settings = world.settings.model_copy(
        update={
            "limits": replace(world.settings.limits, operation_seconds=seconds),
            "database": DatabaseLimits(**database),
            "http": HttpLimits(receive_seconds=60, write_seconds=write_seconds),
        }
    )


def is_late(reply) -> bool:
    [error] = reply.errors
    assert (error["extensions"]["code"], error["extensions"]["reason"]) == (
        "QUERY_TOO_COMPLEX",
        "TIME",
    )
    return "data" not in reply.json and reply.status == 400


@pytest.mark.parametrize("own_world", ["postgresql"], indirect=True)
@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_the_wait_for_the_grants_is_in_it(world, plain):
    given(world)
    olga = await world.client("olga")
    async with asyncio.timeout(PATIENCE), held(world, "role_grants"):
        reply = await ended(olga.ask("{ me { name } }", plain=plain))
    assert is_late(reply)
    assert "extensions" not in reply.json  # whose answer it would have been is not known
    assert (await olga.ask("{ me { name } }", plain=plain)).data == {"me": {"name": "Olga"}}


async def test_the_wait_for_a_connection_is_in_it(world):
    given(world, pool_size=1)
    olga, app = await world.client("olga"), await world.app()
    async with asyncio.timeout(PATIENCE), app.state.database.reading("vera"):
        assert is_late(await ended(olga.ask("{ me { name } }")))
    assert (await olga.ask("{ me { name } }")).data == {"me": {"name": "Olga"}}


async def test_the_wait_for_the_audit_is_in_it(world):
    """What is most private is not shown before it is written down."""
    given(world)
    max_ = await world.client("max")
    assert (await max_.ask(BIRTHDAYS)).errors == []
    async with asyncio.timeout(PATIENCE), held(world, "audit_events"):
        assert is_late(await ended(max_.ask(BIRTHDAYS)))
    assert (await max_.ask(BIRTHDAYS)).errors == []


async def test_a_link_to_a_document_has_a_deadline(world):
    given(world)
    olga = await world.client("olga")
    url = await link(olga)
    async with asyncio.timeout(PATIENCE), held(world, "audit_events"):
        response = await ended(olga.get(url))
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert "not made in time" in response.text
    assert (await olga.get(url)).status_code == 200


async def test_a_link_of_a_client_that_hangs_up_is_given_up(world):
    given(world)
    app, url = await world.app(), await link(await world.client("olga"))
    gone, sent = asyncio.Event(), []

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": url, "headers": []}
    async with asyncio.timeout(PATIENCE), held(world, "audit_events"):
        opening = asyncio.create_task(app(scope, receive, send))
        gone.set()
        await opening
    assert sent == []


async def test_a_body_that_comes_slower_than_the_whole_may_take_is_408(world):
    given(world, seconds=0.05)
    olga = await world.client("olga")

    async def endless():
        yield b'{"query": '
        await asyncio.Event().wait()

    async with asyncio.timeout(PATIENCE):  # less than a body alone may take
        headers = {"Content-Type": "application/json"}
        response = await olga.post("/graphql", content=endless(), headers=headers)
    assert response.status_code == 408


@pytest.mark.parametrize("own_world", ["sqlite"], indirect=True)
async def test_a_reader_that_does_not_read_is_given_up(world):
    """The server lets go of an answer that nobody takes, after the time that it has to leave."""
    given(world, seconds=0.2, write_seconds=0.1)
    app, token = await world.app(), (await world.client("olga")).headers["authorization"]
    body = b'{"query": "{ me { name } }"}'

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(_message):
        await asyncio.Event().wait()

    headers = [(b"content-type", b"application/json"), (b"authorization", token.encode())]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": headers}
    async with asyncio.timeout(PATIENCE):
        await app(scope, receive, send)
