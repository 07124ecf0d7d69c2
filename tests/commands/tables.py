"""What stands in the tables: their digests, and a way back to how they were."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable
from typing import Any

import asyncpg
from sqlalchemy import Table, insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from db.base import Base
from db.drivers.database import sqlalchemy_url
from db.models import AuditEvent
from worlds import World

COUNTED = {"allowances", "audit_events", "audit_prunings", "audit_repeats"}
TABLES: list[Table] = [t for t in Base.metadata.sorted_tables if t.name not in COUNTED]
"""Every table but those that count what was done; each stands behind those it refers to."""

Digests = dict[str, str]
Rows = dict[str, list[dict[str, Any]]]


class Tables:
    """The tables of a world, read behind the application's back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._driver: Any = None
        self._engine = create_async_engine(sqlalchemy_url(world.url))

    async def digests(self) -> Digests:
        """Tell every table but the audit's by its whole content."""
        if self._world.database == "sqlite":
            if self._driver is None:
                self._driver = sqlite3.connect(self._world.url.removeprefix("sqlite:///"))
            rows = {
                t.name: self._driver.execute(f"SELECT * FROM {t.name} ORDER BY id").fetchall()
                for t in TABLES
            }
        else:
            if self._driver is None:
                self._driver = await asyncpg.connect(self._world.url)
            every = " UNION ALL ".join(
                f"SELECT '{t.name}', string_agg(t::text, '|' ORDER BY id) FROM {t.name} t"
                for t in TABLES
            )
            rows = dict(await self._driver.fetch(every))
        return {
            name: hashlib.sha256(repr(found).encode()).hexdigest() for name, found in rows.items()
        }

    async def rows(self, tables: Iterable[Table] = TABLES) -> Rows:
        """Read every table but the audit's, or some."""
        async with self._engine.connect() as connection:
            return {
                t.name: [dict(r._mapping) for r in await connection.execute(select(t))]  # noqa: SLF001 -- SQLAlchemy's public name for it
                for t in tables
            }

    async def restore(self, rows: Rows, digests: Digests | None = None) -> None:
        """Put every table but the audit's back to what was read from it; only rows that differ.

        The digests of those rows tell, if they are given, which tables need no look.
        """
        now = await self.digests() if digests else {}
        looked = [t for t in TABLES if digests is None or now[t.name] != digests[t.name]]
        found = await self.rows(looked)
        async with self._engine.begin() as connection:
            if self._world.database == "postgresql":  # or parents would have to come before others
                await connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in looked:
                was, is_ = (
                    {row["id"]: row for row in each}
                    for each in (rows[table.name], found[table.name])
                )
                changed = [key for key, row in is_.items() if was.get(key) != row]
                missing = [row for key, row in was.items() if is_.get(key) != row]
                if changed:
                    await connection.execute(table.delete().where(table.c.id.in_(changed)))
                if missing:
                    await connection.execute(insert(table), missing)

    async def audited(self, request_id: str) -> list[dict[str, Any]]:
        """Read the audit rows of one request, in no order."""
        async with self._engine.connect() as connection:
            found = await connection.execute(
                select(AuditEvent.__table__).where(AuditEvent.request_id == request_id)
            )
            return [dict(row) for row in found.mappings()]

    async def close(self) -> None:
        await self._engine.dispose()
        if isinstance(self._driver, sqlite3.Connection):
            self._driver.close()
        elif self._driver is not None:
            await self._driver.close()


@contextlib.asynccontextmanager
async def tables_of(world: World):
    tables = Tables(world)
    try:
        yield tables
    finally:
        await tables.close()


async def audited(world: World, request_id: str) -> list[dict[str, Any]]:
    """Read the audit rows of one request, in no order."""
    async with tables_of(world) as tables:
        return await tables.audited(request_id)
