"""The row that a column of this row points at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.declare.guarded import GuardedField
from engine.declare.kinds import Relation
from engine.execution.keyed import keyed
from engine.execution.views import PlainLink
from engine.plain.kinds import Answered
from engine.planning.context import Planned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.execution.views import View
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected
    from engine.sql.statement import Decided


def one(action: str, *, on: str, description: str = "") -> Any:
    """Declare the row that column `on` points at, under its type's read action."""
    return GuardedField(ToOne(on), action, description=description or None)


def changed(action: str, *, description: str = "") -> Any:
    """Declare a row in a payload, under its type's read action.

    The command returns its key by the name of the field.
    """
    return GuardedField(ToOne, action, description=description or None)


@dataclass(frozen=True, slots=True)
class ToOne(Relation, Planned, Answered):
    """The row that column `on` points at: null when it is out of sight."""

    on: str
    by: str = field(default="id", init=False)
    part: bool = field(default=False, init=False)

    single = True
    points = True

    def plan(self, selected: Selected) -> None:
        """Answer the row, of those that may be read."""
        assert selected.parent is not None  # noqa: S101 - the schema check: it is no root field
        target, action = selected.target, selected.action
        planning, nodes = selected.planning, selected.nodes
        fetch, view = planning.rows(target, "id", action, nodes, selected.decision)
        at = selected.parent.column(self.on)
        selected.link(
            ToOneLink(selected.field, selected.node, view.marks, at, fetch.by_key(), view)
        )

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Load the row."""
        return plain.loading.one(asked.field, asked.row.values[self.on])


@dataclass(slots=True)
class ToOneLink(PlainLink):
    """The row that a column of the parent points at."""

    key: int
    rows: Decided
    view: View

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the row or None for each parent."""
        found = await keyed(self.rows, self.view, [row[self.key] for row in rows], run)
        return [found.get(row[self.key]) for row in rows]
