"""What an expression over the row's columns and the instant says of the row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.declare.guarded import GuardedField
from engine.declare.kinds import Findable
from engine.kinds.column import show
from engine.plain.kinds import ReadBeside
from engine.planning.context import Planned
from engine.planning.filters import Compared
from engine.values import decoder

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from engine.catalogue import Catalogue, Entity, Field
    from engine.decider import Decider
    from engine.declare.kinds import Columns
    from engine.planning.context import Selected
    from engine.planning.filters import FilterCompiler
    from engine.sql.row_query import Fetch
    from engine.sql.sort_order import OfRow


def derived(
    action: str | None,
    says: Callable[[FromClause], ColumnElement[Any]],
    *,
    filter: bool = False,  # noqa: A002 - what GraphQL clients call it
    description: str = "",
) -> Any:
    """Declare what an expression says of the row at the operation's instant; rows are found by it.

    The expression is the same wherever the value is shown, compared or acted on.
    """
    findable = Findable(filter=filter)
    return GuardedField(Derived(says), action, findable=findable, description=description or None)


@dataclass(frozen=True, slots=True)
class Derived(Planned, Compared, ReadBeside):
    """What an expression over the row's columns and the instant `:now` says of it."""

    says: Callable[[FromClause], ColumnElement[Any]]

    def is_required(self, columns: Columns | None) -> bool:
        """It is, on a row."""
        return columns is not None

    def plan(self, selected: Selected) -> None:
        """Answer the expression, masked as a column is."""
        mask, rows = selected.mask(), selected.rows
        says = self.says(rows.entity.table)
        show(selected, rows.item(("derived", selected.field.name), says), says, mask)

    def compared(self, rights: FilterCompiler, entity: Entity) -> OfRow:
        """Return the expression."""
        del rights, entity
        return self.says

    def beside(
        self, catalogue: Catalogue, decider: Decider, field: Field, fetch: Fetch
    ) -> Callable[[Sequence[Any]], Any]:
        """Select the expression."""
        del catalogue, decider
        at = fetch.item(("derived", field.name), self.says(fetch.entity.table))
        decode = decoder(field.definition.type)
        return lambda row: decode(row[at])
