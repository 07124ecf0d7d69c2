"""Value types: plain Python objects that a selection turns into dictionaries."""

from __future__ import annotations

import logging
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_leaf_type

from engine.catalogue import strawberry_field
from engine.errors import Refusal, Withheld, internal_error
from engine.execution.completion import Completed, Fault, constant, fields, leaf, placed
from engine.execution.views import withheld_of

if TYPE_CHECKING:
    from graphql import FieldNode

    from engine.catalogue import Catalogue, Field
    from engine.documents.selections import Collector
    from engine.execution.completion import Complete

_LOG = logging.getLogger("fieldgate.engine")


class ValueView:
    """What one selection makes of the value of a field: of a type, a list of them, or a leaf."""

    def __init__(self, coordinate: str, node: FieldNode, complete: Complete) -> None:
        """Take where the field stands, and what completes its value."""
        self._coordinate = coordinate
        self._node = node
        self._complete = complete

    def of(self, value: Any) -> Any:
        """Return the value as the answer holds it, as Completed where it has a fault."""
        faults: list[Fault] = []
        made = self._complete(value, (), faults)
        if not faults:
            return made
        _LOG.error("A value does not fit its type.", exc_info=faults[0].reason)
        return Completed(made, self._coordinate, tuple(faults))

    def failed(self, error: Exception) -> Withheld:
        """Return what stands where a value could not be made."""
        if isinstance(error, Refusal):
            return withheld_of(error, self._coordinate, self._node)
        _LOG.error("A resolver failed.", exc_info=error)
        return internal_error(self._coordinate, self._node)


def value_view(
    catalogue: Catalogue, collector: Collector, place: Field, nodes: list[FieldNode]
) -> ValueView:
    """Return the view of a field that leads to a value type or a leaf."""
    kind = place.definition.type
    named = _named(catalogue, collector, kind, nodes)
    return ValueView(place.coordinate, nodes[0], placed(kind, named, nodes[0]))


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
