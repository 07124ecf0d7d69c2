"""What an operation becomes, from its document to its SQL and its answer, changes only on purpose."""

from __future__ import annotations

import difflib

import pytest

from snapshots.operations import OPERATIONS
from snapshots.taking import GOLDEN, both, picture


@pytest.mark.parametrize("asked", OPERATIONS, ids=lambda asked: asked.name)
async def test_a_plan_is_the_one_that_was_read(tmp_path, asked):
    async with both(tmp_path, asked) as desks:
        now = await picture(asked, desks)
    file = GOLDEN / f"{asked.name}.md"
    kept = file.read_text("utf-8") if file.exists() else ""
    names = (f"{file.name} as it is kept", "as it is now")
    difference = difflib.unified_diff(kept.splitlines(), now.splitlines(), *names, lineterm="")
    assert now == kept, "Read this, and then `make generate`:\n" + "\n".join(difference)


def test_each_golden_file_is_of_an_operation():
    assert {file.stem for file in GOLDEN.glob("*.md")} == {asked.name for asked in OPERATIONS}
