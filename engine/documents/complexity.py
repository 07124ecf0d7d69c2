"""Memoised passes over a document, before it is validated: how deep and wide it can expand.

Every definition is measured once, so a document is refused after a walk over its own nodes,
however often its fragments would expand.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
)

from engine.errors import refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from graphql import DocumentNode, SelectionNode, SelectionSetNode

    from engine.errors import RequestRefused
    from engine.limits import Limits

TRANSPARENT = frozenset({"edges", "node", "nodes"})
"""Fields of a connection that count neither as depth nor as lists of their own."""


INTROSPECTION = frozenset({"__schema", "__type"})
"""Fields that walk the schema, and can be asked for a few times only."""


Definition: TypeAlias = OperationDefinitionNode | FragmentDefinitionNode
Way: TypeAlias = "tuple[str, Way] | None"
"""A path by its first key and what follows, so that a longer one is made in one step."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection can expand to; `way` leads to its deepest field."""

    depth: int = 0
    roots: int = 0
    fields: int = 0
    aliases: int = 0
    introspections: int = 0
    way: Way = None

    def beside(self, other: Measure) -> Measure:
        """Return the measure of both, one after the other."""
        return Measure(
            max(self.depth, other.depth),
            self.roots + other.roots,
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.introspections + other.introspections,
            self.way if self.depth >= other.depth else other.way,
        )


_COUNTED = {
    "root fields": "roots",
    "aliases": "aliases",
    "fields": "fields",
    "introspections": "introspections",
}
"""By the name of a limit, what of a measure it is for, expanded fragments included."""
LONGEST_PATH = 300


def too_complex(
    what: str, limit: int, actual: int | None = None, told: str = "", **where: object
) -> RequestRefused:
    """Return the refusal of an operation that passes a limit, with the amount and the culprit.

    `told` ends the sentence, and `where` says the same to a program.
    """
    message = f"The operation passes the limit of {limit:,} for its {what}"
    message += f", with {actual:,}" if actual is not None else ""
    return refused(
        "QUERY_TOO_COMPLEX",
        f"{message}{told}.",
        reason=what.upper().replace(" ", "_"),
        limit=limit,
        actual=actual,
        **where,
    )


class Structure:
    """Measures a parsed document, before it is validated; needs neither schema nor variables."""

    def __init__(self, document: DocumentNode) -> None:
        """Find the definitions; nothing is measured yet."""
        self._fragments = fragments_of(document)
        self._operations = operations_of(document)
        self._measured: dict[str, Measure] = {}
        self._directives: Counter[str] = Counter()
        self._tokens = _tokens_of(document)
        self.visited = 0

    def check(self, limits: Limits) -> None:
        """Raise RequestRefused QUERY_TOO_COMPLEX naming the first limit that is passed."""
        for what, found, limit in (
            ("operations", len(self._operations), limits.operations),
            ("fragments", len(self._fragments), limits.fragments),
        ):
            if found > limit:
                raise too_complex(what, limit, found)
        # a fragment that nothing spreads is validated, too
        definitions: list[Definition] = [*self._operations, *self._fragments.values()]
        for definition in definitions:
            self._hold_one(definition, limits)
        merging = Merging(self._fragments, limits, 4 * self._tokens - self.visited)
        try:
            for definition in definitions:
                merging.check([(definition.selection_set, frozenset())])
        finally:
            self.visited += merging.visited

    def _hold_one(self, definition: Definition, limits: Limits) -> None:
        is_fragment = isinstance(definition, FragmentDefinitionNode)
        found = self._definition(definition)
        if found.depth > limits.depth:
            way = [f"...{definition.name.value}"] if is_fragment and definition.name else []
            path = _written((*way, *_keys(found.way)))
            raise too_complex("depth", limits.depth, found.depth, f" at {path}", field=path)
        for what, counted in _COUNTED.items():
            amount, limit = getattr(found, counted), getattr(limits, what.replace(" ", "_"))
            if amount > limit and not (what == "root fields" and is_fragment):
                most = self._most(definition.selection_set, counted)
                raise too_complex(what, limit, amount, f", most of it in {most}", field=most)
        if self._directives.total() > limits.directives:
            [(most, _)] = self._directives.most_common(1)
            told = f", counted where they stand in the document, most of them in {most}"
            amount = self._directives.total()
            raise too_complex("directives", limits.directives, amount, told, definition=most)

    def _most(self, selection_set: SelectionSetNode, counted: str) -> str:
        """Return the selection of a definition that a limit is passed by the most."""
        nodes = selection_set.selections
        return _named(max(nodes, key=lambda node: getattr(self._selected(node), counted)))

    def _definition(self, definition: Definition) -> Measure:
        """Measure a definition, whose directives are counted where they stand, and once."""
        name = _title(definition)
        if isinstance(definition, FragmentDefinitionNode):
            return self._fragment(definition.name.value)
        variables = definition.variable_definitions or ()
        self._count(name, definition, *variables)
        return self._selection(definition.selection_set, name)

    def _count(self, name: str, *nodes: Any) -> None:
        counted = sum(len(node.directives or ()) for node in nodes)
        if counted:
            self._directives[name] += counted

    def _selection(self, selection_set: SelectionSetNode | None, name: str = "") -> Measure:
        total = Measure()
        for node in selection_set.selections if selection_set else ():
            if name:
                self._count(name, node)
            total = total.beside(self._selected(node, name))
        return total

    def _selected(self, node: SelectionNode, name: str = "") -> Measure:
        """Measure one selection; with the name of a definition its directives count for that."""
        self.visited += 1
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        below = self._selection(getattr(node, "selection_set", None), name)
        if not isinstance(node, FieldNode):
            return below
        return Measure(
            below.depth + (node.name.value not in TRANSPARENT),
            1,
            below.fields + 1,
            below.aliases + (node.alias is not None),
            below.introspections + (node.name.value in INTROSPECTION),
            (_named(node), below.way),
        )

    def _fragment(self, name: str) -> Measure:
        if name not in self._measured:
            self._measured[name] = Measure()  # a cycle adds nothing: validation refuses it
            if name in self._fragments:
                fragment = self._fragments[name]
                self._count(_title(fragment), fragment)
                found = self._selection(fragment.selection_set, _title(fragment))
                self._measured[name] = found
        return self._measured[name]


def _title(definition: Definition) -> str:
    kind = (
        "fragment" if isinstance(definition, FragmentDefinitionNode) else definition.operation.value
    )
    name = f" {definition.name.value}" if definition.name else ""
    return f"{kind}{name}"[:LONGEST_PATH]


def _named(node: SelectionNode) -> str:
    """Return how a selection is called in a path: by its response key, or as a fragment."""
    if isinstance(node, FieldNode):
        return (node.alias or node.name).value[:LONGEST_PATH]
    return f"...{node.name.value}"[:LONGEST_PATH] if isinstance(node, FragmentSpreadNode) else "..."


def _keys(way: Way) -> Iterator[str]:
    while way is not None:
        key, way = way
        yield key


def _written(keys: Iterable[str]) -> str:
    """Return a path in dots, its end left out where it is very long."""
    path = ".".join(keys)
    return path if len(path) <= LONGEST_PATH else f"{path[:LONGEST_PATH]}…"


class Merging:
    """Counts the pairs of fields that share a response key at one place.

    Validation compares every such pair, so a key repeated n times costs n² there. The fields of a
    definition are bounded before, so expanding it here is, too.
    """

    def __init__(
        self, fragments: Mapping[str, FragmentDefinitionNode], limits: Limits, steps: int
    ) -> None:
        """Start with no pair counted, and a number of steps to take at most."""
        self._fragments = fragments
        self._limits = limits
        self._steps = steps
        self._pairs = 0
        self.visited = 0

    def check(self, places: Sequence[tuple[SelectionSetNode, frozenset[str]]]) -> None:
        """Raise RequestRefused QUERY_TOO_COMPLEX when too many fields would have to be merged.

        Each selection comes with the names of the fragments that it stands in, which it does not
        enter again: a cycle ends here, and validation refuses it.
        """
        by_key: dict[str, list[tuple[FieldNode, frozenset[str]]]] = {}
        for selection_set, inside in places:
            self._gather(selection_set, by_key, inside)
        for key, nodes in by_key.items():
            self._pairs += len(nodes) * (len(nodes) - 1) // 2
            if self._pairs > self._limits.merges:
                named, limit = key[:LONGEST_PATH], self._limits.merges
                told = f" or more: {named} is asked for {len(nodes):,} times at one place"
                raise too_complex("merges", limit, self._pairs, told, field=named)
            below = [(node.selection_set, inside) for node, inside in nodes if node.selection_set]
            if below:
                self.check(below)

    def _gather(
        self,
        selection_set: SelectionSetNode,
        by_key: dict[str, list[tuple[FieldNode, frozenset[str]]]],
        inside: frozenset[str],
    ) -> None:
        for node in selection_set.selections:
            if self.visited >= self._steps:
                raise too_complex("merges", self._limits.merges)
            self.visited += 1
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                by_key.setdefault(key, []).append((node, inside))
            elif isinstance(node, InlineFragmentNode):
                self._gather(node.selection_set, by_key, inside)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in inside:
                fragment = self._fragments.get(node.name.value)
                if fragment is not None:
                    self._gather(fragment.selection_set, by_key, inside | {node.name.value})


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Return the fragments of a document by name."""
    return {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    """Return the operations of a document in order."""
    return [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]


def _tokens_of(document: DocumentNode) -> int:
    """Return how many tokens a document was read from, its start and end left aside."""
    count = -2
    token = document.loc.start_token if document.loc else None
    while token is not None:
        count, token = count + 1, token.next
    return count
