"""Values for arguments, drawn at random from the schema's input types and from pools of real ones."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)

DEEPEST = 3
PREVIEWED = (
    "{ learners(show: ALL, first: 2) { totalCount nodes { uln } } }",
    "query ($id: ID!) { node(id: $id) { id } }",
    "{ me { id } ",
)
"""What is previewed: documents that need no variables, that need them, and that are none."""
TEXTS = ("agreement.read", "role.read", "nothing.read", "")


class Name(str):
    """A value of an enum: a string in variables, a bare name in a document."""

    __slots__ = ()


@dataclass(frozen=True)
class Literals:
    """What leaves are drawn from: by `Type.field` of an input on the way to them, or by type."""

    pools: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def draw(self, chance: random.Random, kind: GraphQLInputType, at: str, depth: int = 0) -> Any:
        """Return a value of an input type; `at` is where it stands."""
        if not is_non_null_type(kind) and chance.random() < 0.04:
            return None
        named: Any = get_nullable_type(kind)
        if is_list_type(named):
            count = chance.choice((0, 1, 2, 2, 3))
            return [self.draw(chance, named.of_type, at, depth) for _ in range(count)]
        if is_input_object_type(named):
            return self._object(chance, named, at, depth)
        if is_enum_type(named):
            return Name(chance.choice(list(named.values)))
        if at in self.pools and named.name != "Boolean":
            return self._beginning(chance, self.pools[at])
        return chance.choice(self.pools.get(named.name) or _SOME[named.name])

    def _object(
        self, chance: random.Random, kind: GraphQLInputObjectType, at: str, depth: int
    ) -> dict[str, Any]:
        names = [name for name, each in kind.fields.items() if _must(each)]
        others = [name for name in kind.fields if name not in names]
        if depth >= DEEPEST:
            others = [n for n in others if not _nests(kind.fields[n].type)]
        wanted = chance.choice((0, 1, 1, 1, 1, 2, 2, 3))
        names += chance.sample(others, min(wanted, len(others)))
        found = {}
        for name in names:
            below = f"{kind.name}.{name}"
            here = below if below in self.pools or _deep(kind.fields[name].type) else at
            found[name] = self.draw(chance, kind.fields[name].type, here, depth + 1)
        return found

    @staticmethod
    def _beginning(chance: random.Random, pool: Sequence[Any]) -> Any:
        found = chance.choice(pool)
        cut = isinstance(found, str) and not _is_date(found) and chance.random() < 0.2
        return found[:2] if cut else found


_SOME: dict[str, Sequence[Any]] = {
    "Boolean": (True, False),
    "Int": tuple(range(-1, 6)),
    "String": TEXTS,
    "DateTime": ("2024-01-08T09:00:00+00:00", "2024-01-10T09:00:00.001+00:00"),
    "Date": ("2025-09-01", "2027-08-31", "2004-06-15", "1999-12-31"),
    "ID": ("nonsense",),
    "JSON": ({}, {"id": "nonsense", "first": 2}, [1], "x"),
}


def _is_date(text: str) -> bool:
    return text[4:5] == "-" and text[:4].isdigit()


def _must(declared: Any) -> bool:
    return is_non_null_type(declared.type) and declared.default_value is Undefined


def _deep(kind: Any) -> bool:
    return is_input_object_type(get_named_type(kind))


def _nests(kind: Any) -> bool:
    """Say whether an input object leads to another."""
    named = get_named_type(kind)
    return _deep(named) and any(_deep(each.type) for each in named.fields.values())


def written(value: Any) -> str:
    """Return a drawn value as it is written in a document."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {written(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(each) for each in value) + "]"
    return str(value) if isinstance(value, Name) else json.dumps(value)
