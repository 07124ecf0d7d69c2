"""What the arguments of a connection or an aggregate ask for: which rows, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from authz.decision import Never
from engine.documents.meaning import filter_of
from engine.documents.variables import FILTER, Refused, arguments_of
from engine.errors import Refusal, Withheld
from engine.planning.filters import FilterCompiler
from engine.planning.ordering import ORDER, Ordering
from engine.sql.operands import Filter
from engine.sql.row_query import Fetch, Summed
from engine.sql.sort_order import Order, by_columns

if TYPE_CHECKING:
    from graphql import FieldNode
    from graphql.execution.values import VariableValues

    from engine.catalogue import Catalogue, Field
    from engine.decider import Decider


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a choice makes of a connection: the rows in scope of an action too, or none at all.

    It is empty, and nothing is refused, where no role of the caller's can have such rows.
    """

    action: str | None = None
    empty: bool = False

    @property
    def narrowing(self) -> str | None:
        """The action that rows have to be in scope of besides, if there is one."""
        return None if self.empty else self.action


class Finder:
    """Compiles the arguments of one operation, from the shapes of its variables alone."""

    def __init__(self, catalogue: Catalogue, decider: Decider, shapes: VariableValues) -> None:
        """Take what decides; `shapes` holds the variables without what statements bind."""
        self._catalogue = catalogue
        self._decider = decider
        self._shapes = shapes

    def chosen(self, place: Field, node: FieldNode) -> Chosen:
        """Return what the word of a choice narrows a connection to."""
        choice = place.guarded.choice
        if choice is None:
            return Chosen()
        try:
            given = arguments_of(place, node, self._shapes)
        except Refusal:  # said again when the field is asked
            return Chosen()
        word = getattr(given[choice.argument], "value", given[choice.argument])
        action = choice.narrowing.get(word)
        if action is None or not self._refused(action):
            return Chosen(action)
        others = [w.value for w in choice.kind if not self._refused(choice.narrowing.get(w.value))]
        self._decider.notes.hint(place.coordinate, choice.argument, word, others)
        return Chosen(action, empty=True)

    def _refused(self, action: str | None) -> bool:
        return action is not None and isinstance(self._decider.decide(action), Never)

    def filtered(self, place: Field, node: FieldNode, fetch: Fetch) -> Filter | Withheld:
        """Return the filter, or why it is refused."""
        found = self.found(place, node, fetch, ())
        return found if isinstance(found, Withheld) else found[1]

    def summed(self, place: Field, column: str, fetch: Fetch) -> Summed:
        """Return a column to be summed, over the rows on which its field may be read."""
        compiler = FilterCompiler(self._catalogue, self._decider, fetch.reach, place.coordinate)
        return Summed(column, compiler.needed(place, fetch.rows))

    def found(
        self, place: Field, node: FieldNode, fetch: Fetch, order: tuple[str, ...]
    ) -> tuple[Order, Filter] | Withheld:
        """Return order and filter, or why an argument is refused."""
        compiler = FilterCompiler(self._catalogue, self._decider, fetch.reach, place.coordinate)
        default = by_columns(order)
        if order and order[0] not in fetch.entity.table.c:  # what all who read the rows see
            value = {"field": order[0], "direction": "ASC"}
            default = Ordering(compiler).compile(fetch.entity, value, fetch.rows)
        if not place.definition.args.keys() & {FILTER, ORDER}:
            return default, Filter()
        try:
            given = arguments_of(place, node, self._shapes)
        except Refusal:  # said again, and then of the values themselves, when the field is asked
            return default, Filter()
        try:
            filtered, ordered = Filter(), default
            asked = filter_of(given)
            if asked:
                filtered = compiler.compile(fetch.entity, asked, fetch.rows)
            if given.get(ORDER) is not None:
                ordered = Ordering(compiler).compile(fetch.entity, given[ORDER], fetch.rows)
        except Refused as refused:
            return self._decider.refused(
                place.coordinate, refused.action, node, argument=refused.argument
            )
        return ordered, filtered
