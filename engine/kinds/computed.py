"""A value that a function computes for all rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db.drivers.faults import NotAnswered
from engine.declare.functions import BatchFunction
from engine.declare.guarded import GuardedField
from engine.execution.views import Base
from engine.plain.kinds import Answered
from engine.planning.context import Planned
from engine.planning.values import value_view
from engine.sql.statement import UndecidedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.declare.kinds import Columns
    from engine.execution.guards import Mask
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.execution.static import ValueView
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected


def computed(
    action: str,
    load: BatchFunction,
    *,
    reads: tuple[str, ...],
    derives: tuple[str, ...] = (),
    description: str = "",
) -> Any:
    """Declare a batch function's value, with the columns it reads and the actions it tells of."""
    return GuardedField(Computed(load, reads, derives), action, description=description or None)


@dataclass(frozen=True, slots=True)
class Computed(Planned, Answered):
    """A batch function over the columns it reads; `derives` are the actions of what it tells."""

    load: BatchFunction
    reads: tuple[str, ...]
    derives: tuple[str, ...]

    def is_required(self, columns: Columns | None) -> bool:
        """It is, on a row."""
        return columns is not None

    def plan(self, selected: Selected) -> None:
        """Answer the function's value where the mask opens it."""
        mask = selected.mask()
        columns = {name: selected.rows.column(name) for name in self.reads}
        actions = (selected.action, *self.derives)
        values = value_view(selected)
        field, node = selected.field, selected.node
        selected.link(ComputedLink(field, node, {}, columns, self.load, actions, mask, values))

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Compute the value, with those of the other rows that are asked for it."""
        field, run = asked.field, plain.run

        async def load(rows: list[Any]) -> list[Any]:
            given = [{name: row.values[name] for name in self.reads} for row in rows]
            actions = (field.guarded.action, *self.derives)
            return list(await self.load(given, run.loading(actions)))

        return plain.loading.loader(field.coordinate, load, cache=False).load(asked.row)


@dataclass(slots=True)
class ComputedLink(Base):
    """A batch function over the rows that the mask lets through."""

    columns: dict[str, int]
    function: BatchFunction
    actions: tuple[str, ...]
    mask: Mask | None
    values: ValueView

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the computed value, or what stands for it where it is withheld."""
        refusals = [self.mask and self.mask.refusal(row) for row in rows]
        open_ = [row for row, no in zip(rows, refusals, strict=True) if no is None]
        values = iter(await self._computed(open_, run) if open_ else ())
        return [next(values) if no is None else no for no in refusals]

    async def _computed(self, rows: Sequence[Row], run: Run) -> list[Any]:
        given = [{name: row[at] for name, at in self.columns.items()} for row in rows]
        try:
            found = list(await self.function(given, run.loading(self.actions)))
            if len(found) != len(rows):
                message = f"{len(found)} values were computed for {len(rows)} rows."
                raise ValueError(message)  # noqa: TRY301 - it is masked like every other fault
        except (UndecidedError, NotAnswered):
            raise
        except Exception as error:  # noqa: BLE001 - a fault is null with an error, as GraphQL has it
            return [self.values.failed(error)] * len(rows)
        return [
            self.values.failed(value) if isinstance(value, Exception) else self.values.of(value)
            for value in found
        ]
