"""Sets of ids as scopes: each row is found once, and none that is not there."""

import pytest
from sqlalchemy import ForeignKey, Text, func, insert, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from authz.decision import Path, Shape, Where
from authz.rows.scopes import Binding, Bound, caller, held
from db.drivers.database import Database, sqlalchemy_url
from db.drivers.statements import one_of
from db.types import Key
from engine.catalogue import Entity
from engine.sql.predicates import Reach
from engine.sql.row_scope import Scope
from engine.sql.scans import Scans
from engine.sql.sort_order import by_columns


class Model(DeclarativeBase):
    """Tables of this test alone."""


class Books(Model):
    __tablename__ = "books"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    lent: Mapped[bool]


class Loans(Model):
    """A book can be lent to one person more than once, and what a note says is no book's key."""

    __tablename__ = "loans"

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str]
    book_id: Mapped[str | None] = mapped_column(Key, ForeignKey("books.id"))
    note: Mapped[str] = mapped_column(Text)


def lent(column, parameter):
    loans = Loans.__table__.alias("loans")
    return select(loans.c[column]).where(one_of(loans.c.person, parameter))


SCOPES = {
    "caseload": Binding(caller, ids=lambda parameter: lent("book_id", parameter)),
    "group": Binding(held, ids=lambda parameter: lent("book_id", parameter)),
    "area": Binding(caller, ids=lambda parameter: lent("note", parameter)),
}
BOOKS = Entity("Book", Books, Books.__table__, "book.read", "bok", {}, Bound(SCOPES), {})
LENT = ["b", "c", "a", "c", None, "b", "d"]
GIVEN = {"caller": ["ann"], "held": ["bob"]}


def rows(*scopes, where=()):
    paths = tuple(sorted(Path(Shape("library.reader"), scope) for scope in scopes))
    return Scope(BOOKS, (Where(paths),), where)


@pytest.fixture
async def database(database_url):
    engine = create_async_engine(sqlalchemy_url(database_url))
    async with engine.begin() as connection:
        await connection.run_sync(Model.metadata.create_all)
        books = [{"id": each, "lent": each != "c"} for each in "abcdef"]
        await connection.execute(insert(Books), books)
        loans = [{"person": "ann", "book_id": each, "note": "x"} for each in LENT]
        loans += [{"person": "bob", "book_id": each, "note": "e"} for each in ("e", "c", "e", None)]
        await connection.execute(insert(Loans), loans)
    await engine.dispose()
    found = Database(database_url)
    await found.connect()
    yield found
    await found.close()


async def fetched(database, build, **given):
    """Rows of a statement, and its text."""
    reach = Reach()
    statement = database.compile(build(Scans(database.dialect, reach)))
    arrays = {name: GIVEN[name.partition("_")[0]] for name in reach.arrays}
    async with database.reading() as reader:
        found = await reader.fetch(statement, {**given, **arrays})
    return [row[0] for row in found], statement.text


FOUND = {
    "one set": (rows("caseload"), "abcd"),
    "two sets that meet": (rows("caseload", "group"), "abcde"),
    "a set of texts that no key vouches for": (rows("area"), ""),
    "such a set beside another": (rows("area", "group"), "ce"),
    "what is lent of it": (rows("caseload", where=(lambda table: table.c.lent,)), "abd"),
    "what is in both": (
        Scope(BOOKS, (*rows("caseload").within, *rows("group").within)),
        "c",
    ),
}
TABLE = pytest.mark.parametrize(("scope", "expected"), FOUND.values(), ids=FOUND)


@TABLE
async def test_each_row_is_counted_once(database, scope, expected):
    def counted(scans):
        return select(func.count()).select_from(scans.all(scope).subquery("found"))

    assert (await fetched(database, counted))[0] == [len(expected)]
    assert sorted((await fetched(database, lambda scans: scans.all(scope)))[0]) == [*expected]


@TABLE
@pytest.mark.parametrize("direction", ["forward", "backward"])
async def test_a_page_holds_each_row_once_and_goes_on_behind_it(
    database, scope, expected, direction
):
    [segment] = by_columns(("id",)).segments
    wanted = [*expected] if direction == "forward" else [*reversed(expected)]
    at, seen = {}, []
    while True:

        def page(scans, *, after=bool(at)):
            return scans.page(scope, segment, direction, after=after)

        found, _ = await fetched(database, page, size=2, **at)
        seen += found
        if len(found) < 2:
            break
        at = {"at_0": found[-1]}
    assert seen == wanted


async def test_a_set_of_ids_is_not_looked_up_in_the_table(database):
    [segment] = by_columns(("id",)).segments
    both = rows("caseload", "group")
    _, counted = await fetched(database, lambda scans: scans.all(both))
    assert "books" not in counted
    _, paged = await fetched(
        database, lambda scans: scans.page(both, segment, "forward", after=False), size=9
    )
    assert ("books" not in paged) == (database.dialect == "postgresql")
    _, more = await fetched(database, lambda scans: scans.all(both, ("id", "lent")))
    assert "books" in more
