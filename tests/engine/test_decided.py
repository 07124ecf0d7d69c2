"""The tripwire: rows come by statements that a decision stands behind, and by nothing else."""

from __future__ import annotations

import asyncio

import pytest
from graphql.execution.values import get_variable_values
from sqlalchemy import select

from asking import KEY, Desk, errors_of, product_schema
from authz.decision import Always, Never, Path, Shape, Where
from authz.permissions import published_policy
from authz.rows.grants import GrantReader
from authz.rows.principal import SIGNED_IN, Identity, Principal
from db.drivers.database import Database
from db.drivers.statements import one_of
from db.models import Organisation, RoleGrant, User
from engine.application import Application
from engine.catalogue import Catalogue
from engine.clock import SystemClock
from engine.cursors import CursorSealer
from engine.downloads import Downloads
from engine.execution.run import Run
from engine.limits import Allowances, Limits
from engine.sql.row_query import Fetch
from engine.sql.sort_order import by_columns
from engine.sql.statement import Decided, UndecidedError
from worlds import NOW

OWNER = Shape("employer_account.owner")


def run_for(principal: Principal, database: Database, reader) -> Run:
    catalogue = Catalogue(product_schema())
    nothing = get_variable_values(catalogue.schema, (), {})
    application = Application(
        catalogue=catalogue,
        policy=published_policy(),
        database=database,
        grants=GrantReader(database),
        clock=SystemClock(),
        limits=Limits(),
        allowances=Allowances(),
        cursors=CursorSealer([KEY]),
        downloads=Downloads([KEY]),
    )
    return Run(application, principal, NOW, nothing, reader)


def test_a_statement_needs_an_action(database):
    with pytest.raises(UndecidedError, match="needs the actions"):
        Decided(database, (), lambda: select(User.id))


async def test_a_statement_that_was_not_decided_is_never_run(database):
    seen = []
    database.observer = seen.append
    statement = database.compile(select(User.id))
    async with database.reading() as reader:
        run = run_for(Principal("olga"), database, reader)
        for smuggled in (statement, select(User.id), "SELECT id FROM users", None):
            with pytest.raises(UndecidedError, match="was not decided"):
                await run.rows(smuggled, {})
        assert seen == []
        assert reader.statements == 0
        assert await run.rows(Decided(database, ("user.read",), lambda: select(User.id)), {})
        assert len(seen) == 1


@pytest.mark.parametrize(
    "decisions", [{}, {"user.read": Never("no")}, {"a.read": Always(), "user.read": Never("no")}]
)
def test_rows_are_never_fetched_without_a_right(database, decisions):
    entity = Catalogue(product_schema()).entities["User"]
    with pytest.raises(UndecidedError, match="User was to be read without a right"):
        Fetch(entity, "id", decisions, ("user.read",), database)


async def test_a_computed_field_reads_under_its_own_actions(database):
    async with database.reading() as reader:
        run = run_for(Principal("olga"), database, reader)
        loading = run.loading(("team.read",))
        assert loading.now == NOW
        mine = select(User.email).where(one_of(User.__table__.c.subject, "who"))
        assert [row[0] for row in await loading.fetch(mine, {"who": ["olga"]})] == [
            "olga@example.test"
        ]
        with pytest.raises(UndecidedError):
            await run.loading(()).fetch(mine, {"who": ["olga"]})
        with pytest.raises(KeyError, match="who"):
            await loading.fetch(mine, {})


@pytest.mark.parametrize(
    ("model", "scope"),
    [(Organisation, "self"), (Organisation, "organisation"), (User, "self"), (User, "organisation"), (RoleGrant, "self"), (RoleGrant, "organisation")],
)  # fmt: skip
async def test_a_missing_bound_means_no_row(database, model, scope):
    """The array of who holds nothing is empty, so it matches no row, whatever rows there are."""
    entity = next(e for e in Catalogue(product_schema()).entities.values() if e.model is model)
    path = Path(SIGNED_IN if scope == "self" else OWNER, scope)
    nobody = Principal("auth0|nobody")
    bound = entity.scopes.of(path)
    assert bound is not None
    assert list(bound.values(nobody, path)) == []
    fetch = Fetch(entity, "id", {"user.read": Where((path,))}, ("user.read",), database)
    everything = Decided(database, ("x.read",), lambda: select(model.__table__.c.id))
    count = fetch.totals(fetch.rows, by_parent=False)
    async with database.reading() as reader:
        run = run_for(nobody, database, reader)
        every = [row[0] for row in await run.rows(everything, {})]
        assert len(every) > 10
        assert await run.rows(fetch.by_key(), {"keys": every}) == []
        assert (await run.rows(count, {}))[0][0] == 0
        # and the same statement finds rows for who holds something
        olga = await GrantReader(database).principal(reader, Identity("olga"), NOW)
        assert olga.user
        assert await run_for(olga, database, reader).rows(fetch.by_key(), {"keys": every})


async def test_a_scope_that_means_nothing_for_the_rows_has_none_of_them(database):
    """Neither by their keys nor as a page, a count or a list of all."""
    entity = Catalogue(product_schema()).entities["Organisation"]
    path = Path(OWNER, "caseload")
    assert entity.scopes.of(path) is None
    fetch = Fetch(entity, "id", {"user.read": Where((path,))}, ("user.read",), database)
    page = fetch.page(
        fetch.rows, by_columns(()).segments[0], "forward", after=False, by_parent=False
    )
    everything = Decided(database, ("x.read",), lambda: select(Organisation.__table__.c.id))
    async with database.reading() as reader:
        olga = await GrantReader(database).principal(reader, Identity("olga"), NOW)
        run = run_for(olga, database, reader)
        every = [row[0] for row in await run.rows(everything, {})]
        assert len(every) > 10
        assert await run.rows(fetch.by_key(), {"keys": every}) == []
        assert await run.rows(page, {"size": 10}) == []
        count = fetch.totals(fetch.rows, by_parent=False)
        assert (await run.rows(count, {}))[0][0] == 0


async def test_nothing_is_read_once_an_operation_is_over(database):
    """A loader that outlived its operation has no connection: it may be another's by now."""
    async with database.reading() as reader:
        run = run_for(Principal("olga"), database, reader)
        await run.close()
        with pytest.raises(asyncio.CancelledError):
            await run.rows(Decided(database, ("user.read",), lambda: select(User.id)), {})
        assert reader.statements == 0


EVERYTHING = """
{ me { id } users(first: 100) { totalCount nodes { id } }
  organisations(first: 100) { totalCount nodes { id } } }
"""


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_an_unknown_subject_reaches_no_row(desk: Desk, plain):
    answer = await desk.ask("auth0|nobody", EVERYTHING, plain=plain)
    assert answer.payload["data"]["me"] is None
    for name in ("users", "organisations"):
        assert answer.payload["data"][name] in ({"totalCount": 0, "nodes": []}, None)
    assert set(errors_of(answer).values()) <= {"FORBIDDEN"}


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_an_invited_person_decides_to_nothing_at_all(desk: Desk, plain):
    answer = await desk.ask("lou", EVERYTHING, plain=plain)
    assert answer.payload["data"] == {"me": None, "users": None, "organisations": None}
    assert set(errors_of(answer).values()) == {"FORBIDDEN"}
    assert answer.report.statements == 1  # the grants, and nothing of anybody's
