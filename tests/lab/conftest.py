"""The lab for a module's questions, on both databases: nothing here changes a row."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest_asyncio

from db.drivers.database import Database
from differential.comparing import Comparison
from lab.oracle.asked import TABLES, Asked
from lab.oracle.notes import Notes
from lab.oracle.table import FIELDS
from lab.schema import lab_schema
from lab.serving import build_lab, lab_desk, lab_world
from oracle.answer import Oracle
from oracle.world import read_world
from walking import walked  # noqa: F401 -- an autouse fixture
from worlds import World


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(shared_database: tuple[str, str, Path]) -> AsyncIterator[World]:
    """The application in front of the lab, asked by HTTP."""
    await build_lab(shared_database[1])
    world = lab_world(*shared_database)
    yield world
    await world.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(lab: World):
    """The engine in front of the same lab."""
    database = Database(lab.url)
    await database.connect()
    yield lab_desk(database)
    await database.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def comparison(lab: World) -> Comparison:
    """Engine, plain path and oracle on the lab."""
    tables = await read_world(lab.url, TABLES)
    oracle = Oracle(lab_schema().as_str(), tables, asking=Asked, fields=FIELDS)

    def notes(person: str, document: str, variables: Mapping[str, Any]) -> Notes:
        asked = Asked(tables, person, lab.clock.instant, oracle.open_cursor)
        return Notes(asked, oracle.schema, document, variables)

    return Comparison(lab, oracle, notes=notes)
