"""The caller's own row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.declare.guarded import GuardedField
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


def caller(action: str, *, description: str = "") -> Any:
    """Declare the caller's own row, null for a subject without a User."""
    return GuardedField(Caller(), action, description=description or None)


@dataclass(frozen=True, slots=True)
class Caller(Planned, Answered):
    """The row of the caller's own User."""

    of_caller = True

    def plan(self, selected: Selected) -> None:
        """Answer the row."""
        target, action = selected.target, selected.action
        fetch, view = selected.planning.rows(target, "id", action, selected.nodes)
        field, node = selected.field, selected.node
        selected.link(CallerLink(field, node, view.marks, fetch.by_key(), view))

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Load the row."""
        return plain.loading.one(asked.field, plain.run.principal.user)


@dataclass(slots=True)
class CallerLink(PlainLink):
    """The caller's own row."""

    rows: Decided
    view: View

    async def load(self, _rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the row, or None for a subject without a User."""
        user = run.principal.user
        found = await keyed(self.rows, self.view, [user], run)
        return [found.get(user)]
