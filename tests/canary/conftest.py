"""One canary world a module; whoever changes a row puts it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from canary.crawling import Crawler
from canary.planted import canary_crawler
from databases import demo_database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crawler(shared_database: tuple[str, str, Path]) -> AsyncIterator[Crawler]:
    """Everybody who asks, before a world of canaries."""
    async with canary_crawler(*shared_database) as found:
        yield found


@pytest.fixture
async def fresh(tmp_path: Path, templates: Path) -> AsyncIterator[Crawler]:
    """A crawler of its own, to be broken."""
    async with (
        demo_database("sqlite", tmp_path, templates) as url,
        canary_crawler("sqlite", url, tmp_path) as found,
    ):
        yield found
