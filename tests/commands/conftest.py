"""What changes rows here is asked of one application a module, whose rows are put back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from commands.racers import Racer
from commands.tables import Tables
from worlds import World


@pytest_asyncio.fixture(loop_scope="module")
async def world(restored_world: World) -> World:
    """The demo world, fresh again for each test."""
    return restored_world


@pytest_asyncio.fixture(loop_scope="module")
async def tables(world: World, common_tables: Tables) -> Tables:  # noqa: ARG001 -- its rows are put back
    """The tables of the test's world."""
    return common_tables


@pytest_asyncio.fixture(loop_scope="module")
async def racers(world: World) -> AsyncIterator[list[Racer]]:
    """Two applications that run at once in front of the test's world."""
    found = [Racer(world), Racer(world)]
    for racer in found:
        await racer.start()
    yield found
    for racer in found:
        await racer.close()
