"""What an operation becomes, from its document to its SQL and its answer, changes only on purpose."""

from __future__ import annotations

import difflib

import pytest
import pytest_asyncio

from snapshots.operations import OPERATIONS
from snapshots.taking import GOLDEN, both, desks, picture


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory, templates):
    """Two worlds for all who only ask."""
    async with both(tmp_path_factory.mktemp("product"), templates, lab=False) as worlds:
        yield worlds


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(tmp_path_factory, templates):
    """Two worlds with the lab in them."""
    async with both(tmp_path_factory.mktemp("lab"), templates, lab=True) as worlds:
        yield worlds


@pytest.mark.parametrize(
    "asked", [each for each in OPERATIONS if not each.writes], ids=lambda asked: asked.name
)
async def test_a_plan_is_the_one_that_was_read(product, lab, asked):
    async with desks(lab if asked.lab else product, lab=asked.lab) as over:
        same(asked, await picture(asked, over))


@pytest.mark.parametrize(
    "asked", [each for each in OPERATIONS if each.writes], ids=lambda asked: asked.name
)
async def test_a_change_is_planned_as_it_was_read(tmp_path, templates, asked):
    async with (
        both(tmp_path, templates, lab=asked.lab) as worlds,
        desks(worlds, lab=asked.lab) as over,
    ):
        same(asked, await picture(asked, over))


def same(asked, now):
    file = GOLDEN / f"{asked.name}.md"
    kept = file.read_text("utf-8") if file.exists() else ""
    names = (f"{file.name} as it is kept", "as it is now")
    difference = difflib.unified_diff(kept.splitlines(), now.splitlines(), *names, lineterm="")
    assert now == kept, "Read this, and then `make generate`:\n" + "\n".join(difference)


def test_each_golden_file_is_of_an_operation():
    assert {file.stem for file in GOLDEN.glob("*.md")} == {asked.name for asked in OPERATIONS}
