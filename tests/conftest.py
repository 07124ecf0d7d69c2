"""What every test may ask for: an empty database, the demo world, and people who ask about it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from commands.tables import Digests, Rows, Tables, tables_of
from databases import CLUSTER, DATABASES, demo_database, empty_database
from dealing import DEALT, Dealer
from pgcluster import Cluster
from worlds import NOW, World

RUNNING = pytest.StashKey[Cluster]()

# Every run tries the same examples, so that a failure is the change's and not the day's.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
set_hypothesis_home_dir(Path(__file__).parent.parent / ".cache" / "hypothesis")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sweep", action="store_true", help="ask what the suite leaves out")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the sweep, or to the suite, what is the other's; share loops as worlds are shared."""
    dealer = Dealer(sweeping=config.getoption("--sweep"))
    items[:] = [item for item in items if not dealer.left_out(item)]
    for item in items:  # who shares an application runs on the event loop that it was started on
        if "common_world" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL cluster a run, and no setting of the person who runs it."""
    config.addinivalue_line("markers", DEALT)
    for name in [name for name in os.environ if name.upper().startswith("FIELDGATE_")]:
        del os.environ[name]
    if not hasattr(config, "workerinput"):
        cluster = config.stash[RUNNING] = Cluster()
        os.environ[CLUSTER] = cluster.url("{}")


def pytest_unconfigure(config: pytest.Config) -> None:
    if cluster := config.stash.get(RUNNING, None):
        cluster.stop()


@pytest.fixture(params=DATABASES)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, of both kinds in turn."""
    async with empty_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this worker keeps what it copies."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture(params=DATABASES)
async def own_world(
    request: pytest.FixtureRequest, tmp_path: Path, templates: Path
) -> AsyncIterator[World]:
    """A fresh copy of the demo world, of both kinds in turn."""
    async with demo_database(request.param, tmp_path, templates) as url:
        world = World(request.param, url, tmp_path)
        yield world
        await world.close()


@pytest.fixture
async def world(own_world: World) -> World:
    """A fresh copy of the demo world; in some folders rather a restored one."""
    return own_world


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=DATABASES)
async def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, templates: Path
) -> AsyncIterator[tuple[str, str, Path]]:
    """Kind, address and folder of a copy of the demo world that a module's tests only read."""
    folder = tmp_path_factory.mktemp("shared")
    async with demo_database(request.param, folder, templates) as url:
        yield request.param, url, folder


@pytest.fixture
async def shared_world(shared_database: tuple[str, str, Path]) -> AsyncIterator[World]:
    """The demo world for tests that change nothing: the application is new, the rows are shared."""
    world = World(*shared_database)
    yield world
    await world.close()


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
async def restored_world(
    common_world: World, common_tables: Tables, at_first: tuple[Rows, Digests]
) -> AsyncIterator[World]:
    """The module's world, whose rows and clock are put back after each test.

    What the application keeps in memory lasts: its caches, and what everybody has spent.
    """
    yield common_world
    common_world.clock.instant = NOW
    rows, digests = at_first
    if await common_tables.digests() != digests:
        await common_tables.restore(rows, digests)
        assert await common_tables.digests() == digests
