"""A served copy of the demo world for each module, and a copy of this project to generate into."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from servers import Server, serving
from worlds import World

CLIENTS = Path(__file__).parent
SCHEMA = CLIENTS.parents[1] / "schema.graphql"
MADE = shutil.ignore_patterns("node_modules", "generated.ts", "__generated__", "__pycache__")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(shared_database: tuple[str, str, Path]) -> AsyncIterator[Server]:
    """A server whose rows are this module's alone, so its programs may change them."""
    async with serving(World(*shared_database)) as running:
        yield running


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project beside the committed schema, as in the checkout, where files may be made."""
    root = tmp_path_factory.mktemp("workshop")
    shutil.copy(SCHEMA, root)
    folder = root / "tests" / "clients"
    shutil.copytree(CLIENTS, folder, ignore=MADE)
    (folder / "node_modules").symlink_to(CLIENTS / "node_modules")
    return folder
