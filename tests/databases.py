"""Databases for tests: empty ones, and copies of the demo world, which is seeded once a run."""

import contextlib
import os
import sqlite3
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import asyncpg

from db.seed.demo import seed_demo

DATABASES = ["sqlite", "postgresql"]
CLUSTER = "TEST_POSTGRESQL"
"""The variable that tells the workers of one run where its cluster is."""

_TEMPLATE = "demo_world"
_SEEDING = 1
"""The advisory lock of whoever seeds the template on the cluster."""
_TABLES = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_STRUCTURE = """
  SELECT md5(string_agg(told, '|' ORDER BY told)) FROM (
    SELECT concat(attrelid::regclass, ' ', attname, ' ', format_type(atttypid, atttypmod), ' ',
      attnotnull) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat(tgname, ' ', tgenabled) FROM pg_trigger WHERE NOT tgisinternal
  ) AS parts (told)
"""
_shelf: list[str] = []
"""Copies that nobody uses; the cluster takes them along when it ends."""
_told: list["_Template"] = []


def postgresql_url(name: str) -> str:
    return os.environ[CLUSTER].format(name)


@asynccontextmanager
async def empty_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of a database without a table."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'empty.db'}"
    else:
        async with _created() as url:
            yield url


@asynccontextmanager
async def demo_database(kind: str, folder: Path, templates: Path) -> AsyncIterator[str]:
    """The address of a copy of the demo world."""
    if kind == "sqlite":
        template = await _sqlite_template(templates)
        copy = folder / "demo.db"
        with (
            contextlib.closing(sqlite3.connect(template)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        yield f"sqlite:///{copy}"
    else:
        await _postgresql_template()
        async with _borrowed() as url:
            yield url


@asynccontextmanager
async def _created() -> AsyncIterator[str]:
    name = f"empty_{uuid.uuid4().hex}"
    async with _administrator() as administrator:
        await administrator.execute(f"CREATE DATABASE {name}")
    yield postgresql_url(name)
    async with _administrator() as administrator:
        await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def _borrowed() -> AsyncIterator[str]:
    """A copy of the template that is put back as it was: to make one takes ten times as long."""
    name = _shelf.pop() if _shelf else await _copied()
    try:
        yield postgresql_url(name)
    finally:
        if await _put_back(name):
            _shelf.append(name)
        else:
            async with _administrator() as administrator:
                await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def _copied() -> str:
    name = f"demo_{uuid.uuid4().hex}"
    async with _administrator() as administrator:
        await administrator.execute(
            f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY file_copy"
        )
    return name


async def _put_back(name: str) -> bool:
    """Give every table the rows of the template again; false where that would not be enough."""
    told = await _template()
    async with _administrator() as administrator:
        await administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", name
        )
    connection = await asyncpg.connect(postgresql_url(name))
    try:
        if await connection.fetchval(_STRUCTURE) != told.structure:
            return False
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")  # no trigger
            for table, rows in await connection.fetch(told.asking):
                if rows != told.digests[table]:
                    await connection.execute(f"DELETE FROM {table}")
                    await connection.copy_to_table(table, source=BytesIO(told.rows[table]))
            return dict(await connection.fetch(told.asking)) == told.digests
    finally:
        await connection.close()


@dataclass(frozen=True)
class _Template:
    """What the template holds: by table its rows, and what tells them from others."""

    structure: str
    asking: str
    digests: dict[str, str]
    rows: dict[str, bytes]


async def _template() -> _Template:
    """Read the template, once a process."""
    if not _told:
        connection = await asyncpg.connect(postgresql_url(_TEMPLATE))
        try:
            tables = [row[0] for row in await connection.fetch(_TABLES)]
            asking = " UNION ALL ".join(
                f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
                for table in tables
            )
            rows = {table: BytesIO() for table in tables}
            for table, written in rows.items():
                await connection.copy_from_table(table, output=written)
            _told.append(
                _Template(
                    await connection.fetchval(_STRUCTURE),
                    asking,
                    dict(await connection.fetch(asking)),
                    {table: written.getvalue() for table, written in rows.items()},
                )
            )
        finally:
            await connection.close()
    return _told[0]


@asynccontextmanager
async def _administrator() -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgresql_url("postgres"))
    try:
        yield connection
    finally:
        await connection.close()


async def _sqlite_template(folder: Path) -> Path:
    """Seed the demo world in a file, once for each worker of a run."""
    template = folder / "demo.db"
    if not template.exists():
        draft = folder / "draft.db"
        await seed_demo(f"sqlite:///{draft}")
        draft.rename(template)
    return template


async def _postgresql_template() -> None:
    """Seed the demo world in a database of the cluster, once for all workers of a run."""
    async with _administrator() as administrator:
        await administrator.execute(f"SELECT pg_advisory_lock({_SEEDING})")
        known = "SELECT 1 FROM pg_database WHERE datname = $1"
        if await administrator.fetchval(known, _TEMPLATE):
            return
        await administrator.execute("DROP DATABASE IF EXISTS draft WITH (FORCE)")
        await administrator.execute("CREATE DATABASE draft")
        await seed_demo(postgresql_url("draft"))
        await administrator.execute(f"ALTER DATABASE draft RENAME TO {_TEMPLATE}")
