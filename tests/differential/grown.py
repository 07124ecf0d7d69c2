"""Deep documents grown at random from the schema: aliases, fragments, merged fields, directives.

hypothesis-graphql covers the width of a schema; this grows towards its depth, where masks, gates
and pages nest. The same seed always grows the same documents.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_enum_type,
)

DEPTH = 5
PAGED = {"first", "after", "last", "before"}
SIZES = (
    "first: 1",
    "first: 2",
    "first: 3",
    "last: 1",
    "last: 2",
    "first: 4, last: null",
    "last: 0",
)
WRONG = ("", "(first: 1, last: 1)", "(first: -1)", "(last: 101)", '(first: 1, after: "x")')
VARIABLES = {"yes": True, "no": False}


@cache
def grown(schema: GraphQLSchema, ids: tuple[str, ...], count: int, *, seed: int = 1) -> list[str]:
    """Return so many documents, a few with fields in conflict; `VARIABLES` are theirs to use."""
    chance = random.Random(seed)
    return [_Grower(schema, ids, chance).document() for _ in range(count)]


class _Grower:
    def __init__(self, schema: GraphQLSchema, ids: Sequence[str], chance: random.Random) -> None:
        self.schema = schema
        self.ids = ids
        self.chance = chance
        self.aliases = 0
        self.fields = 0
        self.fragments: list[str] = []
        actions = list(schema.type_map["Action"].values)
        self.right = f'(action: {chance.choice(actions)}, organisationId: "{chance.choice(ids)}")'

    def document(self) -> str:
        query = self.schema.query_type
        body = self.selection(query, 0)
        used = "__typename @skip(if: $yes) kept: __typename @include(if: $no)"
        operation = f"query ($yes: Boolean!, $no: Boolean!) {{ {used} {body} }}"
        return " ".join([operation, *self.fragments])

    def selection(self, parent: GraphQLNamedType, depth: int) -> str:
        found = [self.one(parent, depth) for _ in range(self.chance.choice((1, 2, 2, 3, 4)))]
        found = [text for text in found if text]
        return " ".join(found) or "__typename"

    def one(self, parent: GraphQLNamedType, depth: int) -> str:
        if self.fields > 80:
            return ""
        draw = self.chance.random()
        if isinstance(parent, GraphQLInterfaceType) and draw < 0.7:
            on = self.chance.choice(self.schema.get_possible_types(parent))
            return f"... on {on.name} {self.directive()}{{ {self.selection(on, depth)} }}"
        if draw < 0.06:
            return f"... {self.directive()}{{ {self.selection(parent, depth)} }}"
        if draw < 0.12:
            name = f"F{len(self.fragments)}"
            self.fragments.append("")
            body = self.selection(parent, depth)
            self.fragments[int(name[1:])] = f"fragment {name} on {parent.name} {{ {body} }}"
            return f"...{name} {self.directive()}"
        return self.field(parent, depth)

    def field(self, parent: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        deep = [
            name
            for name, field in parent.fields.items()
            if hasattr(get_named_type(field.type), "fields")
        ]
        flat = [name for name in (*parent.fields, "__typename") if name not in deep]
        go_deeper = deep and depth < DEPTH and (not flat or self.chance.random() < 0.75)
        if not go_deeper and not flat:
            return ""
        name = self.chance.choice(deep if go_deeper else flat)
        if parent is self.schema.query_type and name in ("roles", "policy"):
            name = self.chance.choice(("organisations", "users", "me"))
        self.fields += 1
        text = self.alias() + name
        if name == "__typename":
            return text
        field = parent.fields[name]
        text += self.arguments(field) + " " + self.directive()
        below = get_named_type(field.type)
        if hasattr(below, "fields"):
            step = 0 if name in ("edges", "node", "nodes", "pageInfo") else 1
            text += f"{{ {self.selection(below, depth + step)} }}"
        return text

    def alias(self) -> str:
        if self.aliases >= 12 or self.chance.random() > 0.15:
            return ""
        self.aliases += 1
        return self.chance.choice(("a", "b", "id", "name")) + f"{self.aliases}: "

    def directive(self) -> str:
        if self.chance.random() > 0.08:
            return ""
        condition = self.chance.choice(("true", "false", "$yes", "$no"))
        return f"@{self.chance.choice(('skip', 'include'))}(if: {condition}) "

    def arguments(self, field: GraphQLField) -> str:
        if set(field.args) >= PAGED:
            if self.chance.random() < 0.06:
                return self.chance.choice(WRONG)
            return f"({self.chance.choice(SIZES)})"
        if "id" in field.args:
            return f'(id: "{self.chance.choice(self.ids)}")'
        if "ids" in field.args:
            drawn = self.chance.choices(self.ids, k=self.chance.randint(0, 6))
            return "(ids: [" + ", ".join(f'"{text}"' for text in drawn) + "])"
        if "organisationId" in field.args:
            return self.right  # one a document, so that fields of it merge
        enums = {
            name: get_named_type(argument.type)
            for name, argument in field.args.items()
            if is_enum_type(get_named_type(argument.type))
        }
        name = self.chance.choice([*enums, ""])
        return f"({name}: {self.chance.choice(list(enums[name].values))})" if name else ""
