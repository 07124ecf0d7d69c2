"""Rows of unique keys: one statement for all who point at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.execution.run import Run
    from engine.execution.views import View
    from engine.sql.statement import Decided


async def keyed(
    decided: Decided, view: View, keys: Sequence[object], run: Run
) -> dict[object, dict[str, Any]]:
    """Return the built rows of unique keys by key; no key, no statement."""
    pointing = (str(key) for key in keys if key is not None)
    wanted = run.tally.unique(pointing) if view.marks else sorted(set(pointing))
    if not wanted:
        return {}
    rows = await run.rows(decided, {"keys": wanted})
    built = await view.build(rows, run)
    return {row[0]: value for row, value in zip(rows, built, strict=True)}
