"""What a plan may know of variables: their shape, never what they are compared with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError
from graphql.execution.values import VariableValues, get_argument_values

from engine.errors import Refusal

if TYPE_CHECKING:
    from graphql import FieldNode

    from engine.catalogue import Field


FILTER = "filter"
"""The argument that holds a filter."""


class Refused(Exception):
    """An argument, a filter's key or a sort key that no role of the caller's opens."""

    def __init__(self, coordinate: str, action: str, argument: str) -> None:
        """Keep the field, the action that is missing and the argument's dotted name."""
        super().__init__(argument)
        self.coordinate = coordinate
        self.action = action
        self.argument = argument


class Operand:
    """Stands for a scalar in the shape of a variable: its value is a parameter of statements."""


OPERAND = Operand()


def shapes_of(variables: VariableValues) -> VariableValues:
    """Return coerced variables with only what a plan may know of them."""
    return VariableValues(variables.sources, shaped(variables.coerced))


def shaped(value: object) -> Any:
    """Return a coerced variable with every scalar that only a statement needs left out."""
    if isinstance(value, Mapping):
        return {key: shaped(item) for key, item in value.items()}
    if isinstance(value, list):
        if not value or any(isinstance(item, (Mapping, list)) for item in value):
            return [shaped(item) for item in value]
        return [OPERAND]
    if value is None or isinstance(value, (bool, Enum)):
        return value
    return OPERAND


def size(value: object) -> int:
    """Return how many values a coerced variable holds."""
    below: Iterable[object] = ()
    if isinstance(value, Mapping):
        below = value.values()
    elif isinstance(value, list):
        below = value
    return 1 + sum(map(size, below))


def holds_more(value: object, most: int) -> bool:
    """Tell whether `size` is more than `most`, of a value that may be far larger."""
    found, waiting = 1, [value]
    while waiting and found <= most:
        each = waiting.pop()
        below = each.values() if isinstance(each, Mapping) else each
        if isinstance(below, Collection) and not isinstance(below, str):
            found += len(below)
            waiting.extend(below)
    return found > most


def frozen(shape: object) -> object:
    """Return a shape as a part of a key: equal for equal shapes, and different for others."""
    if isinstance(shape, Mapping):
        return ("{", *((key, frozen(item)) for key, item in shape.items()), "}")
    if isinstance(shape, list):
        return ("[", *map(frozen, shape), "]")
    return shape if not isinstance(shape, bool) else ("bool", shape)


def arguments_of(place: Field, node: FieldNode, variables: VariableValues) -> dict[str, Any]:
    """Return the coerced arguments of a field, or raise Refusal BAD_USER_INPUT."""
    try:
        return get_argument_values(place.definition, node, variables, hide_suggestions=True)
    except GraphQLError as error:
        raise Refusal("BAD_USER_INPUT", error.message) from error
