"""From raw driver values to what an answer holds, by the leaf type of the field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from graphql import GraphQLEnumType, get_named_type, is_leaf_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLOutputType

_AS_STORED = frozenset({"String", "Int", "ID", "Float"})


class UnknownValueError(Exception):
    """A stored word that the schema does not know, as after a step back to an older version."""


def instant(milliseconds: int) -> datetime:
    """Return the moment of UTC epoch milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def decoder(graphql_type: GraphQLOutputType) -> Callable[[Any], Any]:
    """Return the function from a stored value to the Python value that Strawberry expects."""
    named = get_named_type(graphql_type)
    if isinstance(named, GraphQLEnumType):
        members = {value.value: value.value for value in named.values.values()}
        return _nullable(_looked_up({getattr(v, "value", v): v for v in members}))
    if named.name == "DateTime":
        return _nullable(instant)
    if named.name == "Boolean":
        return _nullable(bool)
    return _as_is


def encoder(graphql_type: GraphQLOutputType) -> Callable[[Any], Any]:
    """Return the function from a stored value to JSON: `serializer` after `decoder`."""
    named = get_named_type(graphql_type)
    if named.name in _AS_STORED:
        return _as_is
    decode, serialize = decoder(graphql_type), serializer(graphql_type)
    if isinstance(named, GraphQLEnumType):
        names = {getattr(v.value, "value", v.value): n for n, v in named.values.items()}
        return _nullable(_looked_up(names))
    return lambda raw: None if raw is None else serialize(decode(raw))


def may_be_unknown(graphql_type: GraphQLOutputType) -> bool:
    """Tell whether a type can meet a stored value that it does not know: a closed set can."""
    return isinstance(get_named_type(graphql_type), GraphQLEnumType)


def serializer(graphql_type: GraphQLOutputType) -> Callable[[Any], Any]:
    """Return the function from a Python value to JSON, as the leaf type itself does it."""
    named = get_named_type(graphql_type)
    assert is_leaf_type(named)  # noqa: S101 - callers ask for leaves only
    return _nullable(named.coerce_output_value)


def each(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the function that converts a value, or every item of a list of values."""
    return lambda value: (
        [convert(item) for item in value] if isinstance(value, (list, tuple)) else convert(value)
    )


def _nullable(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def _looked_up(known: dict[Any, Any]) -> Callable[[Any], Any]:
    def look_up(raw: Any) -> Any:
        if raw not in known:
            raise UnknownValueError
        return known[raw]

    return look_up


def _as_is(value: Any) -> Any:
    return value
