"""Field collection: which fields a selection asks of an object of one type, in answer order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, VariableNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphql import FragmentDefinitionNode, SelectionNode, SelectionSetNode

    from engine.catalogue import Catalogue

Collected = dict[str, list[FieldNode]]
"""The fields by response key; several nodes of one key have selections to be merged."""


class Collector:
    """Collects under the values of the variables in @skip and @include."""

    def __init__(
        self,
        catalogue: Catalogue,
        fragments: Mapping[str, FragmentDefinitionNode],
        switches: Mapping[str, object],
    ) -> None:
        """Take what decides whether a selection counts."""
        self._catalogue = catalogue
        self._fragments = fragments
        self._switches = switches

    def fields(self, type_name: str, nodes: Iterable[FieldNode]) -> Collected:
        """Return the fields below these nodes for an object of this type."""
        found: Collected = {}
        seen: set[str] = set()
        for node in nodes:
            self._selection(type_name, node.selection_set, found, seen)
        return found

    def root(self, type_name: str, selection_set: SelectionSetNode) -> Collected:
        """Return the fields of an operation."""
        found: Collected = {}
        self._selection(type_name, selection_set, found, set())
        return found

    def _selection(
        self,
        type_name: str,
        selection_set: SelectionSetNode | None,
        found: Collected,
        seen: set[str],
    ) -> None:
        for node in selection_set.selections if selection_set else ():
            if not self._counts(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
                continue
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in seen:
                    continue
                seen.add(name)
                fragment = self._fragments[name]
                on, below = fragment.type_condition.name.value, fragment.selection_set
            else:
                assert isinstance(node, InlineFragmentNode)  # noqa: S101 - the last kind there is
                on = node.type_condition.name.value if node.type_condition else type_name
                below = node.selection_set
            if self._catalogue.applies(on, type_name):
                self._selection(type_name, below, found, seen)

    def _counts(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            if directive.name.value in {"skip", "include"} and directive.arguments:
                value = directive.arguments[0].value
                if isinstance(value, VariableNode):
                    on = bool(self._switches[value.name.value])
                else:
                    on = bool(getattr(value, "value", False))
                if on == (directive.name.value == "skip"):
                    return False
        return True
