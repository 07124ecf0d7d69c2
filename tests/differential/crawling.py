"""The whole schema as a few documents: every field of every type that an id or a root leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_required_argument,
    is_union_type,
)

from differential.question import Question

PAGE = "(first: 2)"
NOTHING: Mapping[str, str] = MappingProxyType({})
AT_ONCE, LARGE = 8, {"InspectionGroup": 1}
"""So many rows are asked for at once, which keeps within what a document may cost."""


def crawl(
    schema: GraphQLSchema, ids: Mapping[str, Sequence[str]], given: Mapping[str, str] = NOTHING
) -> list[Question]:
    """Return documents that ask every root, and for every field of the rows of these ids, by type.

    `given` has the arguments of fields that cannot be asked without.
    """
    crawler = _Crawler(schema, ids, given)
    return [*crawler.roots(), *crawler.rows()]


class _Crawler:
    def __init__(
        self, schema: GraphQLSchema, ids: Mapping[str, Sequence[str]], given: Mapping[str, str]
    ) -> None:
        self.schema = schema
        self.ids = ids
        self.given = given

    def roots(self) -> Iterator[Question]:
        query: Any = self.schema.query_type
        for name, field in query.fields.items():
            if text := self.asked(query, name, 1, frozenset()):
                yield Question(f"{{ {text} }}")
            elif "id" in field.args:
                kind = get_named_type(field.type).name
                of = self.ids.get(kind, [some[0] for some in self.ids.values()])
                document = f"query ($id: ID!) {{ {name}(id: $id) {{ __typename id }} }}"
                for each in of:
                    yield Question(document, {"id": each})

    def rows(self) -> Iterator[Question]:
        for name, of in self.ids.items():
            body = self.fields(self.schema.type_map[name], 1, frozenset())
            document = (
                f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {name} {{ {body} }} }} }}"
            )
            size = LARGE.get(name, AT_ONCE)
            for start in range(0, len(of), size):
                yield Question(document, {"ids": list(of[start : start + size])})

    def fields(self, kind: Any, depth: int, inside: frozenset[str]) -> str:
        asked = (self.asked(kind, name, depth, inside) for name in kind.fields)
        return " ".join(["__typename", *(text for text in asked if text)])

    def asked(self, kind: GraphQLObjectType, name: str, depth: int, inside: frozenset[str]) -> str:
        field = kind.fields[name]
        named = get_named_type(field.type)
        arguments = self.given.get(f"{kind.name}.{name}", "")
        if not arguments and any(is_required_argument(each) for each in field.args.values()):
            return ""
        if "first" in field.args:
            arguments = PAGE
        if not is_composite_type(named):
            return name + arguments
        if is_union_type(named) or is_interface_type(named):
            kinds = self.schema.get_possible_types(named)
            below = " ".join(f"... on {each.name} {{ id }}" for each in kinds)
            return f"{name}{arguments} {{ __typename {below} }}"
        if "id" in named.fields:  # a row with an id of its own: a step further from the beginning
            if depth == 0:
                return ""
            depth -= 1
        elif named.name in inside:
            flat = [
                n for n, f in named.fields.items() if not is_composite_type(get_named_type(f.type))
            ]
            return f"{name}{arguments} {{ {' '.join(flat)} }}"
        return f"{name}{arguments} {{ {self.fields(named, depth, inside | {named.name})} }}"
