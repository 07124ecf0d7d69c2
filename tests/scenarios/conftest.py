"""One application for a module's tests that change nothing: starting one is what takes time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from worlds import World


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_world(shared_database: tuple[str, str, Path]) -> AsyncIterator[World]:
    """The demo world with one application in front, for tests that only ask."""
    world = World(*shared_database)
    yield world
    await world.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run who shares the world on the event loop that it was started on."""
    for item in items:
        if "scenarios" in item.path.parts and "shared_world" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(loop_scope="module")
async def world(restored_world: World) -> World:
    """The demo world, fresh again for each test, with one application for a module."""
    return restored_world
