"""Filter inputs, made from the fields of a type that say that rows can be found by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from strawberry.types.base import StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition

from engine.declare.guarded import GuardedField
from engine.declare.inputs import INHERITED, graphql_name_of, make_input
from engine.declare.kinds import Relation

_NONE: Mapping[str, type] = MappingProxyType({})
_COMPARED = ("eq", "lt", "lte", "gt", "gte")


def filter_input(kind: type, *, through: Mapping[str, type] = _NONE) -> type:
    """Return the filter of a type's rows, `<Type>Filter`.

    It has a key for each field declared with `filter`, for each relation of `through` (by its
    Python name, with the filter of the type it leads to), and `and`, `or`, `not`. It has to be
    assigned under its own name in the module of the type.
    """
    definition = kind.__strawberry_definition__  # type: ignore[attr-defined]
    name = f"{definition.name}Filter"
    fields: dict[str, tuple[Any, Mapping[str, Any]]] = {
        "and": (f"list[{name}]", INHERITED),
        "or": (f"list[{name}]", INHERITED),
        "not": (name, INHERITED),
    }
    for declared in definition.fields:
        if not isinstance(declared, GuardedField):
            continue
        rule = {"action": declared.action, "search": declared.findable.search}
        if declared.python_name in through:
            related = through[declared.python_name]
            many = isinstance(declared.kind, Relation) and not declared.kind.single
            fields[graphql_name_of(declared)] = (_some(related) if many else related, rule)
        elif declared.findable.filter:
            fields[graphql_name_of(declared)] = (_leaf(definition.name, declared), rule)
    return make_input(name, kind.__module__, f"Which rows of {definition.name}.", fields)


def _leaf(owner: str, declared: GuardedField) -> type:
    kind: Any = declared.type
    if declared.kind.compared_as is not None:
        return declared.kind.compared_as
    while isinstance(kind, StrawberryOptional):
        kind = kind.of_type
    if isinstance(kind, StrawberryEnumDefinition):
        return _words(f"{kind.name}Filter", kind.wrapped_cls)
    if kind is str:
        return _text() if declared.findable.folded else _words("WordFilter", str)
    if kind not in _LEAVES:
        name = f"{owner}.{graphql_name_of(declared)}"
        message = f"{name} is of a type that rows cannot be found by: {kind!r}."
        raise TypeError(message)
    leaf: type = _LEAVES[kind]()
    return leaf


@cache
def _some(related: type) -> type:
    name = related.__strawberry_definition__.name  # type: ignore[attr-defined]
    described = "Rows that hang on this one and that you may see."
    return make_input(f"Some{name}", __name__, described, {"some": (related, INHERITED)})


@cache
def _words(name: str, kind: Any) -> type:
    return _operators(name, {"eq": kind, "in": list[kind], "isNull": bool})


@cache
def _text() -> type:
    found = {"contains": str, "startsWith": str}
    return _operators("TextFilter", {"eq": str, "in": list[str], **found, "isNull": bool})


@cache
def _ordered(name: str, kind: Any) -> type:
    return _operators(name, {**dict.fromkeys(_COMPARED, kind), "in": list[kind], "isNull": bool})


@cache
def _flag() -> type:
    return _operators("BooleanFilter", {"eq": bool, "isNull": bool})


def _operators(name: str, operators: Mapping[str, Any]) -> type:
    described = "What a value is compared with; all of it must hold."
    fields = {operator: (kind, INHERITED) for operator, kind in operators.items()}
    return make_input(name, __name__, described, fields)


_LEAVES: dict[Any, Any] = {
    int: lambda: _ordered("IntFilter", int),
    date: lambda: _ordered("DateFilter", date),
    datetime: lambda: _ordered("DateTimeFilter", datetime),
    bool: _flag,
}
