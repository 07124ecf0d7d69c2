"""The documents are maximal: whatever the schema has, some document of the crawl asks for it."""

from __future__ import annotations

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_input_object_type,
    parse,
    validate,
    visit,
)

from canary.inputs import arguments_of, given_values
from canary.journeys import Traveller, foreign_cursors
from canary.pages import lists_of
from canary.planted import NOBODY
from canary.routes import Grower, Ids, has_fields

pytestmark = pytest.mark.asyncio(loop_scope="module")


def reached(schema: GraphQLSchema) -> set[str]:
    """Return every coordinate that a query leads to."""
    found, waiting = {}, [schema.query_type]
    while waiting:
        named = waiting.pop()
        if named.name in found or not has_fields(named):
            continue
        found[named.name] = getattr(named, "fields", {})
        waiting += [get_named_type(field.type) for field in found[named.name].values()]
        waiting += schema.get_possible_types(named) if is_abstract_type(named) else []
    return {f"{name}.{field}" for name, fields in found.items() for field in fields}


def asked(schema: GraphQLSchema, documents: list[str]) -> tuple[set[str], set[str]]:
    """Return the coordinates that documents select, and the arguments that they give."""
    fields, arguments = set(), set()
    for document in documents:
        info = TypeInfo(schema)

        class Noting(Visitor):
            def enter_field(self, node, *_, info=info):
                if node.name.value != "__typename":
                    fields.add(f"{info.get_parent_type().name}.{node.name.value}")

            def enter_argument(self, node, *_, info=info):
                field = info.get_field_def()
                parent = info.get_parent_type().name
                names = [n for n, f in info.get_parent_type().fields.items() if f is field]
                arguments.update(f"{parent}.{name}({node.name.value})" for name in names)

        tree = parse(document)
        assert validate(schema, tree) == []
        visit(tree, TypeInfoVisitor(info, Noting()))
    return fields, arguments


async def test_every_field_is_asked_for(crawler):
    traveller = Traveller(crawler, "olga")
    documents = {document for _, document, _ in traveller.questions()}
    fields, _ = asked(traveller.schema, [*documents])
    assert fields == reached(traveller.schema)


async def test_somebody_has_a_cursor_of_every_list(crawler):
    for listed in Traveller(crawler, NOBODY).followed:
        assert await foreign_cursors(crawler, listed, NOBODY), listed.name


async def test_every_operator_of_every_filter_is_asked(crawler):
    traveller = Traveller(crawler, "ellis")
    questions = list(traveller.questions())
    for listed in traveller.lists:
        said = [
            one
            for name, _, variables in questions
            if name.startswith(f"{listed.name} by filter ")
            for one in variables.values()
            if isinstance(one, dict)
        ]
        for name, field in arguments_of(listed).get("filter", NO_FILTER).fields.items():
            named = get_named_type(field.type)
            if not is_input_object_type(named):
                assert {one.get(name) for one in said} >= {True, False}, name
                continue
            operators = named.fields
            for operator in operators if "isNull" in operators or "eq" in operators else ():
                assert any(operator in (one.get(name) or {}) for one in said), (name, operator)


NO_FILTER = GraphQLInputObjectType("NoFilter", {})
SCHEMA = """
type Query { node(id: ID!): Node  team(id: ID!): Team  me: Person }
interface Node { id: ID! }
type Team implements Node { id: ID!  size: Int  people(first: Int, after: String, last: Int, before: String, filter: PersonFilter, orderBy: [PersonOrder!]): People  peopleAggregate(filter: PersonFilter): PersonAggregates }
type Person implements Node { id: ID!  name: String  team: Team  friends: [Person!]  note: Note }
type PersonAggregates { count: Int  size: IntAggregates }
type IntAggregates { sum: Int }
type Note { text: String }
type People { edges: [PersonEdge!]!  nodes: [Person!]!  pageInfo: PageInfo!  totalCount: Int! }
type PersonEdge { cursor: String!  node: Person! }
type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }
input PersonFilter { and: [PersonFilter!]  or: [PersonFilter!]  not: PersonFilter  name: TextFilter  team: TeamFilter  friends: PersonListFilter }
input PersonListFilter { some: PersonFilter }
input TeamFilter { and: [TeamFilter!]  or: [TeamFilter!]  not: TeamFilter  size: IntFilter }
input TextFilter { eq: String  in: [String!]  contains: String  startsWith: String  isNull: Boolean }
input IntFilter { eq: Int  lt: Int  isNull: Boolean }
input PersonOrder { field: PersonOrderField!  direction: OrderDirection! = ASC }
enum PersonOrderField { NAME TEAM_SIZE }
enum OrderDirection { ASC DESC }
"""


async def test_every_filter_and_order_of_a_schema_is_found_by_its_type():
    schema = build_schema(SCHEMA)
    grower = Grower(schema, Ids({"Team": ("tea_1",), "Person": ("per_1",)}))
    listed, total = lists_of(grower)
    assert (total.coordinate, total.pages, total.node) == ("Team.peopleAggregate", False, "Person")
    assert (listed.coordinate, listed.at, listed.node) == ("Team.people", "Team", "Person")

    def values(type_name, field):
        return {"Person.name": ["Zq00001qZ", "Zq00002qZ"], "Team.size": [7]}[f"{type_name}.{field}"]

    filters = list(given_values(listed, "filter", values))
    for said in (
        {"name": {"eq": "Zq00002qZ"}},
        {"name": {"in": ["Zq00001qZ", "Zq00002qZ"]}},
        {"name": {"startsWith": "Zq000"}},
        {"name": {"isNull": False}},
        {"team": {"size": {"lt": 7}}},
        {"friends": {"some": {"name": {"eq": "Zq00001qZ"}}}},
        {"friends": {"some": {"team": {"size": {"eq": 7}}}}},
        {"not": {"name": {"eq": "Zq00001qZ"}}},
        {"and": []},
        {"or": []},
    ):
        assert said in filters
    orders = list(given_values(listed, "orderBy", values))
    assert [{"field": "TEAM_SIZE", "direction": "DESC"}] in orders
    assert len(orders) == 4
    for argument, said in (("filter", filters), ("orderBy", orders)):
        assert validate(schema, parse(listed.many(argument, len(said)))) == []
    assert validate(schema, parse(total.many("filter", len(filters)))) == []
    assert validate(schema, parse(listed.document)) == []
