"""A canary world with its application, its oracle and its documents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from canary.canaries import Canaries
from canary.columns import Rows
from canary.crawling import Crawler, Lines, Seals
from canary.planting import plant
from canary.routes import Ids
from db.seed.demo import PEOPLE
from differential.inspected import inspect
from engine.limits import Limits
from oracle.answer import Oracle
from oracle.shapes import ENTITIES, OTHERS, PREFIXES, global_id
from oracle.world import read_world
from schema import build_schema
from server.settings.fields import HttpLimits
from server.settings.model import Settings
from worlds import World

NOBODY = "auth0|nobody"
"""A subject that signs in and that no row knows."""
EVERYBODY = [person.handle for person in PEOPLE if person.signs_in] + ["cyd", "dot", NOBODY]

WIDE = Limits(
    tokens=100_000,
    depth=40,
    fields=100_000,
    aliases=100_000,
    root_fields=1_000,
    previews=1_000,
    cost=10_000_000_000,
    merges=1_000_000,
    positions=2_000_000,
    response_bytes=50_000_000,
    operation_seconds=60.0,
)
"""Limits that a maximal document keeps to."""


@asynccontextmanager
async def canary_crawler(kind: str, url: str, folder: Path) -> AsyncIterator[Crawler]:
    """Plant canaries in a copy of the demo world with visits, and open the application in front of it."""
    canaries = Canaries()
    world = World(kind, url, folder)
    await inspect(world)
    rows = await plant(url, canaries)
    world.settings = Settings(
        database_url=url,
        state_directory=folder,
        limits=WIDE,
        http=HttpLimits(body_bytes=2_000_000),
    )
    seals = Seals((*world.settings.cursor_secrets(), *world.settings.link_secrets()))
    oracle = Oracle(build_schema().as_str(), await read_world(url))
    with pytest.MonkeyPatch.context() as patch:
        seals.watch(patch)
        yield Crawler(world, rows, canaries, oracle, seals, Lines(), tuple(EVERYBODY))
        await world.close()


def ids_of(rows: Rows) -> Ids:
    """Return the global id of every row that can have one."""
    return Ids(
        {
            ENTITIES[prefix]: tuple(
                global_id(table, row["id"], ENTITIES[prefix])
                for row in rows[table]
                if prefix not in OTHERS or row["group_id"] is not None
            )
            for prefix, table in PREFIXES.items()
        }
    )
