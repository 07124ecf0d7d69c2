"""Types that the start-up audit refuses: each is a root, an entity or a value."""

import strawberry
from strawberry.directive import DirectiveLocation

from engine.declare.connection_types import Connection
from engine.declare.fields import Node, value
from engine.kinds import by_id, connection, field, static
from things import Parts, Things


def test_an_ordinary_field_of_an_entity(faults, entity):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        name: str | None = field()
        secret: str | None = None

        @strawberry.field
        def shout(self) -> str:
            return "secret"

    class Query:
        thing: Thing | None = by_id("thing.read")

    rest = "with field() or another declaration that names an action."
    assert faults(Query) == {
        f"Thing.secret is declared without a rule: declare it in the body of Thing {rest}",
        f"Thing.shout is declared without a rule: declare it in the body of Thing {rest}",
    }


def test_an_ordinary_field_of_the_query_type(faults, kind):
    class Query:
        thing: kind | None = by_id("thing.read")
        answer: int = 42

    (fault,) = faults(Query)
    assert fault.startswith("Query.answer is declared without a rule: ")


def test_a_guarded_field_that_a_base_class_declares(faults, entity):
    @strawberry.type
    class Mixin:
        secret: str | None = field("thing.read_secret")

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Mixin, Node):
        name: str | None = field()

    class Query:
        thing: Thing | None = by_id("thing.read")

    found = faults(Query)
    assert any(f.startswith("Thing.secret is declared without a rule: ") for f in found)
    assert any(f.startswith("Thing.secret is checked by no permission class ") for f in found)


def test_a_field_of_an_interface_that_an_implementer_does_not_declare_anew(faults, entity):
    @strawberry.interface
    class Named:
        name: str | None

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Named, Node):
        secret: str | None = field("thing.read_secret")

    class Query:
        thing: Thing | None = by_id("thing.read")

    (fault,) = faults(Query)
    assert fault.startswith("Thing.name is as the interface Named has it: declare it in the body")


def test_a_type_that_is_neither_entity_nor_value(faults, kind):
    @strawberry.type
    class Loose:
        secret: str

    class Query:
        thing: kind | None = by_id("thing.read")

    found = faults(Query, Loose)
    assert found == {
        "Loose is neither a root, an @entity, a @payload nor a @value: declare it as one of them."
    }


def test_a_type_that_only_inherits_from_an_entity(faults, kind):
    @strawberry.type
    class Copy(kind):
        note: str | None = None

    class Query:
        thing: kind | None = by_id("thing.read")

    found = faults(Query, Copy)
    assert (
        "Copy is neither a root, an @entity, a @payload nor a @value: declare it as one of them."
        in found
    )
    assert "Copy and Thing share the prefix thg: change one." in found


def test_a_value_with_a_resolver_an_argument_or_a_rule(faults, kind):
    @value
    class Fact:
        guarded: str | None = field("thing.read")

        @strawberry.field
        def resolved(self, depth: int) -> str:
            return str(depth)

    class Query:
        thing: kind | None = by_id("thing.read")
        fact: Fact | None = static("fact.read", Fact)

    rest = "and a @value inherits its rule: make it a plain attribute."
    assert faults(Query) == {
        f"Fact.guarded has a resolver, an argument or a rule of its own, {rest}",
        f"Fact.resolved has a resolver, an argument or a rule of its own, {rest}",
    }


def test_a_value_that_leads_to_rows(faults, kind):
    @value
    class Fact:
        thing: kind
        page: Connection[kind] | None

    class Query:
        fact: Fact | None = static("fact.read", list)

    rest = "a value holds leaves and values alone, so lead there from an @entity."
    assert faults(Query) == {
        f"Fact.thing leads from a @value to Thing: {rest}",
        f"Fact.page leads from a @value to ThingConnection: {rest}",
    }


def test_a_value_that_implements_an_interface(faults, kind):
    @value
    class Fact(Node):
        size: int

    class Query:
        thing: kind | None = by_id("thing.read")
        fact: Fact | None = static("fact.read", list)

    found = faults(Query)
    identified, implementing = sorted(found, reverse=True)
    assert identified.startswith("Fact.id is no global id of a Fact")
    assert implementing == "Fact implements Node and is a @value: make it an @entity."


def test_a_connection_with_more_than_a_page(faults, kind):
    @strawberry.type
    class Sums(Connection[kind]):
        total_pay: int

    class Query:
        things: Sums | None = connection("thing.read")

    assert any(
        f.startswith("Sums is no page of an @entity: it needs exactly edges: ")
        for f in faults(Query)
    )


def test_an_edge_that_can_be_null(faults, kind):
    class Query:
        things: Connection[kind | None] | None = connection("thing.read")

    found = faults(Query)
    assert any(
        "is no page of an @entity: it needs exactly cursor: String!, node: " in f for f in found
    )


def test_a_page_of_values(faults):
    @value
    class Fact:
        size: int

    class Query:
        facts: Connection[Fact] | None = connection("fact.read")

    found = faults(Query)
    assert any(f.startswith("FactConnection is no page of an @entity") for f in found)
    assert any(
        f.startswith("Query.facts is declared as Paged, which cannot lead to") for f in found
    )


def test_global_ids_of_no_or_two_types(faults, entity, kind):
    @entity(Parts, read="part.read", prefix="thg")
    class Part(Node):
        name: str | None = field()

    @entity(Parts, read="part.read", prefix="part")
    class Long(Node):
        name: str | None = field()

    @entity(Parts, read="part.read", prefix="prt")
    class Lost:
        name: str | None = field()

    class Query:
        thing: kind | None = by_id("thing.read")

    assert faults(Query, Part, Long, Lost) == {
        "Part and Thing share the prefix thg: change one.",
        "Long has the prefix 'part': a prefix is three small letters.",
        "Lost needs both a prefix and the interface Node, or neither of them.",
    }


def test_a_directive_that_runs_in_documents(faults, kind):
    @strawberry.directive(locations=[DirectiveLocation.FIELD])
    def shout(value: str):
        return value.upper()

    class Query:
        thing: kind | None = by_id("thing.read")

    found = faults(Query, directives=[shout])
    assert found == {"@shout can change an answer and has no rule: remove it."}


def test_a_subscription(faults, root, kind):
    @root
    class Subscription:
        thing: kind | None = by_id("thing.read")

    class Query:
        thing: kind | None = by_id("thing.read")

    found = faults(Query, subscription=Subscription)
    assert found == {"Subscription is no root the engine runs: remove it."}
