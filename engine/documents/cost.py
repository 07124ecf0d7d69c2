"""What an operation may cost: the objects that it can load, and what its filters compare.

A page costs its objects. A filter costs each of its comparisons once for each page that it is put
to and each path that rows may be in scope by, since a database may have to put every row there to
it, however few the page holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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

from engine.documents.complexity import LONGEST_PATH, TRANSPARENT, fragments_of, too_complex
from engine.documents.variables import FILTER

if TYPE_CHECKING:
    from graphql import (
        DocumentNode,
        FragmentDefinitionNode,
        GraphQLSchema,
        OperationDefinitionNode,
        SelectionSetNode,
    )

    from engine.errors import RequestRefused
    from engine.limits import Limits


_PAGE = frozenset({"first", "last"})
_IDS = "ids"
COSTLY = frozenset({*_PAGE, _IDS, FILTER})
"""The arguments that an operation's cost depends on."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A field of the document that leads to objects, and what it costs where it stands."""

    node: FieldNode
    owner: str
    kind: object
    argument: str
    """The argument that says how many, if there is one."""
    times: int
    each: int
    compared: int
    """What its filter costs."""

    @property
    def cost(self) -> int:
        return self.times * self.each + self.compared

    def fitting(self, over: int, times: int) -> tuple[str, int, int] | None:
        """Return argument and size of its page, and the size by which so much too much would fit.

        `times` is how often the field is asked for.
        """
        if self.argument not in _PAGE:
            return None
        size = self.times - -(-over // (times * self.each))
        return (self.argument, self.times, size) if size > 0 else None


@dataclass(frozen=True, slots=True)
class _Dear:
    """A dear field as a refusal names it."""

    path: str
    place: _Place
    cost: int

    @property
    def named(self) -> str:
        return f"{self.path} ({self.coordinate})"

    @property
    def coordinate(self) -> str:
        return f"{self.place.owner}.{self.place.node.name.value}"

    @property
    def where(self) -> dict[str, object]:
        return {"field": self.path, "coordinate": self.coordinate, "fieldCost": self.cost}


class Cost:
    """Counts what one operation may load and compare; needs a valid document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        limits: Limits,
        variables: Mapping[str, object],
        paths: int = 1,
    ) -> None:
        """Prepare for the coerced variables of one request, and by how many paths rows may lie."""
        self._paths = paths
        self._schema = schema
        self._fragments = fragments_of(document)
        self._limits = limits
        self._variables = variables
        self._measured: dict[str, tuple[int, int]] = {}
        self._comparisons = 0
        self._compared_by: Counter[str] = Counter()
        self._places: dict[tuple[int, str], _Place] = {}
        self.visited = 0

    def check(self, operation: OperationDefinitionNode) -> None:
        """Raise RequestRefused QUERY_TOO_COMPLEX when the operation may load too much."""
        root = self._schema.get_root_type(operation.operation)
        total = self._selection(operation.selection_set, root)
        if total > self._limits.cost:
            raise self._too_dear(operation.selection_set, root, total)
        if self._comparisons > self._limits.comparisons:
            most, field = max((n, at) for at, n in self._compared_by.items())
            told = f", {most:,} of them for {field}"
            raise too_complex(
                "comparisons", self._limits.comparisons, self._comparisons, told, field=field
            )

    def _too_dear(
        self, selection_set: SelectionSetNode, root: object, total: int
    ) -> RequestRefused:
        """Return the refusal of an operation, with its dearest field and the page that would fit.

        The dearest field is looked for from the root downward, until one is met whose page can be
        made so small that the operation fits.
        """
        limit, over = self._limits.cost, total - self._limits.cost
        dearest: _Dear | None = None
        times, path = 1, ""
        place = self._dearest(selection_set, root)
        while place is not None:
            path = f"{path}.{_key(place.node)}".removeprefix(".")[:LONGEST_PATH]
            here = _Dear(path, place, times * place.cost)
            dearest = dearest or here
            fitting = place.fitting(over, times)
            if fitting is not None:
                name, asked, size = fitting
                told = f". The dearest field is {here.named}, which costs {here.cost:,} with "
                told += f"{name}: {asked:,}; {name}: {size:,} would fit"
                more = {f"suggested{name.capitalize()}": size}
                return too_complex("cost", limit, total, told, **here.where, **more)
            times *= place.times
            place = self._dearest(place.node.selection_set, place.kind)
        if dearest is None:
            return too_complex("cost", limit, total)
        told = f". The dearest field is {dearest.named}, which costs {dearest.cost:,}"
        return too_complex("cost", limit, total, told, **dearest.where)

    def _dearest(self, selection_set: SelectionSetNode | None, parent: object) -> _Place | None:
        """Return the dearest field of a selection, whose fields have been measured."""
        places = (self._places[key] for key in self._keys(selection_set, parent))
        return max(places, key=lambda place: place.cost, default=None)

    def _keys(
        self, selection_set: SelectionSetNode | None, parent: object
    ) -> Iterator[tuple[int, str]]:
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                key = (id(node), getattr(parent, "name", ""))
                if key in self._places:
                    yield key
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                yield from self._keys(fragment.selection_set, self._on(fragment, parent))
            elif isinstance(node, InlineFragmentNode):
                yield from self._keys(node.selection_set, self._on(node, parent))

    def _on(self, node: FragmentDefinitionNode | InlineFragmentNode, parent: object) -> object:
        """Return the type that a fragment stands on."""
        condition = node.type_condition
        return self._schema.get_type(condition.name.value) if condition else parent

    def _selection(self, selection_set: SelectionSetNode | None, parent: object) -> int:
        total = 0
        for node in selection_set.selections if selection_set else ():
            self.visited += 1
            if isinstance(node, FieldNode):
                total += self._field(node, parent)
            elif isinstance(node, FragmentSpreadNode):
                total += self._fragment(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                total += self._selection(node.selection_set, self._on(node, parent))
        return total

    def _fragment(self, name: str) -> int:
        if name not in self._measured:
            fragment = self._fragments[name]
            on = self._on(fragment, None)
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
        compared = 0
        for argument in node.arguments or ():
            if argument.name.value == FILTER:
                at = f"{getattr(parent, 'name', '')}.{node.name.value}"
                given = value_from_ast_untyped(argument.value, dict(self._variables))
                compared = self._compared(given, 0, at)
                self._comparisons += compared
                self._compared_by[at] += compared
        name, kind = node.name.value, get_named_type(definition.type)
        below = self._selection(node.selection_set, kind)
        by, times, own = "", 1, 1
        if name in TRANSPARENT and {"pageInfo", "cursor"} & getattr(parent, "fields", {}).keys():
            own = 0  # the connection above has counted its page
        else:
            page = self._page(node)
            if page is not None:
                by, times = page
            elif definition.args.keys() >= _PAGE:
                by, times = "first", self._limits.page_without_size
            elif is_list_type(get_nullable_type(definition.type)):
                times = self._limits.assumed_list
        place = _Place(
            node, getattr(parent, "name", ""), kind, by, times, own + below, compared * self._paths
        )
        self._places[id(node), place.owner] = place
        return place.cost

    def _compared(self, value: object, depth: int, at: str) -> int:
        """Return what a filter's comparisons cost to write: each as much as it lies deep."""
        if depth > self._limits.filter_depth:
            told = f" or more, in the filter of {at}"
            raise too_complex("filter depth", self._limits.filter_depth, depth, told, field=at)
        if isinstance(value, Mapping):
            return sum(self._compared(below, depth + 1, at) for below in value.values())
        if isinstance(value, list) and any(isinstance(below, Mapping) for below in value):
            return sum(self._compared(below, depth, at) for below in value)
        return 0 if value is None else max(1, depth - 1)

    def _page(self, node: FieldNode) -> tuple[str, int] | None:
        """Return by which argument a field asks for how many, within what a page may be."""
        for argument in node.arguments or ():
            if argument.name.value in _PAGE:
                value: object = None
                if isinstance(argument.value, VariableNode):
                    value = self._variables.get(argument.value.name.value)
                elif isinstance(argument.value, IntValueNode):
                    value = int(argument.value.value)
                if isinstance(value, int):
                    return argument.name.value, max(1, min(value, self._limits.page))
            elif argument.name.value == _IDS:
                values = getattr(argument.value, "values", None)
                if isinstance(argument.value, VariableNode):
                    values = self._variables.get(argument.value.name.value)
                if isinstance(values, (list, tuple)):
                    return _IDS, max(1, min(len(values), self._limits.page))
        return None


def _key(node: FieldNode) -> str:
    return (node.alias or node.name).value[:LONGEST_PATH]
