"""A visit in the worlds of the pictures: the demo world has inspectors, and nothing open for them."""

from __future__ import annotations

from pathlib import Path

from differential.inspected import HOUR, MANAGE, VIEW_ALL, add_group, add_opening, let_in
from scenarios.rows import user_key
from worlds import World


async def visit(kind: str, url: str, folder: Path) -> None:
    """Let Art, who manages ILRs, into a group of Prov that is open for an hour, with L1 and L4."""
    world = World(kind, url, folder)
    now, art = world.clock.instant, await user_key(world, "art")
    group = await add_group(world, "june")
    await add_opening(
        world,
        group,
        1,
        (1, 4),
        host_id=await user_key(world, "tina"),
        opens_at=now,
        closes_at=now + HOUR,
        opened_at=now,
    )
    await world.sql("UPDATE users SET status = 'ACTIVE' WHERE id = :id", id=art)
    await let_in(world, art, group, VIEW_ALL, MANAGE)
    await world.close()
