"""A connected copy of the demo world and an engine over it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asking import Desk
from db.drivers.database import Database


@pytest.fixture
async def database(shared_database: tuple[str, str, Path]) -> AsyncIterator[Database]:
    """The shared demo world, connected for one test, which only reads."""
    database = Database(shared_database[1])
    await database.connect()
    yield database
    await database.close()


@pytest.fixture
def desk(database: Database) -> Desk:
    """The product's engine over the shared demo world."""
    return Desk(database)
