"""Whether no row of a relation is in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.declare.guarded import GuardedField
from engine.declare.kinds import Findable
from engine.plain.kinds import ReadBeside
from engine.planning.absence import absence
from engine.planning.context import Planned
from engine.planning.filters import Compared
from engine.values import decoder

if TYPE_CHECKING:
    from engine.catalogue import Catalogue, Entity, Field
    from engine.decider import Decider
    from engine.declare.kinds import Columns
    from engine.planning.context import Selected
    from engine.planning.filters import FilterCompiler
    from engine.sql.row_query import Fetch
    from engine.sql.sort_order import OfRow


def none_of(action: str, relation: str, *, search: str | None = None, description: str = "") -> Any:
    """Declare whether no row of a relation of this type is in sight; rows are found by it too.

    The action is the relation's own.
    """
    findable = Findable(filter=True, search=(search,) if search else ())
    return GuardedField(
        NoneOf(relation), action, findable=findable, description=description or None
    )


@dataclass(frozen=True, slots=True)
class NoneOf(Planned, Compared, ReadBeside):
    """Whether no row of a relation, named as in Python, is in sight."""

    relation: str

    compared_as = bool

    def is_required(self, columns: Columns | None) -> bool:
        """It is, on a row."""
        return columns is not None

    def plan(self, selected: Selected) -> None:
        """Answer the expression, masked as a column is."""
        mask, planning = selected.mask(), selected.planning
        at = self._selected(planning.catalogue, planning.decider, selected.rows)
        if mask is None:
            selected.view.cell(selected.key, at, bool, None)
        else:
            selected.view.masked(selected.key, at, bool, mask, None)

    def compared(self, rights: FilterCompiler, entity: Entity) -> OfRow:
        """Return the expression."""
        return absence(rights.catalogue, rights.decider, rights.reach, entity, self.relation)

    def beside(
        self, catalogue: Catalogue, decider: Decider, field: Field, fetch: Fetch
    ) -> Callable[[Sequence[Any]], Any]:
        """Select the expression."""
        at, decode = self._selected(catalogue, decider, fetch), decoder(field.definition.type)
        return lambda row: decode(row[at])

    def _selected(self, catalogue: Catalogue, decider: Decider, fetch: Fetch) -> int:
        says = absence(catalogue, decider, fetch.reach, fetch.entity, self.relation)
        return fetch.item(("none", self.relation), says(fetch.entity.table))
