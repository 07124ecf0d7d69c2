"""Documents that hypothesis-graphql writes from the schema, the same ones on every run."""

from __future__ import annotations

import random
import zlib
from dataclasses import replace
from typing import Any

from graphql import (
    REMOVE,
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    InputValueDefinitionNode,
    IntValueNode,
    NamedTypeNode,
    NameNode,
    NullValueNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_ast_schema,
    is_input_object_type,
    parse,
    parse_value,
    print_ast,
    print_schema,
    visit,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries

from differential.grown import PAGED, Soil
from differential.literals import PREVIEWED, TEXTS, Literals, written
from differential.question import Question


def generated(soil: Soil, count: int) -> list[Question]:
    """Return so many documents whose ids are of the soil's, repeats left out."""
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
            without_inputs(soil.schema),
            custom_scalars={
                "ID": st.sampled_from(soil.ids).map(_text),
                "Int": st.integers(-1, 5).map(lambda number: IntValueNode(value=str(number))),
                "Date": st.sampled_from(("2025-09-01", "2026-12-04")).map(_text),
                "String": st.sampled_from((*TEXTS, *PREVIEWED)).map(_text),
                "JSON": st.sampled_from(("{}", '{id: "nonsense"}', "[]")).map(parse_value),
            },
            print_ast=lambda document: document,
        )
    )
    def collect(document: DocumentNode) -> None:
        text = print_ast(seasoned(soil.schema, document, soil.literals))
        documents[text] = None

    collect()
    return [Question(document) for document in documents]


def without_inputs(schema: GraphQLSchema) -> GraphQLSchema:
    """Return the schema without arguments that are input objects: they are drawn by `seasoned`."""
    document = parse(print_schema(schema))

    class Without(Visitor):
        def leave_input_value_definition(self, node: InputValueDefinitionNode, *_: Any) -> Any:
            named = node.type
            while not isinstance(named, NamedTypeNode):
                named = named.type
            return REMOVE if is_input_object_type(schema.get_type(named.name.value)) else None

    return build_ast_schema(visit(document, Without()), assume_valid=True)


def _text(value: str) -> StringValueNode:
    return StringValueNode(value=value)


def seasoned(schema: GraphQLSchema, document: DocumentNode, literals: Literals) -> DocumentNode:
    """Return the document with arguments that mostly can be answered, names and directives."""
    chance = random.Random(zlib.crc32(print_ast(document).encode()))
    info = TypeInfo(schema)
    return visit(document, TypeInfoVisitor(info, _Seasoner(info, chance, literals)))


class _Seasoner(Visitor):
    def __init__(self, info: TypeInfo, chance: random.Random, literals: Literals) -> None:
        super().__init__()
        self.info = info
        self.chance = chance
        self.literals = literals

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        definition = self.info.get_field_def()
        changes: dict[str, Any] = {}
        if definition is not None and set(PAGED) <= set(definition.args):
            changes["arguments"] = self._page(node.arguments or ())
        if definition is not None:
            changes["arguments"] = self._inputs(
                definition, changes.get("arguments", node.arguments or ())
            )
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

    def _inputs(
        self, definition: Any, arguments: tuple[ArgumentNode, ...]
    ) -> tuple[ArgumentNode, ...]:
        """Draw each input object anew: what hypothesis writes there seldom means anything."""
        objects = {n: a for n, a in definition.args.items() if is_input_object_type(a.type)}
        found = [each for each in arguments if each.name.value not in objects]
        for name, argument in objects.items():
            if self.chance.random() < 0.4:
                value = written(self.literals.draw(self.chance, argument.type, ""))
                found.append(_argument(name, parse_value(value)))
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
