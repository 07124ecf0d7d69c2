"""Transactions on both databases: whole or nothing, one after the other, locked parents first."""

import asyncio

import pytest
from sqlalchemy import bindparam, func, literal, literal_column, select, text, update
from sqlalchemy.exc import IntegrityError

from db.drivers.database import Database
from db.drivers.statements import one_of
from db.models import Invitation, Organisation, RoleGrant, User
from db.seed.demo import demo_key
from db.types import new_key

ALDER, BIRCH = sorted(demo_key(f"organisation:{name}") for name in ("alder", "birch"))
REVISION = select(Organisation.revision).where(Organisation.id == bindparam("key"))


@pytest.fixture
async def database(world):
    database = Database(world.url, pool_size=4)
    await database.connect()
    yield database
    await database.close()


async def revision(database, key=ALDER):
    """What everybody else sees."""
    async with database.reading() as reader:
        return (await reader.fetch(database.compile(REVISION), {"key": key}))[0][0]


async def raise_revision(writer, key=ALDER):
    """Read, then write: what two at once do wrong unless one waits for the other."""
    organisation = await writer.session.get(Organisation, key)
    await asyncio.sleep(0)
    organisation.revision += 1


async def until_somebody_waits(database):
    """On PostgreSQL the server knows who waits for a row."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    async with asyncio.timeout(10), database.reading() as reader:
        while not (await reader.fetch(database.compile(waiting), {}))[0][0]:  # noqa: ASYNC110 - a server has no Event
            await asyncio.sleep(0.01)


async def test_changes_are_kept_at_the_end(database):
    async with database.transaction() as writer:
        await raise_revision(writer)
    assert await revision(database) == 2


class Crash(Exception):
    """Somebody pulled the plug."""


async def test_exception_leaves_nothing(database):
    async def command():
        async with database.transaction() as writer:
            await raise_revision(writer)
            assert await writer.fetch(database.compile(REVISION), {"key": ALDER}) == [(2,)]
            await writer.session.execute(update(User).values(name="Nobody"))
            raise Crash

    with pytest.raises(Crash):
        await command()
    assert await revision(database) == 1
    async with database.reading() as reader:
        nobody = select(func.count()).select_from(User).where(User.name == "Nobody")
        assert tuple((await reader.fetch(database.compile(nobody), {}))[0]) == (0,)


async def test_fetch_sees_its_own_changes_and_nobody_else_does(database):
    async with database.transaction() as writer:
        await raise_revision(writer)
        assert await writer.fetch(database.compile(REVISION), {"key": ALDER}) == [(2,)]
        async with asyncio.timeout(5):
            assert await revision(database) == 1


async def test_fetch_takes_every_statement_that_a_reader_takes(database):
    names = select(Organisation.name).where(one_of(Organisation.id, "keys"))
    plain = select(func.count()).select_from(RoleGrant)
    async with database.transaction() as writer, database.reading() as reader:
        for executable, params in ((names, {"keys": [ALDER, BIRCH]}), (plain, {})):
            statement = database.compile(executable)
            written = [tuple(row) for row in await writer.fetch(statement, params)]
            assert written == [tuple(row) for row in await reader.fetch(statement, params)]
            assert written
        assert writer.statements == 2
        with pytest.raises(KeyError, match="'keys'"):
            await writer.fetch(database.compile(names), {})


async def test_all_writers_wait_and_none_fails(database, world):
    """Two servers, twenty commands: every one of them reads what the one before it left."""
    other = Database(world.url, pool_size=4)

    async def command(side):
        async with side.transaction() as writer:
            await writer.lock_organisations([ALDER])
            await raise_revision(writer)

    try:
        await asyncio.gather(*(command(side) for side in (database, other) * 10))
    finally:
        await other.close()
    assert await revision(database) == 21


async def test_two_locks_in_either_order_never_meet_head_on(database):
    async def command(*keys):
        async with database.transaction() as writer:
            await writer.lock_organisations(keys)
            for key in keys:
                await raise_revision(writer, key)

    await asyncio.gather(
        *(command(ALDER, BIRCH) for _ in range(10)), *(command(BIRCH, ALDER) for _ in range(10))
    )
    assert (await revision(database), await revision(database, BIRCH)) == (21, 21)


@pytest.mark.parametrize("own_world", ["sqlite"], indirect=True)
async def test_sqlite_begins_with_the_write_lock(database, world):
    other = Database(world.url)
    began = asyncio.Event()

    async def command():
        async with other.transaction() as writer:
            began.set()
            await raise_revision(writer)

    async with database.transaction() as writer:
        waiting = asyncio.create_task(command())
        await asyncio.sleep(0.05)  # longer than a beginning that does not wait takes
        assert not began.is_set()
        await raise_revision(writer)
    await waiting
    await other.close()
    assert await revision(database) == 3


@pytest.mark.parametrize("own_world", ["postgresql"], indirect=True)
async def test_postgresql_locks_rows_in_the_order_of_their_ids(database):
    async def both():
        async with database.transaction() as writer:
            await writer.lock_organisations([BIRCH, ALDER, BIRCH])
            await raise_revision(writer)

    async with database.transaction() as first:
        await first.lock_organisations([ALDER])
        second = asyncio.create_task(both())
        await until_somebody_waits(database)
        async with asyncio.timeout(5), database.transaction() as third:
            await third.lock_organisations([BIRCH])  # the second waits at the first id
        assert not second.done()
        await raise_revision(first)
    await second
    assert await revision(database) == 3


async def test_locking_nothing_or_the_unknown_does_nothing(database):
    async with database.transaction() as writer:
        await writer.lock_organisations([])
        await writer.lock_organisations([new_key()])
        await raise_revision(writer)
    assert await revision(database) == 2


async def test_cancelled_command_leaves_nothing_and_gives_its_place_back(database):
    reached = asyncio.Event()

    async def command():
        async with database.transaction() as writer:
            await writer.lock_organisations([ALDER])
            await raise_revision(writer)
            await writer.session.flush()
            reached.set()
            await asyncio.Event().wait()

    for _ in range(6):  # more than there are connections
        task = asyncio.create_task(command())
        await reached.wait()
        reached.clear()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(5), database.transaction() as writer:
        await raise_revision(writer)
    assert await revision(database) == 2


async def test_cancelled_statement_ends_and_lets_the_next_command_in(database):
    """On SQLite it holds the one write lock, so nobody else could change anything meanwhile."""
    async with asyncio.timeout(20):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(count_without_end(database), timeout=0.1)
        async with asyncio.timeout(5), database.transaction() as writer:
            await raise_revision(writer)
    assert await revision(database) == 2


async def count_without_end(database):
    async with database.transaction() as writer:
        await raise_revision(writer)
        await writer.fetch(database.compile(endless()), {})


def endless():
    """A statement that counts to 10¹², which no database does in a test's time."""
    numbers = select(literal(1).label("n")).cte(recursive=True)
    numbers = numbers.union_all(
        select(numbers.c.n + 1).where(numbers.c.n < literal_column("1000000000000"))
    )
    return select(func.count()).select_from(numbers)


async def test_cancelled_wait_for_a_lock_gives_its_place_back(database, world):
    other = Database(world.url, pool_size=1)

    async def command():
        async with other.transaction() as writer:
            await writer.lock_organisations([ALDER])

    async with database.transaction() as writer:
        await writer.lock_organisations([ALDER])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await command()
    async with asyncio.timeout(10):
        await command()
    await other.close()


def membership(user="olga", organisation="alder", **columns):
    return RoleGrant(
        **{
            "id": new_key(),
            "user_id": demo_key(f"user:{user}"),
            "organisation_id": demo_key(f"organisation:{organisation}"),
            "role": "employer_account.viewer",
            "system": "employer_account",
            "starts_at": 0,
            "permissions": "",
            "revision": 1,
            **columns,
        }
    )


def invitation(email, **columns):
    return Invitation(
        **{
            "id": new_key(),
            "organisation_id": demo_key("organisation:elm"),
            "email": email,
            "email_sort": email,
            "name": "A Guest",
            "role": "employer_account.viewer",
            "status": "PENDING",
            "invited_at": 0,
            "expires_at": 1,
            "revision": 1,
            **columns,
        }
    )


EDITH = "edith.marsh@example.test"  # whom the demo world invites to Elm
REFUSED = {
    "a second role on the team of an account": lambda: [membership()],
    "a second pending invitation of an address": lambda: [invitation(EDITH)],
    "a code that is taken": lambda: [invitation(f"{n}@x.test", code_digest="ab") for n in "12"],
    "a grant of nobody": lambda: [membership(user="nobody")],
}
ALLOWED = {
    "a role that has ended": lambda: [membership(ends_at=1), membership(ends_at=1)],
    "a role of another system": lambda: [
        membership(role="inspection_access.employer_user", system="inspection_access")
    ],
    "a role on another team": lambda: [membership(organisation="birch")],
    "an invitation after a deleted one": lambda: [
        invitation("new@example.test", status="DELETED"),
        invitation("new@example.test"),
    ],
    "the same address at another account": lambda: [
        invitation(EDITH, organisation_id=demo_key("organisation:alder"))
    ],
}


async def add(database, rows):
    async with database.transaction() as writer:
        await raise_revision(writer)
        writer.session.add_all(rows)


@pytest.mark.parametrize("case", REFUSED)
async def test_the_database_refuses(database, case):
    with pytest.raises(IntegrityError):
        await add(database, REFUSED[case]())
    assert await revision(database) == 1


@pytest.mark.parametrize("case", ALLOWED)
async def test_the_database_allows(database, case):
    await add(database, ALLOWED[case]())
    assert await revision(database) == 2


async def test_swallowed_conflict_cannot_leave_half_a_change(database):
    async def command():
        async with database.transaction() as writer:
            await raise_revision(writer)
            await writer.session.flush()
            writer.session.add(membership())
            with pytest.raises(IntegrityError):
                await writer.session.flush()

    with pytest.raises(RuntimeError, match="swallowed"):
        await command()
    assert await revision(database) == 1


async def test_conflict_inside_a_savepoint_leaves_the_rest(database):
    async with database.transaction() as writer:
        await raise_revision(writer)
        with pytest.raises(IntegrityError):
            async with writer.session.begin_nested():
                writer.session.add(membership())
        assert await writer.fetch(database.compile(REVISION), {"key": ALDER}) == [(2,)]
    assert await revision(database) == 2


async def test_closed_database_can_be_connected_and_written_again(database):
    await database.close()
    await database.connect()
    async with database.transaction() as writer:
        await raise_revision(writer)
    assert await revision(database) == 2
