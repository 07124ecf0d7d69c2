"""Whatever goes wrong, nothing is answered that was not decided."""

from __future__ import annotations

import asyncpg
import pytest

from asking import Desk, errors_of
from db.drivers.database import Database
from engine.limits import Limits
from engine.planning.plans import Plans

PATHS = pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
WITHHELD = "{ me { name } organisations(first: 10) { nodes { name account { warnings } } } }"


@PATHS
async def test_strict_gives_no_data_where_anything_is_withheld(desk: Desk, plain):
    partial = await desk.ask("vera", WITHHELD, plain=plain)
    strict = await desk.ask("vera", WITHHELD, plain=plain, mode="strict")
    assert (partial.status, strict.status) == (200, 403)
    assert partial.payload["data"]["me"] == {"name": "Vera"}
    assert "data" not in strict.payload
    assert strict.payload["errors"] == partial.payload["errors"]
    assert strict.payload["extensions"] == partial.payload["extensions"]
    assert errors_of(strict) == {"organisations.nodes.0.account.warnings": "FORBIDDEN"}
    assert strict.report.codes == ("FORBIDDEN",)


@PATHS
async def test_strict_gives_data_where_nothing_is_withheld(desk: Desk, plain):
    found = await desk.ask("olga", WITHHELD, plain=plain, mode="strict")
    assert found.status == 200
    assert found.payload["data"]["organisations"]["nodes"][0]["account"]["warnings"] == []
    # a row that is not there is an answer, not a withheld value
    missing = await desk.ask(
        "olga", '{ node(id: "usr_%s") { id } }' % ("a" * 26), plain=plain, mode="strict"
    )
    assert (missing.status, missing.payload["data"]) == (200, {"node": None})
    assert errors_of(missing) == {"node": "NOT_FOUND"}


@PATHS
async def test_strict_of_a_person_who_may_nothing(desk: Desk, plain):
    answer = await desk.ask("lou", "{ me { name } }", plain=plain, mode="strict")
    assert answer.status == 403
    assert "data" not in answer.payload
    [line] = answer.payload["extensions"]["authorization"]["withheld"]
    assert line == {"coordinate": "Query.me", "code": "FORBIDDEN", "count": 1}


async def test_an_operation_has_its_time(database):
    desk = Desk(database, limits=Limits(operation_seconds=0))
    answer = await desk.ask("olga", WITHHELD)
    assert answer.status == 400
    assert "data" not in answer.payload
    assert errors_of(answer) == {"": "QUERY_TOO_COMPLEX"}
    assert answer.payload["errors"][0]["extensions"]["reason"] == "TIME"
    assert answer.report.codes == ("QUERY_TOO_COMPLEX",)
    # and its connection is fit for the next one
    again = await Desk(database).ask("olga", WITHHELD)
    assert again.status == 200
    assert again.payload["data"]["me"] == {"name": "Olga"}


async def test_a_time_out_of_something_else_is_a_fault_of_ours(desk: Desk, monkeypatch):
    def times_out(*_):
        raise TimeoutError

    monkeypatch.setattr(Plans, "of", times_out)
    with pytest.raises(TimeoutError):
        await desk.ask("olga", WITHHELD)


@PATHS
@pytest.mark.parametrize("shared_database", ["postgresql"], indirect=True)  # SQLite's never wait
async def test_a_read_that_hangs_is_given_up_and_leaves_no_trace(shared_database, plain):
    """Somebody locks the schemes; the connection goes back to the pool as good as it came."""
    _, url, _ = shared_database
    database = Database(url, pool_size=1)
    await database.connect()
    document = (
        "{ organisations(first: 1) { nodes { account { payeSchemes { name } } } } me { name } }"
    )
    locker = await asyncpg.connect(url)
    try:
        async with locker.transaction():
            await locker.execute("LOCK TABLE paye_schemes IN ACCESS EXCLUSIVE MODE")
            desk = Desk(database, limits=Limits(operation_seconds=0.3))
            answer = await desk.ask("olga", document, plain=plain)
            assert answer.payload["errors"][0]["extensions"]["reason"] == "TIME"
            assert (await desk.ask("olga", "{ me { name } }", plain=plain)).payload["data"] == {
                "me": {"name": "Olga"}
            }
        found = await Desk(database).ask("olga", document, plain=plain)
        assert "errors" not in found.payload
        assert (
            len(found.payload["data"]["organisations"]["nodes"][0]["account"]["payeSchemes"]) == 2
        )
    finally:
        await locker.close()
        await database.close()


KIND = "SECRET_KIND"
CORRUPT = "{ organisations(first: 1) { nodes { name account { agreements { status version } } } } }"


@PATHS
async def test_a_word_that_the_schema_does_not_know_is_a_fault_of_its_position(world, plain):
    await world.sql("UPDATE agreements SET status = :status", status=KIND)
    reply = await (await world.client("olga")).ask(CORRUPT, plain=plain)
    assert reply.status == 200
    assert KIND not in reply.response.text
    assert set(reply.refusals.values()) == {"INTERNAL_SERVER_ERROR"}
    [organisation] = reply.data["organisations"]["nodes"]
    assert organisation["name"] == "Alder"
    agreements = organisation["account"]["agreements"]
    assert len(agreements) == len(reply.errors) > 1
    assert all(a["status"] is None and a["version"] for a in agreements)


@PATHS
async def test_a_database_that_fails_tells_the_client_nothing(world, plain):
    await world.sql("ALTER TABLE agreements RENAME TO secret_agreements")
    reply = await (await world.client("olga")).ask(CORRUPT, plain=plain)
    assert {e["extensions"]["code"] for e in reply.errors} == {"INTERNAL_SERVER_ERROR"}
    if plain:
        assert reply.status == 200
        assert reply.data["organisations"]["nodes"] == [
            {"name": "Alder", "account": {"agreements": None}}
        ]
    else:
        assert reply.status == 500
        assert reply.data is None
    for told in ("relation", "no such table", "Traceback", "SELECT", "Error:", "secret_agreements"):
        assert told not in reply.response.text
