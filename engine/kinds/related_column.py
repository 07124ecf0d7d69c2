"""A column of the row that a column of this row points at, shown as this row's own value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.declare.guarded import GuardedField
from engine.declare.kinds import OfAnother
from engine.kinds.column import show
from engine.plain.kinds import ReadBeside
from engine.planning.context import Planned
from engine.values import decoder

if TYPE_CHECKING:
    from db.base import Base
    from engine.catalogue import Catalogue, Field
    from engine.decider import Decider
    from engine.declare.kinds import Columns
    from engine.planning.context import Selected
    from engine.sql.row_query import Fetch


def shown(
    action: str | None = None,
    *,
    on: str,
    of: type[Base],
    column: str,
    sort: str | None = None,
    description: str = "",
) -> Any:
    """Declare a column of the row that column `on` points at, under this row's action.

    Rows can be sorted by it where `sort` names the column that does so.
    """
    return GuardedField(Shown(on, of, column, sort), action, description=description or None)


@dataclass(frozen=True, slots=True)
class Shown(OfAnother, Planned, ReadBeside):
    """The column `name` of the row of `model` that column `on` points at, as this row's value.

    Rows are sorted by it by that row's column `sort`, where there is one.
    """

    on: str
    model: type[Base]
    name: str
    sort: str | None = None

    def is_required(self, columns: Columns | None) -> bool:
        """It is where neither the column that points nor the column shown is ever NULL."""
        pointing = columns is not None and not columns[self.on].nullable
        return pointing and not self.model.__table__.c[self.name].nullable

    def sorted_by(self, below: str) -> str:
        """Return the column of the other row that rows are sorted by."""
        del below
        return self.sort or ""

    def plan(self, selected: Selected) -> None:
        """Answer the column, masked as one of this row is."""
        mask = selected.mask()
        at = selected.rows.card(self.on, self.model, self.name)
        show(selected, at, self.model.__table__.c[self.name], mask)

    def beside(
        self, catalogue: Catalogue, decider: Decider, field: Field, fetch: Fetch
    ) -> Callable[[Sequence[Any]], Any]:
        """Select the column."""
        del catalogue, decider
        at = fetch.card(self.on, self.model, self.name)
        decode = decoder(field.definition.type)
        return lambda row: decode(row[at])
