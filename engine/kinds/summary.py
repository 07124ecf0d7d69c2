"""An embedded summary: what a row shows of another row, which may itself be out of sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from graphql import get_named_type

from engine.catalogue import shown_column, strawberry_field
from engine.declare.guarded import GuardedField
from engine.declare.kinds import OfAnother
from engine.execution.completion import constant, fields, leaf, placed
from engine.execution.static import ValueView
from engine.plain.kinds import ReadBeside
from engine.planning.context import Planned

if TYPE_CHECKING:
    from db.base import Base
    from engine.catalogue import Catalogue, Field
    from engine.decider import Decider
    from engine.declare.kinds import Columns
    from engine.execution.completion import Complete
    from engine.execution.hints import Row
    from engine.planning.context import Selected
    from engine.sql.row_query import Fetch

_NONE: Mapping[str, str] = MappingProxyType({})


def card(
    action: str,
    *,
    on: str,
    of: type[Base],
    sort: Mapping[str, str] = _NONE,
    description: str = "",
) -> Any:
    """Declare what this row shows, under its own action, of the row that column `on` points at.

    The field's type is a @value whose fields are columns of the model `of`. Rows can be sorted by
    those that `sort` gives the column for.
    """
    return GuardedField(Card(on, of, sort), action, description=description or None)


@dataclass(frozen=True, slots=True)
class Card(OfAnother, Planned, ReadBeside):
    """What a row shows of the row of `model` that column `on` points at, as a value of its own.

    `sort` gives the column that rows are sorted by for each field of it that they can be.
    """

    on: str
    model: type[Base]
    sort: Mapping[str, str]

    def is_required(self, columns: Columns | None) -> bool:
        """It is where the row always points at another."""
        return columns is not None and not columns[self.on].nullable

    def sort_keys(self) -> Mapping[str, str]:
        """Return the columns of the other row that rows are sorted by."""
        return self.sort

    def sorted_by(self, below: str) -> str:
        """Return the column of the other row for a key below the field."""
        return self.sort[below]

    def plan(self, selected: Selected) -> None:
        """Answer the summary where the mask opens it, null where the row points at nothing."""
        mask = selected.mask()
        selected.view.made(selected.key, self._summarised(selected), mask)

    def _summarised(self, selected: Selected) -> Callable[[Row], Any]:
        catalogue, field, rows = selected.planning.catalogue, selected.field, selected.rows
        kind, of = field.definition.type, catalogue.type_named(field.target)
        found: dict[str, Complete] = {}
        for key, below in selected.collected(of.name).items():
            name = below[0].name.value
            if name == "__typename":
                found[key] = constant(of.name)
                continue
            definition = of.fields[name]
            read = _decoded(
                rows.card(self.on, self.model, shown_column(definition)),
                catalogue.card_decoder(self.model, definition),
            )
            within = leaf(get_named_type(definition.type).coerce_output_value)
            found[key] = placed(definition.type, within, below[0], read)
        node = selected.node
        values = ValueView(field.coordinate, node, placed(kind, fields(found), node))
        present = rows.card(self.on, self.model, "id")
        return lambda row: None if row[present] is None else values.of(row)

    def beside(
        self, catalogue: Catalogue, decider: Decider, field: Field, fetch: Fetch
    ) -> Callable[[Sequence[Any]], Any]:
        """Select all that the other row shows."""
        del decider
        columns: dict[str, tuple[int, Callable[[Any], Any]]] = {}
        for definition in catalogue.type_named(field.target).fields.values():
            name = strawberry_field(definition).python_name
            read = catalogue.card_decoder(self.model, definition)
            columns[name] = (fetch.card(self.on, self.model, shown_column(definition)), read)
        present = fetch.card(self.on, self.model, "id")

        def read_row(row: Sequence[Any]) -> _Summary | None:
            if row[present] is None:
                return None
            return _Summary({n: partial(read, row[at]) for n, (at, read) in columns.items()})

        return read_row


def _decoded(at: int, decode: Callable[[Any], Any]) -> Callable[[Row], Any]:
    return lambda row: decode(row[at])


class _Summary:
    """A summary on the plain path: each column under its name, decoded when it is read."""

    def __init__(self, columns: Mapping[str, Callable[[], Any]]) -> None:
        """Take how each column is read."""
        self._columns = columns

    def __getattr__(self, name: str) -> Any:
        """Return a column's value."""
        if name not in self._columns:
            raise AttributeError(name)
        return self._columns[name]()
