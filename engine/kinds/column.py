"""A column of the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.declare.guarded import GuardedField
from engine.declare.kinds import Findable, OfColumn
from engine.errors import internal_error
from engine.kinds.aggregate import Aggregated
from engine.plain.kinds import Answered
from engine.planning.context import Planned
from engine.planning.filters import Compared
from engine.sql.sort_order import ColumnOf
from engine.values import decoder, encoder, may_be_unknown

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from engine.catalogue import Entity
    from engine.declare.kinds import Columns
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected
    from engine.planning.filters import FilterCompiler
    from engine.sql.sort_order import OfRow


def field(  # noqa: PLR0913 - each says another thing of the column
    action: str | None = None,
    *,
    column: str | None = None,
    filter: bool = False,  # noqa: A002 - what GraphQL clients call it
    sort: bool = False,
    search: str | None = None,
    folded: str | None = None,
    aggregate: bool = False,
    watched: bool = False,
    description: str = "",
) -> Any:
    """Declare a column of the row, under `action` or the type's read action.

    Rows can be found by it where `filter` and `sort` say so, by who holds the action `search` too;
    `folded` is the column that holds a text as it is searched and sorted by. `aggregate` lets the
    sums of a column of integers be asked for. Whoever is shown a `watched` field is written down.
    """
    kind = Column(column) if column else Column
    findable = Findable(filter, sort, (search,) if search else (), folded, aggregate)
    return GuardedField(
        kind, action, findable=findable, watched=watched, description=description or None
    )


@dataclass(frozen=True, slots=True)
class Column(OfColumn, Planned, Compared, Answered):
    """A column of the row; `name` is the model's."""

    name: str

    def is_required(self, columns: Columns | None) -> bool:
        """It is where the column is never NULL."""
        return columns is not None and not columns[self.name].nullable

    def plan(self, selected: Selected) -> None:
        """Answer the column, masked where not every row in scope opens it."""
        mask, rows = selected.mask(), selected.rows
        show(selected, rows.column(self.name), rows.entity.table.c[self.name], mask)

    def compared(self, rights: FilterCompiler, entity: Entity) -> OfRow:
        """Return the column."""
        del rights, entity
        return ColumnOf(self.name)

    def sums(self) -> Aggregated:
        """Return the kind of the field of the column's sums."""
        return Aggregated(self.name)

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Return the column's value."""
        del plain
        return decoder(asked.field.definition.type)(asked.row.values[self.name])


def show(selected: Selected, at: int, says: ColumnElement[Any], mask: Any) -> None:
    """Answer the value at a position of the row, which an expression gives, where it is open."""
    kind, unknown = selected.field.definition.type, None
    if may_be_unknown(kind, says):
        unknown = internal_error(selected.field.coordinate, selected.node)
    encode = encoder(kind, says)
    if mask is None:
        selected.view.cell(selected.key, at, encode, unknown)
    else:
        selected.view.masked(selected.key, at, encode, mask, unknown)
