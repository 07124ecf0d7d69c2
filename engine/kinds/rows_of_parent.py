"""The one row, or all the rows, that hang on this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.declare.guarded import GuardedField
from engine.declare.kinds import Relation
from engine.execution.views import PlainLink
from engine.kinds.hanging import gateway_of
from engine.plain.kinds import Answered
from engine.planning.context import Planned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.declare.kinds import Columns
    from engine.execution.gates import Gateway
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.execution.views import View
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected
    from engine.sql.statement import Decided


def facet(
    action: str,
    *,
    by: str,
    on: str = "id",
    part: bool = False,
    watched: bool = False,
    description: str = "",
) -> Any:
    """Declare the one row that hangs on this one by its column `by`.

    The action of a `part` is one of this row: it is decided here, as a column's is. Whoever is
    shown one that is `watched` is written down.
    """
    kind = Facet(by, on, part)
    return GuardedField(kind, action, watched=watched, description=description or None)


def many(
    action: str,
    *,
    by: str,
    on: str = "id",
    order: tuple[str, ...] = (),
    part: bool = False,
    description: str = "",
) -> Any:
    """Declare all the rows that hang on this one: a list that is short by nature."""
    return GuardedField(ToMany(by, on, order, part), action, description=description or None)


@dataclass(frozen=True, slots=True)
class Facet(Relation, Planned, Answered):
    """The one row whose column `by` holds the parent's column `on`; gated at the parent.

    One that is `part` of the parent is decided there as a column is: on the very row.
    """

    by: str
    on: str
    part: bool = False

    single = True

    def plan(self, selected: Selected) -> None:
        """Answer the row."""
        _plan(selected, self, ())

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Load the row."""
        return plain.loading.hanging(asked.field, self, ()).load(asked.row.values[self.on])


@dataclass(frozen=True, slots=True)
class ToMany(Relation, Planned, Answered):
    """All rows whose column `by` holds the parent's column `on`, ordered; gated like a facet."""

    by: str
    on: str
    order: tuple[str, ...]
    part: bool = False

    def is_required(self, columns: Columns | None) -> bool:
        """It is, on a row: there may be none, but there is a list."""
        return columns is not None

    def plan(self, selected: Selected) -> None:
        """Answer the rows."""
        _plan(selected, self, self._order)

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Load the rows."""
        loader = plain.loading.hanging(asked.field, self, self._order)
        return loader.load(asked.row.values[self.on])

    @property
    def _order(self) -> tuple[str, ...]:
        """The columns that rows are ordered by, the id last as the tie-break."""
        return (*self.order, "id")


def _plan(selected: Selected, kind: Facet | ToMany, order: tuple[str, ...]) -> None:
    planning, nodes, node = selected.planning, selected.nodes, selected.node
    target, action = selected.target, selected.action
    fetch, view = planning.rows(target, kind.by, action, nodes, selected.decision)
    gateway = gateway_of(selected, kind)
    rows = fetch.by_key(order)
    selected.link(HangingLink(selected.field, node, view.marks, gateway, rows, view, kind.single))


@dataclass(slots=True)
class HangingLink(PlainLink):
    """The rows, or the one row, whose column holds the parent's key; gated at the parent."""

    gateway: Gateway
    rows: Decided
    view: View
    single: bool

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the list (or the row, or None) of each parent that passes the gate."""
        refusals = self.gateway.refusals(rows, run.principal)
        keys = [row[self.gateway.key] for row in rows]
        passing = run.tally.unique(k for k, no in zip(keys, refusals, strict=True) if no is None)
        grouped: dict[object, list[Any]] = {key: [] for key in passing}
        if passing:
            found = await run.rows(self.rows, {"keys": passing})
            built = await self.view.build(found, run)
            for row, value in zip(found, built, strict=True):
                grouped[row[0]].append(value)
        made: dict[object, Any] = dict(grouped)
        if self.single:
            made = {key: values[0] if values else None for key, values in grouped.items()}
        return [made[k] if no is None else no for k, no in zip(keys, refusals, strict=True)]
