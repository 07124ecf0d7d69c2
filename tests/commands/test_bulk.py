"""Many records at once: all of them or none, by a handful of statements, one audit row for each."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import create_async_engine

from commands.acts import do, outcome
from commands.racers import frame_of
from commands.tables import audited
from db.drivers.database import sqlalchemy_url
from db.models import ApprenticeRecord
from db.types import new_key
from scenarios.records import assignments
from scenarios.rows import add_grant, organisation_key, record_id, user_id, user_key
from worlds import World

UNKNOWN = "rec_" + "a" * 26
STATEMENTS = 15
"""What one bulk assignment may take (performance.md), whatever the number of records."""
MOVE = "UPDATE apprentice_records SET epao_id = :two WHERE id = :id"


async def add_records(world, count: int) -> list[str]:
    """Add so many records that are as R4 is; their global ids."""
    rows = await world.sql("SELECT * FROM apprentice_records WHERE id = :id", id=record_id(4)[4:])
    made = [{**rows[0]._mapping, "id": new_key()} for _ in range(count)]  # noqa: SLF001 -- SQLAlchemy's public name for it
    engine = create_async_engine(sqlalchemy_url(world.url))
    async with engine.begin() as connection:
        await connection.execute(insert(ApprenticeRecord.__table__), made)
    await engine.dispose()
    return [f"rec_{row['id']}" for row in made]


class Counted:
    """What reached the driver, and how often a transaction was begun."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.transactions = 0


@contextmanager
def counting(app):
    """Count every statement of an application at its driver.

    What is read before the transaction goes through the reading pool's driver and is told to the
    observer. What the transaction runs goes through SQLAlchemy's cursor: one event for each
    `execute`, and one for each `executemany`, for which asyncpg sends every set of values and then
    waits once, and SQLite asks no server at all. An insert that SQLAlchemy cuts into batches is an
    event a batch. What begins and ends the transaction is no statement.
    """
    database, counted = app.state.database, Counted()
    engine = database._writing._engine.sync_engine  # noqa: SLF001 -- nothing else leads to it
    told = database.observer

    def read(statement: str) -> None:
        counted.statements.append(statement)
        told(statement)

    def written(_connection, _cursor, statement, *_):
        if not statement.startswith("BEGIN"):
            counted.statements.append(statement)

    def begun(_connection):
        counted.transactions += 1

    database.observer = read
    event.listen(engine, "before_cursor_execute", written)
    event.listen(engine, "begin", begun)
    try:
        yield counted
    finally:
        database.observer = told
        event.remove(engine, "before_cursor_execute", written)
        event.remove(engine, "begin", begun)


@pytest.mark.parametrize(
    ("name", "who"),
    [("assignRecords", "ann"), ("assignRecords", "sen"), ("unassignRecords", "ann")],
)
async def test_a_thousand_take_the_statements_of_ten(world, name, who):
    """Ann has a caseload, Sen gets one; the answer that names it is counted too."""
    app, ade = await world.app(), await world.client("ade")
    taken, given = {}, {"userId": await user_id(world, who)} if name == "assignRecords" else {}
    for count in (10, 1_000):
        records = await add_records(world, count)
        if name == "unassignRecords":
            assert outcome(await do(ade, "assignRecords", records)) == "ok"
        with counting(app) as counted:
            reply = await do(ade, name, records, **given)
        assert outcome(reply) == "ok"
        taken[count] = len(counted.statements)
        assert counted.transactions == 1
        writing = ("insert", "delete", "update")
        writes = [s for s in counted.statements if s.lower().startswith(writing)]
        assert len([s for s in writes if "audit_events" in s]) == 1
        assert len([s for s in writes if "caseload_items" in s]) == 1
        assert len(writes) == 2 + ((who, count) == ("sen", 10))
        events = await audited(world, reply.response.headers["x-request-id"])
        assert len(events) == count
        assert {f"rec_{each['resource_id']}" for each in events} == set(records)
    assert taken[1_000] == taken[10] - (who == "sen")
    assert taken[10] <= STATEMENTS
    left = await world.sql("SELECT count(*) FROM caseload_items WHERE kind = 'ASSESSOR'")
    assert left[0][0] == 3 + (1_010 if name == "assignRecords" else 0)


async def test_each_record_has_a_row_of_the_audit_that_says_who(world):
    ade, ann = await world.client("ade"), await user_key(world, "ann")
    records = [record_id(n) for n in (1, 4, 5)]
    reply = await do(ade, "assignRecords", records)
    events = await audited(world, reply.response.headers["x-request-id"])
    assert sorted(f"rec_{each['resource_id']}" for each in events) == sorted(records)
    for each in events:
        assert each["action"] == "apprentice_record.assign"
        assert each["decision"] == "ALLOWED"
        assert each["organisation_id"] == await organisation_key(world, "epa")
        assert json.loads(each["details"]) == {"kind": "ASSESSOR", "user": ann}
    given = {"userId": await user_id(world, "abe")}
    assert outcome(await do(ade, "assignRecord", record_id(1), **given)) == "ok"
    reply = await do(ade, "unassignRecords", [record_id(1), record_id(6)])
    told = {
        f"rec_{each['resource_id']}": json.loads(each["details"])["users"]
        for each in await audited(world, reply.response.headers["x-request-id"])
    }
    abe = await user_key(world, "abe")
    assert told == {record_id(1): sorted([ann, abe]), record_id(6): []}


async def test_a_record_that_is_named_twice_is_assigned_once(world):
    ade, before = await world.client("ade"), await assignments(world)
    reply = await do(ade, "assignRecords", [record_id(4), record_id(5), record_id(4)])
    assert outcome(reply) == "ok"
    added = [("ASSESSOR", "L4", "Ann"), ("ASSESSOR", "L5", "Ann")]
    assert await assignments(world) == sorted(before + added)
    events = await audited(world, reply.response.headers["x-request-id"])
    assert len(events) == 2


@pytest.mark.parametrize("name", ["assignRecords", "unassignRecords"])
async def test_too_many_and_none_are_refused(world, tables, name):
    ade, before = await world.client("ade"), await tables.digests()
    for records in ([], [record_id(4)] * 1_001):
        reply = await do(ade, name, records)
        assert outcome(reply) == "BAD_USER_INPUT/IDS"
        assert reply.errors[0]["extensions"]["input"] == "input.recordIds"
    assert outcome(await do(ade, name, None)).startswith("BAD_USER_INPUT")
    assert await tables.digests() == before


# NOT_FOUND before FORBIDDEN before what the input lacks, over all rows, and each fault at its id.
FAULTS = [
    (["rec_" + "A" * 26], "BAD_USER_INPUT/ID", 0),
    ([4, "usr_" + "a" * 26], "BAD_USER_INPUT/ID", 1),
    ([4, 5, ""], "BAD_USER_INPUT/ID", 2),
    ([4, UNKNOWN, 5], "NOT_FOUND", 1),
    ([7, 4], "NOT_FOUND", 0),
    ([4, 5, 6, 9], "NOT_FOUND", 3),
]


@pytest.mark.parametrize("name", ["assignRecords", "unassignRecords"])
@pytest.mark.parametrize(("records", "said", "at"), FAULTS)
async def test_each_fault_is_named_by_its_place(world, tables, name, records, said, at):
    ade, before = await world.client("ade"), await tables.digests()
    ids = [record_id(each) if isinstance(each, int) else each for each in records]
    reply = await do(ade, name, ids)
    assert outcome(reply) == said
    assert reply.errors[0]["extensions"]["input"] == f"input.recordIds[{at}]"
    assert await tables.digests() == before


async def test_a_row_out_of_sight_comes_before_one_that_is_refused(world, tables):
    """Sam is a Senior Assessor of another EPAO: he sees its records and may not assign them."""
    two = await organisation_key(world, "epa two")
    sam_key = await user_key(world, "sam")
    await add_grant(world, sam_key, two, "record_assignment.senior_assessor")
    sam, before = await world.client("sam"), await tables.digests()
    seen, hidden, own = record_id(9), record_id(7), record_id(4)
    assert outcome(await do(sam, "assignRecords", [own, seen])) == "FORBIDDEN"
    assert outcome(await do(sam, "assignRecords", [seen, hidden])) == "NOT_FOUND"
    assert outcome(await do(sam, "assignRecords", [own, seen, hidden])) == "NOT_FOUND"
    assert await tables.digests() == before


async def test_one_organisation_at_a_time(world, tables):
    two = await organisation_key(world, "epa two")
    ade_key = await user_key(world, "ade")
    await add_grant(world, ade_key, two, "record_assignment.epao_admin")
    ade, before = await world.client("ade"), await tables.digests()
    for name in ("assignRecords", "unassignRecords"):
        reply = await do(ade, name, [record_id(4), record_id(9)])
        assert outcome(reply) == "BAD_USER_INPUT/MIXED_ORGANISATIONS"
        assert reply.errors[0]["extensions"]["input"] == "input.recordIds"
    assert await tables.digests() == before
    reply = await do(ade, "assignRecords", [record_id(9)])  # Ann is of Epa alone
    assert outcome(reply) == "NOT_FOUND"
    assert reply.errors[0]["extensions"]["input"] == "input.userId"
    assert await tables.digests() == before


async def test_a_colleague_of_the_other_organisation_is_nobody_here(world, tables):
    """Ade assigns at Prov too; to a record as EPAO, Prov's people are as unknown ones."""
    prov = await organisation_key(world, "prov")
    await add_grant(world, await user_key(world, "ade"), prov, "record_assignment.training_manager")
    ade, before = await world.client("ade"), await tables.digests()
    answers = set()
    for who in (await user_id(world, "kim"), await user_id(world, "olga"), "usr_" + "a" * 26):
        reply = await do(ade, "assignRecords", [record_id(4)], userId=who)
        assert outcome(reply) == "NOT_FOUND"
        assert reply.errors[0]["extensions"]["input"] == "input.userId"
        answers.add(reply.response.content)
    assert len(answers) == 1
    assert await tables.digests() == before
    given = {"userId": await user_id(world, "kim"), "kind": "TRAINING_COORDINATOR"}
    assert outcome(await do(ade, "assignRecords", [record_id(4)], **given)) == "ok"


def meanwhile(world: World, step: str, statement: str, **values: object) -> Callable[[str], None]:
    """A hook by which something else is done, whole and committed, at a step of a command."""

    async def elsewhere() -> None:  # a connection of another loop is of no use
        other = World(world.database, world.url, world.folder)
        await other.sql(statement, **values)
        await other.close()

    def on_step(name: str) -> None:
        if name == step:
            thread = threading.Thread(target=lambda: asyncio.run(elsewhere()))
            thread.start()
            thread.join(30)
            assert not thread.is_alive()

    return on_step


@pytest.mark.parametrize("step", ["checked", "locked", "checked again", "changed"])
@pytest.mark.parametrize("name", ["assignRecords", "unassignRecords"])
async def test_nothing_is_done_when_one_record_goes_astray_meanwhile(world, step, name):
    """Another transaction moves R2 to another EPAO, behind the command's back and its lock."""
    if world.database == "sqlite" and step != "checked":
        pytest.skip("SQLite has one writer: nothing else is written once the command has begun.")
    ade, frame = await world.client("ade"), frame_of(await world.app())
    two, before = await organisation_key(world, "epa two"), await assignments(world)
    frame.on_step = meanwhile(world, step, MOVE, two=two, id=record_id(2)[4:])
    try:
        given = {"userId": await user_id(world, "abe")} if name == "assignRecords" else {}
        reply = await do(ade, name, [record_id(1), record_id(2), record_id(4)], **given)
    finally:
        frame.on_step = lambda _: None
    assert outcome(reply) == "NOT_FOUND"
    assert reply.errors[0]["extensions"]["input"] == "input.recordIds[1]"
    assert await assignments(world) == before
    [refusal] = await audited(world, reply.response.headers["x-request-id"])
    assert (refusal["decision"], refusal["code"]) == ("REFUSED", "NOT_FOUND")


@pytest.mark.parametrize("gone", ["the role", "the person"])
async def test_who_is_no_longer_to_be_assigned_meanwhile_is_not(world, gone):
    """I18 is asked under the lock: Ann's grant ends, or her account, after the first check."""
    ade, frame = await world.client("ade"), frame_of(await world.app())
    ann, now, before = await user_key(world, "ann"), world.clock.instant, await assignments(world)
    statements = {
        "the role": "UPDATE role_grants SET ends_at = :now WHERE user_id = :ann",
        "the person": "UPDATE users SET status = 'INACTIVE' WHERE id = :ann",
    }
    values = {"ann": ann} | ({"now": now} if gone == "the role" else {})
    frame.on_step = meanwhile(world, "checked", statements[gone], **values)
    try:
        reply = await do(ade, "assignRecords", [record_id(4), record_id(5)])
    finally:
        frame.on_step = lambda _: None
    said = {"the role": "NOT_FOUND", "the person": "PRECONDITION/NO_ACCOUNT"}
    assert outcome(reply) == said[gone]
    assert await assignments(world) == before


@pytest.mark.parametrize("name", ["assignRecord", "assignRecords"])
async def test_a_record_that_is_another_organisations_by_now_is_not_done_under_the_first_ones_lock(
    world, name
):
    """Ade and Ann are of both EPAOs, so the ladder alone would let it through."""
    two = await organisation_key(world, "epa two")
    for who, role in (("ade", "epao_admin"), ("ann", "assessor")):
        await add_grant(world, await user_key(world, who), two, f"record_assignment.{role}")
    ade, frame = await world.client("ade"), frame_of(await world.app())
    before, record = await assignments(world), record_id(4)
    frame.on_step = meanwhile(world, "checked", MOVE, two=two, id=record[4:])
    try:
        reply = await do(ade, name, record if name == "assignRecord" else [record])
    finally:
        frame.on_step = lambda _: None
    assert outcome(reply) == "CONFLICT/UNAVAILABLE"
    assert await assignments(world) == before
    assert outcome(await do(ade, name, record if name == "assignRecord" else [record])) == "ok"
