"""A database that is away, locked or full is expected: 503, a time to come back, and few lines."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from commands.acts import do, outcome
from db.drivers.database import Database
from db.seed.demo import seed_demo
from db.seed.demo.fixed import demo_key
from ending import Ending, ended
from pgcluster import Cluster
from scenarios.rows import organisation_id
from server.http import endpoint
from server.logs import JsonLines
from server.settings.fields import DatabaseLimits
from worlds import World

ME = "{ me { name } }"
OLGA = {"me": {"name": "Olga"}}
LINK = '{ node(id: "agr_%s") { ... on Agreement { document { url } } } }'
PATIENCE = 60


def is_away(response, reason: str = "DATABASE") -> bool:
    """Say whether this is the answer while the database is away: no data, and nothing of the fault."""
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    if "json" in response.headers["content-type"]:
        assert list(response.json()) == ["errors"]
        [error] = response.json()["errors"]
        assert error["extensions"] == {"code": "SERVICE_UNAVAILABLE", "reason": reason}
    told = response.text.lower()
    assert not any(word in told for word in ("sql", "asyncpg", "refused", "127.0.0.1", "disk"))
    return True


def lines(caplog) -> list[dict[str, object]]:
    """What was logged of the database; nothing of it is a fault with a stack."""
    assert [record.msg for record in caplog.records if record.exc_info] == []
    written = [json.loads(JsonLines().format(record)) for record in caplog.records]
    return [line for line in written if line["event"] == "database"]


@pytest.fixture
async def mortal(tmp_path) -> AsyncIterator[tuple[Cluster, World]]:
    """A world on a server of its own, which can be stopped."""
    cluster = Cluster()
    world = World("postgresql", cluster.url(), tmp_path)
    try:
        await seed_demo(world.url)
        yield cluster, world
    finally:
        await world.close()
        cluster.stop()


async def test_a_server_that_is_restarted_is_503_meanwhile_and_met_again_at_once(mortal, caplog):
    """Also by the first change and the first read: what ended while it was idle is no fault."""
    cluster, world = mortal
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    url = (await olga.ask(LINK % demo_key("agreement:alder-works"))).data["node"]["document"]["url"]
    assert outcome(await do(olga, "renameAccount", alder, name="Before")) == "ok"
    caplog.set_level(logging.INFO, "fieldgate")
    cluster.halt()
    assert (await olga.get("/readyz")).json()["checks"]["database"] is False
    for _ in range(10):
        for plain in (False, True):
            assert is_away((await olga.ask(ME, plain=plain)).response)
        assert is_away((await do(olga, "renameAccount", alder, name="Meanwhile")).response)
        assert is_away(await olga.get(url))
        assert is_away(await olga.get("/dev/personas"))
    seen = lines(caplog)
    async with asyncio.timeout(PATIENCE):  # the rest is written a second later
        while sum(line["count"] for line in seen) < 50:
            await asyncio.sleep(0.1)
            seen = lines(caplog)
    assert sum(line["count"] for line in seen) == 50
    assert len(seen) < 20
    cluster.start_again()
    assert outcome(await do(olga, "renameAccount", alder, name="After")) == "ok"
    assert (await olga.ask(ME)).data == OLGA
    assert (await olga.get(url)).status_code == 200
    assert (await olga.get("/readyz")).status_code == 200
    assert lines(caplog) == seen


async def test_a_server_that_stands_still_holds_nobody_beyond_the_deadline(mortal, monkeypatch):
    monkeypatch.setattr(endpoint, "Deadline", Ending)
    cluster, world = mortal
    limits = replace(world.settings.limits, operation_seconds=60)
    world.settings = world.settings.model_copy(update={"limits": limits})
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    assert (await olga.ask(ME)).data == OLGA
    assert outcome(await do(olga, "renameAccount", alder, name="Before")) == "ok"
    session = [int(line) for line in _children(cluster.pid)]
    for pid in (cluster.pid, *session):
        os.kill(pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(PATIENCE):
            for _ in range(2):
                reply = await ended(olga.ask(ME))
                assert reply.refusals == {"": "QUERY_TOO_COMPLEX"}
                reply = await ended(do(olga, "renameAccount", alder, name="Meanwhile"))
                assert reply.refusals == {"": "QUERY_TOO_COMPLEX"}
    finally:
        for pid in (*session, cluster.pid):
            os.kill(pid, signal.SIGCONT)
    async with asyncio.timeout(PATIENCE):
        while (await olga.ask(ME)).data != OLGA:  # noqa: ASYNC110 -- a server has no Event
            await asyncio.sleep(0.1)
        while (await do(olga, "renameAccount", alder, name="After")).errors:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.parametrize("own_world", ["postgresql"], indirect=True)
@pytest.mark.parametrize("noticed", [True, False])
async def test_connections_that_ended_while_idle_are_replaced(world, noticed):
    """Whether or not their end has come to the notice of the process."""
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")

    async def end_all() -> None:
        administrator = await asyncpg.connect(world.url)
        await administrator.fetch(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await administrator.close()

    async def end() -> None:
        if noticed:
            await end_all()
        else:  # this loop stands still meanwhile
            thread = threading.Thread(target=asyncio.run, args=(end_all(),))
            thread.start()
            thread.join()

    for _ in range(3):
        assert (await olga.ask(ME)).data == OLGA
        assert outcome(await do(olga, "renameAccount", alder, name="Once")) == "ok"
        await end()
        assert outcome(await do(olga, "renameAccount", alder, name="Twice")) == "ok"
        await end()
        assert (await olga.ask(ME)).data == OLGA
        await end()
        assert (await olga.get("/readyz")).status_code == 200


async def test_a_database_that_is_locked_is_503_for_changes(world, caplog):
    world.settings = world.settings.model_copy(
        update={"database": DatabaseLimits(statement_seconds=2)}
    )
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    assert (await olga.ask(ME)).data == OLGA
    other = Database(world.url)
    caplog.set_level(logging.INFO, "fieldgate")
    try:
        async with other.transaction() as writer:
            await writer.lock_organisations([alder[4:]])
            reply = await do(olga, "renameAccount", alder, name="Meanwhile")
            if world.database == "sqlite":
                assert is_away(reply.response)
                assert [line["causes"] for line in lines(caplog)] == [
                    {"Unavailable: SQLITE_BUSY": 1}
                ]
            else:  # a row is waited for as long as a statement may take
                assert reply.refusals == {"": "QUERY_TOO_COMPLEX"}
            assert (await olga.ask(ME)).data == OLGA
            assert (await olga.get("/readyz")).status_code == 200
    finally:
        await other.close()
    assert outcome(await do(olga, "renameAccount", alder, name="After")) == "ok"


@contextmanager
def full(path: Path):
    """No file grows beyond what the log of a database holds by now."""
    log = path.with_name(f"{path.name}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("own_world", ["sqlite"], indirect=True)
async def test_a_full_disk_is_503_for_changes_and_seen_by_the_probe(world, caplog):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    (await world.app()).state.database.probe.seconds_between_writes = 0
    for number in range(20):  # files of others stay smaller than this log
        assert outcome(await do(olga, "renameAccount", alder, name=f"Name {number}")) == "ok"
    caplog.set_level(logging.INFO, "fieldgate")
    assert (await olga.get("/readyz")).status_code == 200
    with full(world.folder / "demo.db"):
        assert is_away((await do(olga, "renameAccount", alder, name="Meanwhile")).response)
        response = await olga.get("/readyz")
        assert (await olga.ask(ME)).data == OLGA
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": True, "migrations": True, "writable": False}
    assert len(lines(caplog)) == 1
    assert outcome(await do(olga, "renameAccount", alder, name="After")) == "ok"
    assert (await olga.get("/readyz")).status_code == 200


@pytest.mark.parametrize("own_world", ["postgresql"], indirect=True)
async def test_a_database_that_is_only_read_is_503_for_changes_and_seen_by_the_probe(world):
    """As a standby is."""
    name = world.url.rpartition("/")[2]
    await world.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        olga = await world.client("olga")
        (await world.app()).state.database.probe.seconds_between_writes = 0
        alder = await organisation_id(world, "alder")
        assert (await olga.ask(ME)).data == OLGA
        assert is_away((await do(olga, "renameAccount", alder, name="Meanwhile")).response)
        response = await olga.get("/readyz")
        assert (response.status_code, response.json()["checks"]["writable"]) == (503, False)
    finally:
        administrator = await asyncpg.connect(
            world.url, server_settings={"default_transaction_read_only": "off"}
        )
        await administrator.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await administrator.close()


async def test_who_finds_no_connection_in_time_is_told_to_come_back(world):
    limits = DatabaseLimits(pool_size=1, queue_seconds=0.01)
    world.settings = world.settings.model_copy(update={"database": limits})
    olga, app = await world.client("olga"), await world.app()
    async with app.state.database.reading("vera"):
        for plain in (False, True):
            assert is_away((await olga.ask(ME, plain=plain)).response, "BUSY")
    assert (await olga.ask(ME)).data == OLGA
