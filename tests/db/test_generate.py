"""The generated world is the same for the same size and seed, on both databases."""

import time

import pytest
from sqlalchemy import column, func, select, table

from db import models
from db.base import Base
from db.base import indexes as declared_indexes
from db.drivers.database import Database
from db.migrate import upgrade
from db.seed.big.records import RecordMaker
from db.seed.big.staff import Staff
from db.seed.bulk import NotEmpty
from db.seed.demo import seed_demo
from db.seed.generate import seed_big


async def contents(url):
    """Every row of the database, table by table."""
    database = Database(url, pool_size=1)
    await database.connect()
    try:
        async with database.reading() as reader:
            return {
                table.name: [
                    tuple(row)
                    for row in await reader.fetch(
                        database.compile(select(table).order_by(table.c.id)), {}
                    )
                ]
                for table in Base.metadata.sorted_tables
            }
    finally:
        await database.close()


async def indexes(url):
    """The names of the indexes of the database, as it lists them."""
    database = Database(url, pool_size=1)
    listed = {
        "sqlite": select(column("name"))
        .select_from(table("sqlite_master"))
        .where(column("type") == "index"),
        "postgresql": select(column("indexname"))
        .select_from(table("pg_indexes"))
        .where(column("schemaname") == "public"),
    }[database.dialect]
    await database.connect()
    try:
        async with database.reading() as reader:
            return {row[0] for row in await reader.fetch(database.compile(listed), {})}
    finally:
        await database.close()


async def test_every_index_is_there_when_the_world_is(database_url):
    await upgrade(database_url)
    before = await indexes(database_url)
    await seed_big(database_url, 100)
    assert await indexes(database_url) == before
    kind = database_url.partition(":")[0]
    declared = (declared_indexes(each, kind) for each in Base.metadata.sorted_tables)
    assert {index.name for each in declared for index in each} <= before


async def test_same_size_and_seed_give_the_same_rows(database_url, tmp_path):
    same, other = f"sqlite:///{tmp_path / 'same.db'}", f"sqlite:///{tmp_path / 'other.db'}"
    await seed_big(database_url, 700)
    await seed_big(same, 700)
    await seed_big(other, 700, seed=2)
    first = await contents(database_url)
    assert first == await contents(same)
    second = await contents(other)
    assert first["apprentice_records"] != second["apprentice_records"]
    assert first["users"] != second["users"]


async def test_rows_are_consistent(database_url):
    reports = []
    await seed_big(database_url, 12_000, progress=lambda *counts: reports.append(counts))
    assert reports == [(0, 12_000), (5_000, 12_000), (10_000, 12_000), (12_000, 12_000)]
    world = await contents(database_url)
    sizes = {table: len(rows) for table, rows in world.items()}
    assert sizes["apprentice_records"] == 12_000
    assert sizes["organisations"] == 54
    assert sizes["users"] == 485
    assert 6_500 < sizes["caseload_items"] < 8_000
    database = Database(database_url)
    await database.connect()
    item, load, record = models.CaseloadItem, models.Caseload, models.ApprenticeRecord
    mismatched = (
        select(func.count())
        .select_from(item)
        .join(load, load.id == item.caseload_id)
        .join(record, record.id == item.record_id)
        .where(
            (load.kind != item.kind)
            | (load.organisation_id != record.provider_id) & (load.kind == "TRAINING_COORDINATOR")
            | (load.organisation_id != func.coalesce(record.epao_id, ""))
            & (load.kind == "ASSESSOR")
        )
    )
    grant = models.RoleGrant
    owned = select(func.count(grant.organisation_id.distinct())).where(
        grant.role == "employer_account.owner"
    )
    try:
        async with database.reading() as reader:
            assert (await reader.fetch(database.compile(mismatched), {}))[0][0] == 0
            [[accounts_with_owner]] = await reader.fetch(database.compile(owned), {})
            assert accounts_with_owner == sizes["employer_accounts"] == 37
    finally:
        await database.close()


def seen(records):
    """The records in sight of the people to measure with, by who and how, in a world so large."""
    staff = Staff(records, 1)
    maker = RecordMaker(staff, 1)
    rows = [maker.record(number) for number in range(records)]
    items = list(maker.items(rows))
    tables = dict(staff.tables())
    users = {row["subject"]: row["id"] for row in tables[models.User]}
    found = {}
    for who in ("bench-one-path", "bench-five-paths", "bench-assigned"):
        held = {}
        for grant in tables[models.RoleGrant]:
            if grant["user_id"] == users[who]:
                held.setdefault(grant["role"], set()).add(grant["organisation_id"])
        for role, organisations in held.items() if who != "bench-assigned" else ():
            for party in ("employer_id", "provider_id", "epao_id"):
                found[who, role, party] = {
                    row["id"]: row["last_name"] for row in rows if row[party] in organisations
                }
        for load in tables[models.Caseload]:
            if load["owner_id"] == users[who]:
                assigned = [i["record_id"] for i in items if i["caseload_id"] == load["id"]]
                found[who, load["kind"]] = assigned
    return found


def test_people_to_measure_with_see_the_same_rows_at_every_size():
    small, large = seen(9_600), seen(24_000)
    assert {who: len(rows) for who, rows in small.items() if rows} == {
        ("bench-one-path", "employer_account.owner", "employer_id"): 1_000,
        ("bench-five-paths", "employer_account.owner", "employer_id"): 1_000,
        ("bench-five-paths", "training_provider.provider_user", "provider_id"): 240,
        ("bench-five-paths", "record_assignment.training_coordinator", "provider_id"): 240,
        ("bench-five-paths", "record_assignment.epao_admin", "epao_id"): 240,
        ("bench-five-paths", "record_assignment.assessor", "epao_id"): 240,
        ("bench-five-paths", "TRAINING_COORDINATOR"): 240,
        ("bench-five-paths", "ASSESSOR"): 240,
        ("bench-assigned", "SUBCONTRACTOR"): 300,
    }
    assert len(large["bench-assigned", "SUBCONTRACTOR"]) == 300
    for key in small:
        if key[0] != "bench-assigned":
            assert small[key] == large[key]


async def test_speed_is_printed(database_url, capsys):
    start = time.perf_counter()
    await seed_big(database_url, 10_000)
    seconds = time.perf_counter() - start
    with capsys.disabled():
        kind = database_url.partition(":")[0]
        print(f"\nseed_big, {kind}: {10_000 / seconds:,.0f} records a second")  # noqa: T201
    assert len((await contents(database_url))["apprentice_records"]) == 10_000


async def test_database_with_rows_and_empty_worlds_are_refused(database_url):
    with pytest.raises(ValueError, match="0 records"):
        await seed_big(database_url, 0)
    await seed_demo(database_url)
    with pytest.raises(NotEmpty, match="organisations"):
        await seed_big(database_url, 100)


async def test_failure_on_the_way_leaves_nothing_behind(database_url):
    def stop(done, total):
        if done:
            raise InterruptedError(f"{done} of {total}")

    with pytest.raises(InterruptedError):
        await seed_big(database_url, 6_000, progress=stop)
    assert not any((await contents(database_url)).values())
    await seed_demo(database_url)
