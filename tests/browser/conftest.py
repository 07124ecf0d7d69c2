"""One server and one browser for the tests of a module; each test opens a page of its own."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from browsers import chromium
from playgrounds import Playground, playground
from servers import Server, serving
from worlds import World

ROOT = Path(__file__).parents[2]
AXE = ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(shared_database: tuple[str, str, Path]) -> AsyncIterator[Server]:
    async with serving(World(*shared_database)) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.fixture
def visit(server: Server, browser: Browser):
    """Opens the playground; what it said and whom it asked is looked at when it closes."""

    @asynccontextmanager
    async def visiting(
        person: str = "", *, axe: bool = False, **link: str
    ) -> AsyncIterator[Playground]:
        script = AXE.read_text("utf-8") if axe else ""
        async with playground(
            browser, server.url, person=person, script=script, link=link
        ) as opened:
            yield opened
            assert opened.console == []
            assert opened.hosts == {server.url}

    def visit(
        person: str = "", *, axe: bool = False, **link: str
    ) -> AbstractAsyncContextManager[Playground]:
        return visiting(person, axe=axe, **link)

    return visit
