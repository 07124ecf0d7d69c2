"""Every filter and every order of the schema's lists, found by their types, with values of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
)

from canary.pages import List

Values = Callable[[str, str], list[Any]]
"""The values that a field of a type shows, for rows in sight and for others."""

ITSELF = ("and", "or", "not")
THROUGH = 2
"""How many relations a filter goes through at most."""


def arguments_of(listed: List) -> dict[str, GraphQLInputObjectType]:
    """Return the arguments of a list that are input objects: its filter, its order."""
    return {
        name: get_named_type(argument.type)
        for name, argument in listed.field.args.items()
        if is_input_object_type(get_named_type(argument.type))
    }


def given_values(listed: List, argument: str, values: Values) -> Iterator[Any]:
    """Yield a value for each thing that can be said in an argument, one thing at a time."""
    kind = listed.field.args[argument].type
    named = get_named_type(kind)
    said = _filters if set(ITSELF) <= named.fields.keys() else _orders
    for one in said(named, listed, values):
        yield [one] if is_list_type(get_nullable_type(kind)) else one


def _filters(named: GraphQLInputObjectType, listed: List, values: Values) -> Iterator[Any]:
    found = list(
        _through(named, listed.grower.schema.type_map[listed.node], listed, values, THROUGH)
    )
    yield from found
    for one in found[:3]:
        yield {"not": one}
        yield {"and": [one, found[-1]]}
        yield {"or": [one, {"not": one}]}
    yield {"and": []}
    yield {"or": []}
    yield {}


def _through(
    named: GraphQLInputObjectType, type_: Any, listed: List, values: Values, depth: int
) -> Iterator[dict[str, Any]]:
    for name, field in named.fields.items():
        below = get_named_type(field.type)
        if name in ITSELF:
            continue
        if name == "some":
            for one in _through(below, type_, listed, values, depth):
                yield {name: one}
        elif not is_input_object_type(below):  # true or false, as it stands
            yield from ({name: said} for said in (True, False))
        elif _is_leaf(below):
            for operation in _operations(below, values(type_.name, name)):
                yield {name: operation}
        elif depth and name in type_.fields:
            related = _rows(get_named_type(type_.fields[name].type))
            for one in _through(below, related, listed, values, depth - 1):
                yield {name: one}


def _rows(named: Any) -> Any:
    """Return the type of the rows behind a relation, be it a list, a connection or one row."""
    return get_named_type(named.fields["nodes"].type) if "nodes" in named.fields else named


def _is_leaf(named: Any) -> bool:
    return is_input_object_type(named) and bool({"eq", "isNull"} & named.fields.keys())


def _operations(leaf: GraphQLInputObjectType, values: list[Any]) -> Iterator[dict[str, Any]]:
    for operator, field in leaf.fields.items():
        if operator == "isNull":
            yield {operator: True}
            yield {operator: False}
        elif operator == "in":
            yield {operator: [_fitting(field, value) for value in values]}
            yield {operator: []}
        elif operator in ("contains", "startsWith"):
            yield from ({operator: str(value)[:5]} for value in values[:1])
        else:
            yield from ({operator: _fitting(field, value)} for value in values)


def _fitting(field: GraphQLInputField, value: Any) -> Any:
    """Return a value that an operator takes: as it is, for whatever a field shows fits it."""
    named = get_named_type(field.type)
    if isinstance(named, GraphQLEnumType) and value not in named.values:
        return next(iter(named.values))
    return value


def _orders(named: GraphQLInputObjectType, _listed: List, _values: Values) -> Iterator[Any]:
    """Yield every way to fill an input of enums: each key, each direction."""
    ways: list[dict[str, str]] = [{}]
    for name, field in named.fields.items():
        words = list(get_named_type(field.type).values)
        ways = [{**way, name: word} for way in ways for word in words]
    yield from ways
