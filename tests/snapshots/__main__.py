"""Writes the golden files of the plans again, for a person to read their difference: `make generate`."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from databases import CLUSTER
from pgcluster import Cluster
from snapshots.operations import OPERATIONS
from snapshots.taking import GOLDEN, both, desks, picture


async def write() -> None:
    """Take every picture, and remove those of operations that are no longer asked."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for file in GOLDEN.glob("*.md"):
        file.unlink()
    for asked in OPERATIONS:
        with tempfile.TemporaryDirectory() as folder:
            async with (
                both(Path(folder), Path(folder), lab=asked.lab) as worlds,
                desks(worlds, lab=asked.lab) as over,
            ):
                text = await picture(asked, over)
        (GOLDEN / f"{asked.name}.md").write_text(text, "utf-8")


if __name__ == "__main__":
    cluster = Cluster()
    os.environ[CLUSTER] = cluster.url("{}")
    try:
        asyncio.run(write())
    finally:
        cluster.stop()
