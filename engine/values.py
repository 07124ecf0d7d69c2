"""From raw driver values to what an answer holds, by the leaf type of the field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from graphql import GraphQLEnumType, get_named_type, is_leaf_type, is_specified_scalar_type
from sqlalchemy import BigInteger

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLOutputType
    from sqlalchemy import ColumnElement

_AS_STORED = frozenset({"String", "Int", "ID", "Date"})
_OWN = frozenset({"DateTime", "Date"})
"""Scalars that GraphQL does not specify, and whose stored values are known to fit."""


class UnknownValueError(Exception):
    """A stored value that the schema does not know, as after a step back to an older version."""


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
    if named.name == "Date":
        return _nullable(date.fromisoformat)
    if named.name == "Boolean":
        return _nullable(bool)
    return as_stored


def encoder(graphql_type: GraphQLOutputType, column: ColumnElement[Any]) -> Callable[[Any], Any]:
    """Return the function from a stored value of a column to JSON: `serializer` after `decoder`.

    Where `may_be_unknown`, the function may raise UnknownValueError.
    """
    named = get_named_type(graphql_type)
    if isinstance(named, GraphQLEnumType):
        names = {getattr(v.value, "value", v.value): n for n, v in named.values.items()}
        return _nullable(_looked_up(names))
    if named.name in _AS_STORED and not may_be_unknown(graphql_type, column):
        return as_stored
    decode, serialize = decoder(graphql_type), serializer(graphql_type)
    if may_be_unknown(graphql_type, column):
        serialize = _attempted(serialize)
    return lambda raw: None if raw is None else serialize(decode(raw))


def may_be_unknown(graphql_type: GraphQLOutputType, column: ColumnElement[Any]) -> bool:
    """Tell whether a column can hold a value that its type does not know.

    A closed set can, a number that is larger than an Int, and a scalar with rules of its own.
    """
    named = get_named_type(graphql_type)
    if named.name == "Int":
        return isinstance(column.type, BigInteger)
    return not is_specified_scalar_type(named) and named.name not in _OWN


def serializer(graphql_type: GraphQLOutputType) -> Callable[[Any], Any]:
    """Return the function from a Python value to JSON, as the leaf type itself does it."""
    named = get_named_type(graphql_type)
    assert is_leaf_type(named)  # noqa: S101 - callers ask for leaves only
    return _nullable(named.coerce_output_value)


def _nullable(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def _looked_up(known: dict[Any, Any]) -> Callable[[Any], Any]:
    def look_up(raw: Any) -> Any:
        if raw not in known:
            raise UnknownValueError
        return known[raw]

    return look_up


def _attempted(serialize: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def attempt(value: Any) -> Any:
        try:
            made = serialize(value)
        except Exception as error:
            raise UnknownValueError from error
        if made is None:
            raise UnknownValueError
        return made

    return attempt


def as_stored(value: Any) -> Any:
    """Return a value that an answer holds as the database does."""
    return value
