"""Databases for tests: empty ones, and copies of the demo world, which is seeded once a run."""

import contextlib
import os
import sqlite3
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from db.demo import seed_demo

DATABASES = ["sqlite", "postgresql"]
CLUSTER = "TEST_POSTGRESQL"
"""The variable that tells the workers of one run where its cluster is."""

_TEMPLATE = "demo_world"
_SEEDING = 1
"""The advisory lock of whoever seeds the template on the cluster."""


def postgresql_url(name: str) -> str:
    return os.environ[CLUSTER].format(name)


@asynccontextmanager
async def empty_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of a database without a table."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'empty.db'}"
    else:
        async with _created("empty") as url:
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
        async with _created("demo", f"TEMPLATE {_TEMPLATE} STRATEGY file_copy") as url:
            yield url


@asynccontextmanager
async def _created(kind: str, options: str = "") -> AsyncIterator[str]:
    name = f"{kind}_{uuid.uuid4().hex}"
    async with _administrator() as administrator:
        await administrator.execute(f"CREATE DATABASE {name} {options}")
    yield postgresql_url(name)
    async with _administrator() as administrator:
        await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


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
