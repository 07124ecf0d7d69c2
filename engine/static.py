"""Value types: plain Python objects that a selection turns into dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_leaf_type

from engine.catalogue import strawberry_field
from engine.values import serializer

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import FieldNode, GraphQLObjectType

    from engine.catalogue import Catalogue
    from engine.collect import Collector


@dataclass(slots=True)
class ValueView:
    """What one selection makes of a value, a list of values, or a leaf."""

    entries: list[tuple[str, str | None, Callable[[Any], Any]]] = field(default_factory=list)
    leaf: Callable[[Any], Any] | None = None

    def of(self, value: Any) -> Any:
        """Return the value as the answer holds it."""
        if value is None:
            return None
        if isinstance(value, (list, tuple)):
            return [self.of(item) for item in value]
        if self.leaf is not None:
            return self.leaf(value)
        return {
            key: show(getattr(value, name) if name is not None else None)
            for key, name, show in self.entries
        }


def value_view(
    catalogue: Catalogue, collector: Collector, graphql_type: Any, nodes: list[FieldNode]
) -> ValueView:
    """Return the view of a field that leads to a value type or a leaf."""
    named = get_named_type(graphql_type)
    if is_leaf_type(named):
        return ValueView(leaf=serializer(named))
    view = ValueView()
    owner: GraphQLObjectType = catalogue.type_named(named.name)  # type: ignore[assignment]
    for key, below in collector.fields(owner.name, nodes).items():
        name = below[0].name.value
        if name == "__typename":
            view.entries.append((key, None, _constant(owner.name)))
            continue
        definition = owner.fields[name]
        child = value_view(catalogue, collector, definition.type, below)
        view.entries.append((key, strawberry_field(definition).python_name, child.of))
    return view


def _constant(text: str) -> Callable[[Any], Any]:
    return lambda _value: text
