"""Models and migrations agree, on both databases."""

import asyncio
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import db.models  # noqa: F401 - fills the metadata
from db.base import Base
from db.drivers.database import sqlalchemy_url
from db.migrate import compared, is_current, upgrade
from db.models.apprentice_records.caseloads import CASELOAD_KINDS

ROOT = Path(__file__).parent.parent.parent


async def run(url, function):
    engine = create_async_engine(sqlalchemy_url(url), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(function)
    finally:
        await engine.dispose()


def recreate(connection):
    connection.execute(text("DROP SCHEMA public CASCADE"))
    connection.execute(text("CREATE SCHEMA public"))


def move(connection, revision, *, back=False):
    config = Config()
    config.set_main_option("script_location", "db:migrations")
    config.attributes["connection"] = connection
    (command.downgrade if back else command.upgrade)(config, revision)


def shape(connection):
    """Every column of every table, with what it may hold."""
    inspector = inspect(connection)
    return {
        table: [(each["name"], each["nullable"]) for each in inspector.get_columns(table)]
        for table in inspector.get_table_names()
    }


def differences(connection):
    opts = {"compare_type": True, "include_object": compared(connection)}
    context = MigrationContext.configure(connection, opts=opts)
    return compare_metadata(context, Base.metadata)


async def test_migrated_database_has_exactly_the_models(database_url):
    await upgrade(database_url)
    assert await run(database_url, differences) == []
    assert await is_current(database_url)


async def test_upgrade_may_be_repeated_and_run_at_once(database_url):
    assert not await is_current(database_url)
    await upgrade(database_url)
    await upgrade(database_url)
    assert await is_current(database_url)
    if database_url.startswith("postgresql"):
        await run(database_url, recreate)
        await asyncio.gather(*(upgrade(database_url) for _ in range(4)))
        assert await is_current(database_url)


async def test_migration_can_be_taken_back(database_url):
    await upgrade(database_url)
    await run(database_url, lambda c: move(c, "base", back=True))
    assert not await is_current(database_url)
    tables = await run(database_url, lambda c: inspect(c).get_table_names())
    assert tables == ["alembic_version"]


async def test_command_line_of_alembic(database_url, tmp_path):
    settings = tmp_path / "alembic.ini"
    settings.write_text(f"[alembic]\nscript_location = {ROOT / 'db/migrations'}\n")

    async def alembic(*arguments):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "alembic.config", "-c", settings, *arguments),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode, output.decode()

    address = ("-x", f"url={database_url}")
    status, output = await alembic("upgrade", "head")
    assert (status, output) == (1, "Say which database: alembic -x url=sqlite:///path.db …\n")
    assert (await alembic(*address, "upgrade", "head"))[0] == 0
    assert await is_current(database_url)
    status, output = await alembic(*address, "check")
    assert (status, output) == (0, "No new upgrade operations detected.\n")


async def test_scope_columns_are_mandatory_and_indexed():
    optional = {
        ("organisations", "parent_id"),
        ("agreements", "signed_by_id"),
        ("invitations", "accepted_by_id"),
        ("invitations", "invited_by_id"),
        ("apprentice_records", "apprentice_id"),
        ("apprentice_records", "epao_id"),
        ("caseload_items", "assigned_by_id"),
        ("feedback", "by_id"),
        ("ilrs", "qa_verified_by_id"),
        ("inspection_learners", "added_by_id"),
        ("inspection_openings", "host_id"),
        ("role_grants", "group_id"),
    }
    for table in Base.metadata.sorted_tables:
        leading = {next(iter(index.columns)).name for index in table.indexes}
        leading |= {
            next(iter(each.columns)).name
            for each in table.constraints
            if isinstance(each, (PrimaryKeyConstraint, UniqueConstraint))
        }
        for column in table.columns:
            if column.foreign_keys:
                assert column.name in leading, (table.name, column.name)
                assert column.nullable == ((table.name, column.name) in optional), column


def test_the_database_decides_no_value():
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            assert column.server_default is None, column
            assert column.server_onupdate is None, column
            assert column.default is None, column


async def test_comparison_notices_what_is_missing(database_url):
    await upgrade(database_url)
    await run(database_url, lambda c: c.execute(text("DROP TABLE caseload_items")))
    assert "caseload_items" in str(await run(database_url, differences))


async def test_keys_of_records_are_hashed_on_postgresql_alone(database_url):
    await upgrade(database_url)
    found = await run(database_url, lambda c: inspect(c).get_indexes("apprentice_records"))
    hashed = [each for each in found if each["column_names"] == ["id"]]
    if database_url.startswith("sqlite"):
        assert hashed == []
        return
    [index] = hashed
    assert index["dialect_options"]["postgresql_using"] == "hash"
    await run(database_url, lambda c: c.execute(text(f"DROP INDEX {index['name']}")))
    assert index["name"] in str(await run(database_url, differences))


OLD_WORLD = """
INSERT INTO organisations (id, kind, name, name_sort, status)
VALUES ('o', 'EMPLOYER', 'Oak', 'oak', 'OPEN');
INSERT INTO users (id, email, name, name_sort, status)
VALUES ('u', 'Straße@Example.test', 'Una', 'una', 'ACTIVE');
INSERT INTO role_grants (id, user_id, organisation_id, role, system, starts_at, permissions)
VALUES ('g', 'u', 'o', 'employer_account.owner', 'employer_account', 0, '');
INSERT INTO legal_entities (id, organisation_id, name, code, source, added_at)
VALUES ('l', 'o', 'Oak', '1', 'OTHER', 0);
INSERT INTO agreements (id, organisation_id, legal_entity_id, version, status, offered_at)
VALUES ('a', 'o', 'l', 1, 'PENDING', 0);
INSERT INTO invitations (id, organisation_id, email, name, role, status, invited_at, expires_at)
VALUES ('i', 'o', 'IDA@Example.test', 'Ida', 'employer_account.viewer', 'PENDING', 0, 1)
"""


def fill(connection):
    for statement in OLD_WORLD.split(";"):
        connection.execute(text(statement))


def rows(connection):
    """Every row of every table that stood before commands."""
    tables = (
        "organisations",
        "users",
        "role_grants",
        "legal_entities",
        "agreements",
        "invitations",
    )
    return {
        table: [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]
        for table in tables
    }


async def test_rows_from_before_commands_are_kept_and_filled(database_url):
    await run(database_url, lambda c: move(c, "0001"))
    await run(database_url, fill)
    before = await run(database_url, rows)
    await upgrade(database_url)
    after = await run(database_url, rows)
    for table in ("organisations", "role_grants", "agreements", "invitations"):
        assert [row["revision"] for row in after[table]] == [1]
    assert after["users"][0]["email_sort"] == "straße@example.test"
    assert after["invitations"][0]["email_sort"] == "ida@example.test"
    for table, [row] in before.items():
        assert row.items() <= after[table][0].items()
    await run(database_url, lambda c: move(c, "0001", back=True))
    assert await run(database_url, rows) == before
    await upgrade(database_url)
    assert await run(database_url, differences) == []


# Two spellings of one company, and what only looks like one; two mailboxes that only fold alike.
WORLD_BEFORE_IDENTIFIERS = """
INSERT INTO organisations (id, kind, name, name_sort, status, revision)
VALUES ('o', 'EMPLOYER', 'Oak', 'oak', 'OPEN', 1), ('p', 'EMPLOYER', 'Pine', 'pine', 'OPEN', 1);
INSERT INTO legal_entities (id, organisation_id, name, code, source, added_at)
VALUES ('1', 'o', 'Oak', 'SC 123', 'COMPANIES_HOUSE', 0),
 ('2', 'o', 'Oak again', 'sc123', 'COMPANIES_HOUSE', 1),
 ('3', 'p', 'Pine', '1234567', 'COMPANIES_HOUSE', 0),
 ('4', 'p', 'Pine', 'no number at all', 'COMPANIES_HOUSE', 0),
 ('5', 'p', 'Pine', 'ＳＣ123', 'COMPANIES_HOUSE', 0),
 ('6', 'p', 'Pine', '0234567', 'CHARITIES', 0),
 ('7', 'p', 'Pine', 'pine', 'OTHER', 0);
INSERT INTO agreements (id, organisation_id, legal_entity_id, version, status, offered_at, revision)
VALUES ('a', 'o', '1', 1, 'SIGNED', 0, 1), ('b', 'o', '2', 1, 'SIGNED', 0, 1);
INSERT INTO invitations
 (id, organisation_id, email, email_sort, name, role, status, invited_at, expires_at, revision)
VALUES ('i', 'o', 'Straße@e.test', 'strasse@e.test', 'I', 'employer_account.viewer', 'PENDING', 0, 1, 1),
 ('j', 'p', 'Straße@e.test', 'strasse@e.test', 'J', 'employer_account.viewer', 'PENDING', 0, 1, 1)
"""
STRASSE = """
INSERT INTO invitations
 (id, organisation_id, email, email_sort, name, role, status, invited_at, expires_at, revision)
VALUES ('k', 'o', 'strasse@e.test', 'strasse@e.test', 'K', 'employer_account.viewer', 'PENDING', 0, 1, 1)
"""
CODES = "SELECT id, code FROM legal_entities ORDER BY id"
ADDRESSES = "SELECT id, email_sort FROM invitations ORDER BY id"


async def test_identifiers_get_one_spelling_and_nothing_is_lost(database_url):
    """Of two that are one the older gets the canonical code; each keeps its agreement."""

    def fill_in(connection):
        for statement in WORLD_BEFORE_IDENTIFIERS.split(";"):
            connection.execute(text(statement))

    def read(connection):
        return [dict(map(tuple, connection.execute(text(q)))) for q in (CODES, ADDRESSES)]

    await run(database_url, lambda c: move(c, "0006"))
    await run(database_url, fill_in)
    await upgrade(database_url)
    codes, addresses = await run(database_url, read)
    assert codes == {
        "1": "SC000123",
        "2": "sc123",
        "3": "01234567",
        "4": "no number at all",
        "5": "ＳＣ123",
        "6": "234567",
        "7": "PINE",
    }
    assert addresses == {"i": "straße@e.test", "j": "straße@e.test"}
    await run(database_url, lambda c: c.execute(text(STRASSE)))  # somebody else by now
    await run(database_url, lambda c: move(c, "0006", back=True))
    back, addresses = await run(database_url, read)
    assert back == codes
    assert addresses == {"i": "straße@e.test", "j": "strasse@e.test", "k": "strasse@e.test"}
    agreements = "SELECT legal_entity_id FROM agreements ORDER BY id"
    kept = await run(database_url, lambda c: c.execute(text(agreements)).scalars().all())
    assert kept == ["1", "2"]
    await upgrade(database_url)
    assert await run(database_url, differences) == []


async def test_two_entities_of_one_code_are_named_before_anything_is_written(database_url):
    twice = WORLD_BEFORE_IDENTIFIERS.replace("'sc123'", "'SC 123'")

    def fill_in(connection):
        for statement in twice.split(";"):
            connection.execute(text(statement))

    await run(database_url, lambda c: move(c, "0006"))
    await run(database_url, fill_in)
    before = await run(database_url, lambda c: list(map(tuple, c.execute(text(CODES)))))
    with pytest.raises(ValueError, match="legal entities 1 and 2 "):
        await upgrade(database_url)
    after = await run(database_url, lambda c: list(map(tuple, c.execute(text(CODES)))))
    assert after == before


# As migration 0003 left them: somebody of each role that records are assigned to, and one that is
# not; a record at two organisations, assigned at both.
WORLD_BEFORE_CASELOADS = """
INSERT INTO organisations (id, kind, name, name_sort, status, revision)
VALUES ('e', 'EMPLOYER', 'Elm', 'elm', 'OPEN', 1), ('p', 'TRAINING_PROVIDER', 'Pro', 'pro', 'OPEN', 1),
 ('x', 'EPAO', 'Exa', 'exa', 'OPEN', 1);
INSERT INTO users (id, email, email_sort, name, name_sort, status)
VALUES ('u', 'u@e.test', 'u@e.test', 'Una Mary  o''Neil', 'una', 'ACTIVE'),
 ('v', 'v@e.test', 'v@e.test', 'émile', 'emile', 'ACTIVE');
INSERT INTO role_grants
 (id, user_id, organisation_id, role, system, starts_at, permissions, revision)
VALUES ('1', 'u', 'x', 'record_assignment.assessor', 'record_assignment', 0, '', 1),
 ('2', 'u', 'x', 'record_assignment.senior_assessor', 'record_assignment', 0, '', 1),
 ('3', 'v', 'p', 'record_assignment.training_coordinator', 'record_assignment', 0, '', 1),
 ('4', 'v', 'p', 'inspection_access.tutor', 'inspection_access', 0, '', 1),
 ('5', 'v', 'p', 'record_assignment.training_manager', 'record_assignment', 0, '', 1),
 ('6', 'v', 'e', 'employer_account.owner', 'employer_account', 0, '', 1);
INSERT INTO apprentice_records
 (id, reference, employer_id, provider_id, epao_id, first_name, last_name, name_sort, email,
 date_of_birth, uln, standard_code, standard_title, delivery_model, status, start_date, end_date,
 cost_pence, training_price_pence, assessment_price_pence)
VALUES ('r', 'R', 'e', 'p', 'x', 'Ria', 'Roe', 'roe ria', 'r@e.test', '2000-01-01', '1', 'S', 'T',
 'REGULAR', 'LIVE', '2025-09-01', '2026-09-01', 5, 4, 1);
INSERT INTO caseloads (id, kind, organisation_id, owner_id)
VALUES ('a', 'ASSESSOR', 'x', 'u'), ('b', 'TRAINING_COORDINATOR', 'p', 'v');
INSERT INTO caseload_items (id, caseload_id, record_id, kind, assigned_at)
VALUES ('i', 'a', 'r', 'ASSESSOR', 1), ('j', 'b', 'r', 'TRAINING_COORDINATOR', 2)
"""


async def test_rows_from_before_caseloads_are_filled(database_url):
    async def ask(statement):
        found = await run(database_url, lambda c: c.execute(text(statement)).all())
        return [tuple(row) for row in found]

    def begin(connection):
        move(connection, "0003")
        for statement in WORLD_BEFORE_CASELOADS.split(";"):
            connection.execute(text(statement))

    before = "SELECT id, caseload_id, record_id, kind, assigned_by_id, assigned_at FROM caseload_items ORDER BY id"  # fmt: skip
    await run(database_url, begin)
    kept = await ask(before)
    await upgrade(database_url)
    assert await ask(before) == kept
    assert await ask("SELECT id, initials, avatar FROM users ORDER BY id") == [
        ("u", "UO", None),
        ("v", "É", None),
    ]
    kinds = await ask("SELECT role, caseload_kind FROM role_grants ORDER BY id")
    assert kinds == [(role, CASELOAD_KINDS.get(role)) for role, _ in kinds]
    assert [kind for _, kind in kinds] == [
        "ASSESSOR", "ASSESSOR", "TRAINING_COORDINATOR", "CASE_OWNER", None, None,
    ]  # fmt: skip
    items = "SELECT id, organisation_id, owner_id FROM caseload_items ORDER BY id"
    assert await ask(items) == [("i", "x", "u"), ("j", "p", "v")]
    record = "SELECT last_name_sort, standard_version, standard_option, stop_date FROM apprentice_records"  # fmt: skip
    assert await ask(record) == [("roe ria", "1.0", None, None)]
    assert await run(database_url, differences) == []
    await run(database_url, lambda c: move(c, "0003", back=True))
    assert await ask(before) == kept
    assert await ask("SELECT name_sort FROM apprentice_records") == [("roe ria",)]
    await upgrade(database_url)
    assert await ask(items) == [("i", "x", "u"), ("j", "p", "v")]
    assert await run(database_url, differences) == []


# As migration 0006 left them: a provider's state stood on the User, unless they held something else.
WORLD_BEFORE_ACCOUNTS = """
INSERT INTO organisations (id, kind, name, name_sort, status, revision)
VALUES ('e', 'EMPLOYER', 'Elm', 'elm', 'OPEN', 1), ('p', 'TRAINING_PROVIDER', 'Pro', 'pro', 'OPEN', 1);
INSERT INTO users (id, email, email_sort, name, name_sort, initials, status, email_kind, channels,
 credentials_rotated_at)
VALUES ('a', 'a@e.test', 'a@e.test', 'Ann', 'ann', 'A', 'ACTIVE', 'GENERIC', 'CLASSIC CONSOLE', 5),
 ('c', 'c@e.test', 'c@e.test', 'Cy', 'cy', 'C', 'CANCELLED', 'PERSONAL', 'CONSOLE', NULL),
 ('g', 'g@e.test', 'g@e.test', 'Gil', 'gil', 'G', 'ARCHIVED', 'PERSONAL', 'CONSOLE', NULL),
 ('o', 'o@e.test', 'o@e.test', 'Olo', 'olo', 'O', 'CANCELLED', 'PERSONAL', 'CONSOLE', NULL);
INSERT INTO role_grants
 (id, user_id, organisation_id, role, system, starts_at, ends_at, permissions, revision)
VALUES ('1', 'a', 'p', 'inspection_access.inspector', 'inspection_access', 0, NULL, '', 1),
 ('2', 'c', 'p', 'inspection_access.inspector', 'inspection_access', 0, NULL, '', 1),
 ('3', 'g', 'p', 'inspection_access.inspector', 'inspection_access', 0, 9, '', 1),
 ('4', 'o', 'p', 'inspection_access.inspector', 'inspection_access', 0, NULL, '', 1),
 ('5', 'o', 'e', 'employer_account.owner', 'employer_account', 0, NULL, '', 1)
"""


async def test_accounts_of_inspectors_take_what_stood_on_the_user(database_url):
    async def ask(statement):
        found = await run(database_url, lambda c: c.execute(text(statement)).all())
        return [tuple(row) for row in found]

    def begin(connection):
        move(connection, "0006")
        for statement in WORLD_BEFORE_ACCOUNTS.split(";"):
            connection.execute(text(statement))

    await run(database_url, begin)
    before = await ask("SELECT * FROM users ORDER BY id")
    await upgrade(database_url)
    columns = "id, name, email, email_kind, channels, status, credentials_rotated_at"
    assert await ask(f"SELECT {columns} FROM inspector_accounts ORDER BY id") == [
        ("1", "Ann", "a@e.test", "GENERIC", "CLASSIC CONSOLE", "ACTIVE", 5),
        ("2", "Cy", "c@e.test", "PERSONAL", "CONSOLE", "CANCELLED", None),
        ("3", "Gil", "g@e.test", "PERSONAL", "CONSOLE", "ARCHIVED", None),
        ("4", "Olo", "o@e.test", "PERSONAL", "CONSOLE", "CANCELLED", None),
    ]
    # what another system may have decided stays; of the others it follows from their grants
    statuses = [("a", "ACTIVE"), ("c", "ACTIVE"), ("g", "ACTIVE"), ("o", "CANCELLED")]
    assert await ask("SELECT id, status FROM users ORDER BY id") == statuses
    assert await run(database_url, differences) == []
    await run(database_url, lambda c: move(c, "0006", back=True))
    back = [dict(zip(("id", "status"), row, strict=True)) for row in await ask("SELECT id, status FROM users ORDER BY id")]  # fmt: skip
    assert [row["status"] for row in back] == ["ACTIVE", "CANCELLED", "CANCELLED", "CANCELLED"]
    kept = "SELECT id, email_kind, channels, credentials_rotated_at FROM users ORDER BY id"
    assert next(row[1:] for row in await ask(kept)) == ("GENERIC", "CLASSIC CONSOLE", 5)
    assert len(before) == len(back)
    await upgrade(database_url)
    assert await run(database_url, differences) == []


async def test_migration_that_fails_changes_nothing(database_url):
    await run(database_url, lambda c: move(c, "0001"))
    await run(database_url, fill)
    await run(database_url, lambda c: c.execute(text("CREATE TABLE mails (id INTEGER)")))
    before = await run(database_url, lambda c: (rows(c), shape(c)))
    with pytest.raises(SQLAlchemyError, match="mails"):
        await upgrade(database_url)
    assert await run(database_url, lambda c: (rows(c), shape(c))) == before
    await run(database_url, lambda c: c.execute(text("DROP TABLE mails")))
    await upgrade(database_url)
    assert await is_current(database_url)


EVENT = (
    "INSERT INTO audit_events (id, at, request_id, subject, action, source, decision, details)"
    " VALUES ('e', 1, 'r', 'olga', 'team.invite', 'D0-M08', 'ALLOWED', '{}')"
)
FORGING = {
    "sqlite": (
        "UPDATE audit_events SET decision = 'REFUSED'",
        "DELETE FROM audit_events",
        EVENT.replace("INSERT", "INSERT OR REPLACE").replace("ALLOWED", "REFUSED"),
    ),
    "postgresql": (
        "UPDATE audit_events SET decision = 'REFUSED'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
    ),
}


async def test_audit_is_append_only(database_url):
    await upgrade(database_url)
    await run(database_url, lambda c: c.execute(text(EVENT)))
    for forging in FORGING[database_url.partition(":")[0]]:
        with pytest.raises(SQLAlchemyError, match="append-only"):
            await run(database_url, lambda c, forging=forging: c.execute(text(forging)))
    await run(database_url, lambda c: c.execute(text(EVENT.replace("'e'", "'f'"))))
    query = text("SELECT id, decision FROM audit_events ORDER BY id")
    kept = await run(database_url, lambda c: c.execute(query).all())
    assert kept == [("e", "ALLOWED"), ("f", "ALLOWED")]
