"""Deep documents grown at random from the schema: aliases, fragments, merged fields, directives.

hypothesis-graphql covers the width of a schema; this grows towards its depth, where masks, gates
and pages nest. The same seed always grows the same documents.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    parse,
    validate,
)

from differential.literals import Literals, written
from differential.question import Question

DEPTH = 5
PAGED = ("first", "after", "last", "before")
SIZES = (
    "first: 1",
    "first: 2",
    "first: 3",
    "last: 1",
    "last: 2",
    "first: 4, last: null",
    "last: 0",
    "",
)
WRONG = ("first: 1, last: 1", "first: -1", "last: 101", 'first: 1, after: "x"')
VARIABLES = {"yes": True, "no": False}


@dataclass(frozen=True)
class Soil:
    """What documents grow from: a schema, ids, values for other arguments, and public fields.

    A root field of `shunned` is asked for through one of `preferred` instead: its answer is the
    same long text for everybody.
    """

    schema: GraphQLSchema
    ids: tuple[str, ...]
    literals: Literals = field(default_factory=Literals)
    shunned: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()


def grown(soil: Soil, count: int, *, seed: int = 1) -> list[Question]:
    """Return so many documents with their variables; those with fields in conflict are left out."""
    chance = random.Random(seed)
    found: list[Question] = []
    while len(found) < count:
        question = _Grower(soil, chance).question()
        if not validate(soil.schema, parse(question.document), max_errors=1):
            found.append(question)
    return found


class _Grower:
    def __init__(self, soil: Soil, chance: random.Random) -> None:
        self.soil = soil
        self.schema = soil.schema
        self.chance = chance
        self.aliases = 0
        self.fields = 0
        self.fragments: list[str] = []
        self.declared = ["$yes: Boolean!", "$no: Boolean!"]
        self.variables: dict[str, Any] = dict(VARIABLES)
        self.same: dict[str, str] = {}

    def question(self) -> Question:
        query = self.schema.query_type
        body = self.selection(query, 0)
        used = "__typename @skip(if: $yes) kept: __typename @include(if: $no)"
        operation = f"query ({', '.join(self.declared)}) {{ {used} {body} }}"
        return Question(" ".join([operation, *self.fragments]), self.variables)

    def selection(self, parent: GraphQLNamedType, depth: int) -> str:
        found = [self.one(parent, depth) for _ in range(self.chance.choice((1, 2, 2, 3, 4)))]
        found = [text for text in found if text]
        return " ".join(found) or "__typename"

    def one(self, parent: GraphQLNamedType, depth: int) -> str:
        if self.fields > 80:
            return ""
        draw = self.chance.random()
        if isinstance(parent, (GraphQLInterfaceType, GraphQLUnionType)) and draw < 0.7:
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
        if isinstance(parent, GraphQLUnionType):
            return "__typename"
        return self.field(parent, depth)

    def field(self, parent: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        deep = [
            name
            for name, each in parent.fields.items()
            if is_composite_type(get_named_type(each.type))
        ]
        flat = [name for name in (*parent.fields, "__typename") if name not in deep]
        go_deeper = deep and depth < DEPTH and (not flat or self.chance.random() < 0.75)
        if not go_deeper and not flat:
            return ""
        name = self.chance.choice(deep if go_deeper else flat)
        if parent is self.schema.query_type and name in self.soil.shunned:
            name = self.chance.choice(self.soil.preferred)
        self.fields += 1
        if name == "__typename":
            return self.alias() + name
        found = parent.fields[name]
        text = self.alias(0.6 if found.args else 0.15) + name
        text += self.arguments(found) + " " + self.directive()
        below = get_named_type(found.type)
        if is_composite_type(below):
            step = 0 if name in ("edges", "node", "nodes", "pageInfo") else 1
            text += f"{{ {self.selection(below, depth + step)} }}"
        return text

    def alias(self, likely: float = 0.15) -> str:
        if self.aliases >= 25 or self.chance.random() > likely:
            return ""
        self.aliases += 1
        return self.chance.choice(("a", "b", "id", "name")) + f"{self.aliases}: "

    def directive(self) -> str:
        if self.chance.random() > 0.08:
            return ""
        condition = self.chance.choice(("true", "false", "$yes", "$no"))
        return f"@{self.chance.choice(('skip', 'include'))}(if: {condition}) "

    def arguments(self, found: GraphQLField) -> str:
        parts = []
        if set(found.args) >= set(PAGED):
            sizes = WRONG if self.chance.random() < 0.06 else SIZES
            parts.append(self.chance.choice(sizes))
        for name, argument in found.args.items():
            if name == "id":
                parts.append(f'id: "{self.chance.choice(self.soil.ids)}"')
            elif name == "ids":
                drawn = self.chance.choices(self.soil.ids, k=self.chance.randint(0, 6))
                parts.append("ids: [" + ", ".join(f'"{text}"' for text in drawn) + "]")
            elif str(argument.type).endswith("!"):
                parts.append(f"{name}: {self._required(name, argument)}")
            elif name not in PAGED and self.chance.random() < 0.5:
                parts.append(f"{name}: {self._value(argument)}")
        text = ", ".join(part for part in parts if part)
        return f"({text})" if text else ""

    def _required(self, name: str, argument: Any) -> str:
        """Return one value a document, so that fields of it merge."""
        if name not in self.same:
            drawn = self.soil.literals.draw(self.chance, argument.type, name)
            if str(argument.type) == "ID!":
                drawn = self.chance.choice(self.soil.ids)
            self.same[name] = written(drawn)
        return self.same[name]

    def _value(self, argument: Any) -> str:
        drawn = self.soil.literals.draw(self.chance, argument.type, "")
        if self.chance.random() < 0.7:
            return written(drawn)
        name = f"v{len(self.variables)}"
        self.declared.append(f"${name}: {argument.type}")
        self.variables[name] = drawn
        return f"${name}"
