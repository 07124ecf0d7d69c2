"""What an operation may cost: the objects that it can load with the pages it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    value_from_ast_untyped,
)

from engine.arguments import FILTER
from engine.budget import TRANSPARENT, fragments_of, too_complex

if TYPE_CHECKING:
    from graphql import (
        DocumentNode,
        GraphQLSchema,
        OperationDefinitionNode,
        SelectionSetNode,
    )

    from engine.limits import Limits


_PAGE = frozenset({"first", "last"})
_IDS = "ids"
COSTLY = frozenset({*_PAGE, _IDS, FILTER})
"""The arguments that an operation's cost depends on."""


class Cost:
    """Counts the objects that one operation may load; needs a valid document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        limits: Limits,
        variables: Mapping[str, object],
    ) -> None:
        """Prepare for the coerced variables of one request."""
        self._schema = schema
        self._fragments = fragments_of(document)
        self._limits = limits
        self._variables = variables
        self._measured: dict[str, tuple[int, int]] = {}
        self._comparisons = 0
        self.visited = 0

    def check(self, operation: OperationDefinitionNode) -> None:
        """Raise RequestRefused QUERY_TOO_COMPLEX when the operation may load too much."""
        root = self._schema.get_root_type(operation.operation)
        if self._selection(operation.selection_set, root) > self._limits.cost:
            raise too_complex("cost", self._limits.cost)
        if self._comparisons > self._limits.comparisons:
            raise too_complex("comparisons", self._limits.comparisons)

    def _selection(self, selection_set: SelectionSetNode | None, parent: object) -> int:
        total = 0
        for node in selection_set.selections if selection_set else ():
            self.visited += 1
            if isinstance(node, FieldNode):
                total += self._field(node, parent)
            elif isinstance(node, FragmentSpreadNode):
                total += self._fragment(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                on = self._schema.get_type(condition.name.value) if condition else parent
                total += self._selection(node.selection_set, on)
        return total

    def _fragment(self, name: str) -> int:
        if name not in self._measured:
            fragment = self._fragments[name]
            on = self._schema.get_type(fragment.type_condition.name.value)
            before = self._comparisons
            cost = self._selection(fragment.selection_set, on)
            self._measured[name] = cost, self._comparisons - before
            return cost
        cost, comparisons = self._measured[name]
        self._comparisons += comparisons
        return cost

    def _field(self, node: FieldNode, parent: object) -> int:
        definition = getattr(parent, "fields", {}).get(node.name.value)
        if definition is None or not is_composite_type(get_named_type(definition.type)):
            return 0
        for argument in node.arguments or ():
            if argument.name.value == FILTER:
                given = value_from_ast_untyped(argument.value, dict(self._variables))
                self._comparisons += self._compared(given, 0)
        name = node.name.value
        below = self._selection(node.selection_set, get_named_type(definition.type))
        if name in TRANSPARENT and "pageInfo" in getattr(parent, "fields", {}):
            return below  # the connection above has counted its page
        if name == "node" and "cursor" in getattr(parent, "fields", {}):
            return below
        times = self._page(node)
        if times is None:
            times = 1
            if is_list_type(get_nullable_type(definition.type)):
                times = self._limits.assumed_list
        return times * (1 + below)

    def _compared(self, value: object, depth: int) -> int:
        """Return what a filter's comparisons cost to write: each as much as it lies deep."""
        if depth > self._limits.filter_depth:
            raise too_complex("filter depth", self._limits.filter_depth)
        if isinstance(value, Mapping):
            return sum(self._compared(below, depth + 1) for below in value.values())
        if isinstance(value, list) and any(isinstance(below, Mapping) for below in value):
            return sum(self._compared(below, depth) for below in value)
        return 0 if value is None else max(1, depth - 1)

    def _page(self, node: FieldNode) -> int | None:
        """Return the size of the page that a field asks for, within what a page may be."""
        for argument in node.arguments or ():
            if argument.name.value in _PAGE:
                value: object = None
                if isinstance(argument.value, VariableNode):
                    value = self._variables.get(argument.value.name.value)
                elif isinstance(argument.value, IntValueNode):
                    value = int(argument.value.value)
                if isinstance(value, int):
                    return max(1, min(value, self._limits.page))
            elif argument.name.value == _IDS:
                values = getattr(argument.value, "values", None)
                if isinstance(argument.value, VariableNode):
                    values = self._variables.get(argument.value.name.value)
                if isinstance(values, (list, tuple)):
                    return max(1, min(len(values), self._limits.page))
        return None
