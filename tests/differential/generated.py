"""Documents that hypothesis-graphql writes from the schema, the same ones on every run."""

from __future__ import annotations

import random
import zlib
from dataclasses import replace
from functools import cache
from typing import Any

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    IntValueNode,
    NameNode,
    NullValueNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    print_ast,
    visit,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries

TEXTS = ("agreement.read", "role.read", "nothing.read", "")
PAGE = ("first", "after", "last", "before")


@cache
def generated(schema: GraphQLSchema, ids: tuple[str, ...], count: int) -> list[str]:
    """Return so many documents whose ids are of these, repeats left out."""
    documents: dict[str, None] = {}

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        queries(
            schema,
            custom_scalars={
                "ID": st.sampled_from(ids).map(lambda text: StringValueNode(value=text)),
                "Int": st.integers(-1, 5).map(lambda number: IntValueNode(value=str(number))),
                "String": st.sampled_from(TEXTS).map(lambda text: StringValueNode(value=text)),
            },
            print_ast=lambda document: document,
        )
    )
    def collect(document: DocumentNode) -> None:
        text = print_ast(seasoned(schema, document))
        documents[text] = None

    collect()
    return list(documents)


def seasoned(schema: GraphQLSchema, document: DocumentNode) -> DocumentNode:
    """Return the document with pages that mostly can be answered, type names and directives."""
    chance = random.Random(zlib.crc32(print_ast(document).encode()))
    info = TypeInfo(schema)
    return visit(document, TypeInfoVisitor(info, _Seasoner(info, chance)))


class _Seasoner(Visitor):
    def __init__(self, info: TypeInfo, chance: random.Random) -> None:
        super().__init__()
        self.info = info
        self.chance = chance

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        definition = self.info.get_field_def()
        changes: dict[str, Any] = {}
        if definition is not None and set(PAGE) <= set(definition.args):
            changes["arguments"] = self._page(node.arguments or ())
        if node.selection_set is None:
            if self.chance.random() < 0.1:
                changes["directives"] = (self._directive(),)
        elif self.chance.random() < 0.3:
            selections = (*node.selection_set.selections, _field("__typename"))
            changes["selection_set"] = replace(node.selection_set, selections=selections)
        return replace(node, **changes) if changes else None

    def _page(self, arguments: tuple[ArgumentNode, ...]) -> tuple[ArgumentNode, ...]:
        draw = self.chance.random()
        if draw < 0.1:
            return arguments  # as hypothesis wrote them: mostly a page that cannot be
        number = IntValueNode(value=str(self.chance.choice((0, 1, 2, 3, 5, 100))))
        one, other = ("first", "last") if draw < 0.6 else ("last", "first")
        found = [_argument(one, number)]
        if draw > 0.9:
            found.append(_argument(other, NullValueNode()))
        return tuple(found)

    def _directive(self) -> DirectiveNode:
        return DirectiveNode(
            name=NameNode(value=self.chance.choice(("skip", "include"))),
            arguments=(_argument("if", BooleanValueNode(value=self.chance.random() < 0.5)),),
        )


def _field(name: str) -> FieldNode:
    return FieldNode(name=NameNode(value=name), arguments=(), directives=())


def _argument(name: str, value: Any) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=value)
