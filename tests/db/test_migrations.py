"""Models and migrations agree, on both databases."""

import asyncio
import sys
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import UniqueConstraint, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import db.models  # noqa: F401 - fills the metadata
from db.base import Base
from db.database import sqlalchemy_url
from db.migrate import is_current, upgrade

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


def downgrade(connection):
    config = Config()
    config.set_main_option("script_location", "db:migrations")
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


def differences(connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True})
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
    await run(database_url, downgrade)
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
        ("apprentice_records", "apprentice_id"),
        ("apprentice_records", "epao_id"),
        ("caseload_items", "assigned_by_id"),
    }
    for table in Base.metadata.sorted_tables:
        leading = {next(iter(index.columns)).name for index in table.indexes}
        leading |= {
            next(iter(each.columns)).name
            for each in table.constraints
            if isinstance(each, UniqueConstraint)
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
