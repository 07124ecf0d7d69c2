"""A deadline ends the statement, not only the request: nothing is left running in the database."""

from __future__ import annotations

import asyncio

import pytest

from asking import Desk, errors_of
from db.drivers.database import Database
from endless import BELOW, ENDLESS, SLOW, left_running, policy, schema
from engine.limits import Limits

TIMES = {
    "the operation's": ({}, Limits(operation_seconds=0.2)),
    "the statement's": ({"statement_seconds": 0.5}, Limits(operation_seconds=60)),
}


CASES = [("the operation's", slow) for slow in SLOW] + [
    ("the statement's", slow) for slow in ("a page", "a computed field's own", "several at once")
]


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
@pytest.mark.parametrize(("time", "slow"), CASES)
async def test_a_statement_ends_when_its_time_is_over(shared_database, time, slow, plain):
    """There is one connection, so the next operation needs the one that was busy."""
    kind, url, _ = shared_database
    bounds, limits = TIMES[time]
    database = Database(url, pool_size=1, **bounds)
    await database.connect()
    desk = Desk(database, schema=schema(), policy=policy(), scopes=ENDLESS, limits=limits)
    try:
        answer = await desk.ask("olga", SLOW[slow], plain=plain)
        assert errors_of(answer) == {"": "QUERY_TOO_COMPLEX"}
        assert answer.payload["errors"][0]["extensions"]["reason"] == "TIME"
        if kind == "postgresql":
            assert await left_running(url) == 0
        patient = Desk(database, schema=schema(), policy=policy(), scopes=ENDLESS)
        async with asyncio.timeout(30):
            again = await patient.ask("olga", BELOW % "id", plain=plain)
        assert [node["name"] for node in again.payload["data"]["organisations"]["nodes"]] == [
            "Alder"
        ]
    finally:
        await database.close()
