"""Memoised passes over a document, before it is validated: how deep and wide it can expand.

Every definition is measured once, so a document is refused after a walk over its own nodes,
however often its fragments would expand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
)

from engine.errors import refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import DocumentNode, SelectionSetNode

    from engine.errors import RequestRefused
    from engine.limits import Limits

TRANSPARENT = frozenset({"edges", "node", "nodes"})
"""Fields of a connection that count neither as depth nor as lists of their own."""


INTROSPECTION = frozenset({"__schema", "__type"})
"""Fields that walk the schema, and can be asked for a few times only."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection can expand to."""

    depth: int = 0
    roots: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    introspections: int = 0

    def beside(self, other: Measure) -> Measure:
        """Return the measure of both, one after the other."""
        return Measure(
            max(self.depth, other.depth),
            self.roots + other.roots,
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.introspections + other.introspections,
        )


def too_complex(what: str, limit: int) -> RequestRefused:
    """Return the refusal of an operation that passes a limit."""
    message = f"The operation passes the limit of {limit} for its {what}."
    return refused("QUERY_TOO_COMPLEX", message, reason=what.upper().replace(" ", "_"))


class Structure:
    """Measures a parsed document, before it is validated; needs neither schema nor variables."""

    def __init__(self, document: DocumentNode) -> None:
        """Find the definitions; nothing is measured yet."""
        self._fragments = fragments_of(document)
        self._operations = operations_of(document)
        self._measured: dict[str, Measure] = {}
        self._tokens = _tokens_of(document)
        self.visited = 0

    def check(self, limits: Limits) -> None:
        """Raise RequestRefused QUERY_TOO_COMPLEX naming the first limit that is passed."""
        self._hold("operations", len(self._operations), limits.operations)
        self._hold("fragments", len(self._fragments), limits.fragments)
        for operation in self._operations:
            self._hold_one(operation, limits)
        for fragment in self._fragments.values():  # one that nothing spreads is validated, too
            self._hold_one(fragment, limits)
        merging = Merging(self._fragments, limits, 4 * self._tokens - self.visited)
        try:
            for definition in (*self._operations, *self._fragments.values()):
                merging.check([(definition.selection_set, frozenset())])
        finally:
            self.visited += merging.visited

    def _hold_one(
        self, definition: OperationDefinitionNode | FragmentDefinitionNode, limits: Limits
    ) -> None:
        found = self._selection(definition.selection_set)
        self._hold("depth", found.depth, limits.depth)
        if isinstance(definition, OperationDefinitionNode):
            self._hold("root fields", found.roots, limits.root_fields)
        self._hold("aliases", found.aliases, limits.aliases)
        directives = found.directives + len(definition.directives or ())
        self._hold("directives", directives, limits.directives)
        self._hold("fields", found.fields, limits.fields)
        self._hold("introspections", found.introspections, limits.introspections)

    @staticmethod
    def _hold(what: str, found: int, limit: int) -> None:
        if found > limit:
            raise too_complex(what, limit)

    def _selection(self, selection_set: SelectionSetNode | None) -> Measure:
        total = Measure()
        for node in selection_set.selections if selection_set else ():
            self.visited += 1
            if isinstance(node, FragmentSpreadNode):
                found = self._fragment(node.name.value)
            elif isinstance(node, FieldNode):
                below = self._selection(node.selection_set)
                found = Measure(
                    below.depth + (node.name.value not in TRANSPARENT),
                    1,
                    below.fields + 1,
                    below.aliases + (node.alias is not None),
                    below.directives,
                    below.introspections + (node.name.value in INTROSPECTION),
                )
            else:
                found = self._selection(getattr(node, "selection_set", None))
            total = total.beside(found).beside(Measure(directives=len(node.directives or ())))
        return total

    def _fragment(self, name: str) -> Measure:
        if name not in self._measured:
            self._measured[name] = Measure()  # a cycle adds nothing: validation refuses it
            if name in self._fragments:
                self._measured[name] = self._selection(self._fragments[name].selection_set)
        return self._measured[name]


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
        for nodes in by_key.values():
            self._pairs += len(nodes) * (len(nodes) - 1) // 2
            if self._pairs > self._limits.merges:
                raise too_complex("merges", self._limits.merges)
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
