"""One application for a module's questions: what is compared here changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest_asyncio

from asking import product_schema
from differential.comparing import Comparison
from differential.stirred import stir
from oracle.answer import Oracle
from oracle.names import names_of
from oracle.world import read_world
from walking import walked  # noqa: F401 -- an autouse fixture
from worlds import World

Shared = tuple[str, str, Path]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def comparison(shared_database: Shared) -> AsyncIterator[Comparison]:
    """Engine, plain path and oracle on the demo world."""
    async for found in _comparison(shared_database):
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stirred(shared_database: Shared) -> AsyncIterator[Comparison]:
    """The same three on a demo world with every odd row there can be."""
    async for found in _comparison(shared_database, stir):
        yield found


async def _comparison(
    shared: Shared, change: Callable[[World], object] | None = None
) -> AsyncIterator[Comparison]:
    world = World(*shared)
    if change is not None:
        await change(world)
    tables = await read_world(world.url)
    yield Comparison(world, Oracle(product_schema().as_str(), tables), names_of(tables))
    await world.close()
