"""Reading over real drivers: what is counted, observed, refused and given back."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import func, insert, literal, literal_column, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from db.drivers.database import Database, sqlalchemy_url
from db.migrate import is_current, upgrade
from db.models import EmployerAccount, Organisation, RoleGrant, User
from db.seed.demo import seed_demo

REFUSED = {
    "": "''",
    "fieldgate.db": "'fieldgate.db'",
    "mysql://root@localhost/x": "'mysql'",
    "postgresql+psycopg://u@h/x": r"'postgresql\+psycopg'",
    "sqlite://": "names no file",
    "sqlite:///:memory:": "names no file",
    "postgresql://user@host:5432": "names no database",
    "postgresql://user@host:port/name": "'postgresql'",
}


@pytest.mark.parametrize("url", REFUSED)
def test_address_that_cannot_be_used_is_named(url):
    with pytest.raises(ValueError, match=REFUSED[url]):
        Database(url)


@pytest.mark.parametrize("url", ["oracle://u:hunter2@h/x", "postgresql://u:hunter2@h"])
def test_refusal_never_shows_a_password(url):
    with pytest.raises(ValueError, match="database address") as refusal:
        Database(url)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("sqlite:///var/fieldgate.db", "sqlite"),
        ("sqlite+aiosqlite:////tmp/fieldgate.db", "sqlite"),
        ("postgresql://user@host:5432/name", "postgresql"),
        ("postgresql+asyncpg://user:secret@host/name", "postgresql"),
    ],
)
def test_dialect_is_known_before_connecting(url, dialect):
    assert Database(url).dialect == dialect


async def test_values_are_the_drivers_own(fetch):
    query = (
        select(User.name, RoleGrant.starts_at, RoleGrant.ends_at, func.count(RoleGrant.id))
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.subject == "olga")
        .group_by(User.name, RoleGrant.starts_at, RoleGrant.ends_at)
    )
    [row] = await fetch(query)
    assert row == ("Olga", 1_704_704_400_000, None, 1)
    assert [type(value) for value in row] == [str, int, type(None), int]


async def test_every_statement_is_counted_and_observed(demo):
    seen = []
    demo.observer = seen.append
    statement = demo.compile(select(EmployerAccount.id))
    async with demo.reading() as reader:
        assert reader.statements == 0
        for _ in range(3):
            assert len(await reader.fetch(statement, {})) == 5
        assert reader.statements == 3
    assert seen == [statement.text] * 3


async def test_reading_cannot_write(demo):
    write = insert(Organisation.__table__).from_select(["id"], select(User.id))
    async with demo.reading() as reader:
        with pytest.raises(Exception, match=r"read-?only"):
            await reader.fetch(demo.compile(write), {})


async def test_a_committed_change_is_seen_by_the_next_statement(database_url):
    await seed_demo(database_url)
    database = Database(database_url)
    await database.connect()
    count = database.compile(select(func.count()).select_from(EmployerAccount))
    try:
        async with database.reading() as reader:
            assert tuple((await reader.fetch(count, {}))[0]) == (5,)
            await execute(database_url, "DELETE FROM employer_accounts")
            assert tuple((await reader.fetch(count, {}))[0]) == (0,)
    finally:
        await database.close()


async def execute(url, statement):
    engine = create_async_engine(sqlalchemy_url(url), poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def test_more_readers_than_connections_wait_their_turn(demo):
    statement = demo.compile(select(User.id))

    async def read():
        async with demo.reading() as reader:
            return len(await reader.fetch(statement, {}))

    assert len(set(await asyncio.gather(*(read() for _ in range(20))))) == 1


async def test_cancelled_statement_gives_its_connection_back(database_url):
    await upgrade(database_url)
    database = Database(database_url, pool_size=1)
    await database.connect()
    try:
        async with database.reading() as reader:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await reader.fetch(database.compile(endless()), {})
        async with asyncio.timeout(5):
            assert await database.ping()
    finally:
        await database.close()


def endless():
    """A statement that counts to 10¹², which no database does in a test's time."""
    numbers = select(literal(1).label("n")).cte(recursive=True)
    numbers = numbers.union_all(
        select(numbers.c.n + 1).where(numbers.c.n < literal_column("1000000000000"))
    )
    return select(func.count()).select_from(numbers)


async def test_failed_statement_leaves_the_connection_usable(demo):
    for _ in range(3):
        async with demo.reading() as reader:
            with pytest.raises(Exception, match="no_such_table"):
                await reader.fetch(demo.compile(text("SELECT * FROM no_such_table")), {})
    assert await demo.ping()


async def test_ping_needs_no_connection_that_is_lent(demo):
    async with demo.reading("olga"), demo.reading("vera"), demo.transaction("olga"):
        assert await demo.ping()


async def test_ping_says_no_when_closed_and_reconnecting_works(demo):
    assert await demo.ping()
    await demo.close()
    assert not await demo.ping()
    with pytest.raises(ConnectionError, match="connect"):
        async with demo.reading():
            pass
    await demo.connect()
    assert await demo.ping()


async def test_closing_what_was_never_connected_does_nothing(database_url):
    database = Database(database_url)
    await database.close()
    assert not await database.ping()


async def test_missing_file_is_named_and_not_created(tmp_path):
    path = tmp_path / "none.db"
    with pytest.raises(FileNotFoundError, match=r"none\.db"):
        await Database(f"sqlite:///{path}").connect()
    assert not await is_current(f"sqlite:///{path}")
    assert not path.exists()


async def test_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "letter.db"
    path.write_text("Dear Vera, " * 1_000)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        await Database(f"sqlite:///{path}").connect()


async def test_server_that_is_not_there_is_an_os_error():
    with pytest.raises(OSError, match="1"):
        await Database("postgresql://postgres@127.0.0.1:1/none").connect()
