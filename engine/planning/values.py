"""Values that are no rows: what completes an object of a value type, a list of them, or a leaf."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_leaf_type

from engine.catalogue import strawberry_field
from engine.execution.completion import constant, fields, leaf, placed
from engine.execution.static import ValueView

if TYPE_CHECKING:
    from graphql import FieldNode

    from engine.catalogue import Catalogue
    from engine.documents.selections import Collector
    from engine.execution.completion import Complete
    from engine.planning.context import Selected


def value_view(selected: Selected) -> ValueView:
    """Return the view of a field that leads to a value type or a leaf."""
    field, node, planning = selected.field, selected.node, selected.planning
    kind = field.definition.type
    named = _named(planning.catalogue, planning.collector, kind, selected.nodes)
    return ValueView(field.coordinate, node, placed(kind, named, node))


def _named(
    catalogue: Catalogue, collector: Collector, graphql_type: Any, nodes: list[FieldNode]
) -> Complete:
    named = get_named_type(graphql_type)
    if is_leaf_type(named):
        return leaf(named.coerce_output_value)
    owner = catalogue.type_named(named.name)
    found: dict[str, Complete] = {}
    for key, below in collector.fields(owner.name, nodes).items():
        name = below[0].name.value
        if name == "__typename":
            found[key] = constant(owner.name)
            continue
        definition = owner.fields[name]
        within = _named(catalogue, collector, definition.type, below)
        read = attrgetter(strawberry_field(definition).python_name)
        found[key] = placed(definition.type, within, below[0], read)
    return fields(found)
