"""Order inputs: the keys that the rows of a type can be sorted by, and the direction."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from engine.declare.guarded import GuardedField
from engine.declare.inputs import INHERITED, graphql_name_of

_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@strawberry.enum
class OrderDirection(Enum):
    """Up or down; rows without a key that you may read come last either way."""

    ASC = "ASC"
    DESC = "DESC"


def order_input(kind: type, *, through: Mapping[str, tuple[str, ...]] = _NONE) -> type:
    """Return the order of a type's rows, `<Type>Order`.

    Its keys are the fields declared with `sort`, and those of the types that relations to one row
    lead to: `through` has their Python names by the relation's. A field of a card is a key by its
    own name.
    """
    definition = kind.__strawberry_definition__  # type: ignore[attr-defined]
    keys = {}
    for declared in definition.fields:
        if not isinstance(declared, GuardedField):
            continue
        if declared.findable.sort:
            keys[declared.python_name.upper()] = graphql_name_of(declared)
        for below in declared.kind.sort_keys():
            keys[below.upper()] = f"{graphql_name_of(declared)}.{to_camel_case(below)}"
        for below in through.get(declared.python_name, ()):
            name = f"{declared.python_name}_{below}".upper()
            keys[name] = f"{graphql_name_of(declared)}.{to_camel_case(below)}"
    if not keys:
        message = f"{definition.name} has no field that says it can be sorted by."
        raise TypeError(message)
    choices: Any = Enum(f"{definition.name}OrderField", keys)  # type: ignore[misc]
    field = strawberry.enum(choices, description=f"What {definition.name} can be sorted by.")
    namespace = {
        "__module__": kind.__module__,
        "__annotations__": {"field": field, "direction": OrderDirection},
        "field": strawberry.field(metadata=INHERITED),
        "direction": strawberry.field(default=OrderDirection.ASC, metadata=INHERITED),
    }
    described = f"In which order {definition.name} is asked for; the id breaks ties."
    return strawberry.input(type(f"{definition.name}Order", (), namespace), description=described)
