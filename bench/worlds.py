"""The big world in a database of a throwaway PostgreSQL server, and whom it is asked as."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg

from bench.servers import Claims
from pgcluster import Cluster

_PROGRAM = Path(sys.executable).with_name("fieldgate")
_SETTINGS = {"shared_buffers": "1GB"}


@contextmanager
def postgresql() -> Iterator[Cluster]:
    """Run a PostgreSQL server until the block ends."""
    cluster = Cluster(**_SETTINGS)
    try:
        yield cluster
    finally:
        cluster.stop()


async def seeded(cluster: Cluster, records: int) -> str:
    """Make a database with a world of so many records, and return its address."""
    name = f"big_{uuid4().hex}"
    await _run(cluster.url(), f"CREATE DATABASE {name}")
    url = cluster.url(name)
    await fill(url, records)
    await _run(url, "VACUUM ANALYZE")
    return url


async def fill(url: str, records: int) -> None:
    """Write a world into an empty database, by a process of its own: two may be made at once."""
    seeding = await asyncio.create_subprocess_exec(
        *(_PROGRAM, "seed", "--world", "big", "--records", str(records)),
        env={"FIELDGATE_DATABASE_URL": url},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await seeding.communicate()
    finally:
        if seeding.returncode is None:  # interrupted
            seeding.terminate()
    if seeding.returncode:
        raise RuntimeError(f"No world could be made: {said.decode()}")


async def claims_of(url: str, subject: str) -> Claims:
    """Return what a token that tells roles would tell of a subject with one role."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT u.id, g.role, g.organisation_id FROM users u"
            " JOIN role_grants g ON g.user_id = u.id WHERE u.subject = $1 ORDER BY 3",
            subject,
        )
    finally:
        await connection.close()
    return Claims(subject, rows[0][0], rows[0][1], tuple(row[2] for row in rows))


async def record_for_everybody(url: str) -> str:
    """Return the global id of a record that all who ask Q1 may see."""
    connection = await asyncpg.connect(url)
    try:
        key = await connection.fetchval(
            "SELECT min(i.record_id) FROM caseload_items i JOIN caseloads c ON c.id = i.caseload_id"
            " JOIN users u ON u.id = c.owner_id WHERE u.subject = 'bench-assigned'"
        )
    finally:
        await connection.close()
    return f"rec_{key}"


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
