"""One world and one application a module; each test finds the demo world and leaves it so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from commands.tables import Digests, Rows, Tables, tables_of
from worlds import NOW, World


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def common_world(shared_database: tuple[str, str, Path]) -> AsyncIterator[World]:
    """One world and one application for a module; who changes a row puts it back."""
    world = World(*shared_database)
    await world.app()
    yield world
    await world.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def common_tables(common_world: World) -> AsyncIterator[Tables]:
    """The tables of the module's world."""
    async with tables_of(common_world) as tables:
        yield tables


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def at_first(common_tables: Tables) -> tuple[Rows, Digests]:
    """What the module's world holds before its first test, and between any two of them."""
    return await common_tables.rows(), await common_tables.digests()


@pytest_asyncio.fixture(loop_scope="module")
async def world(
    common_world: World, common_tables: Tables, at_first: tuple[Rows, Digests]
) -> AsyncIterator[World]:
    """The demo world, fresh again for each test: rows and clock are put back."""
    rows, digests = at_first
    yield common_world
    common_world.clock.instant = NOW
    if await common_tables.digests() != digests:
        await common_tables.restore(rows)
        assert await common_tables.digests() == digests


@pytest_asyncio.fixture(loop_scope="module")
async def tables(world: World, common_tables: Tables) -> Tables:  # noqa: ARG001 -- its rows are put back
    """The tables of the test's world."""
    return common_tables


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run everything here on the event loop that the module's application was started on."""
    for item in items:
        if "commands" in item.path.parts and "common_world" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)
