"""Filters, orders and sums that the start-up audit refuses: a key under another rule would leak."""

import sys
from enum import Enum

import pytest
import strawberry

from engine.declare.connection_types import Connection
from engine.declare.fields import Node, input_field
from engine.declare.filters import filter_input
from engine.declare.inputs import INHERITED, make_input
from engine.declare.orders import OrderDirection, order_input
from engine.kinds import Declarations, aggregate, connection, field, many
from things import Parts, Things


@pytest.fixture
def named(monkeypatch):
    """Assign a made input under its name here, where Strawberry looks its fields up."""

    def assign(kind):
        name = kind.__strawberry_definition__.name
        monkeypatch.setattr(sys.modules[__name__], name, kind, raising=False)
        return kind

    return assign


@pytest.fixture
def thing(entity):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        """A thing."""

        name: str | None = field(filter=True, sort=True, folded="name_sort")
        secret: str | None = field("thing.read_secret", filter=True, sort=True)
        note: str | None = field()

    return Thing


def leaf(rule):
    return (make_input("WordFilter", __name__, "Compared.", {"eq": (str, INHERITED)}), rule)


NAME = {"action": "thing.read", "search": ()}
SECRET = {"action": "thing.read_secret", "search": ()}


def filtered(**fields):
    return make_input("ThingFilter", __name__, "Which things.", fields)


def asked(faults, thing, **arguments):
    class Query:
        things: Connection[thing] | None = connection("thing.read", **arguments)

    return faults(Query)


@pytest.fixture
def part(entity):
    @entity(Parts, read="part.read", prefix="prt")
    class Part(Node):
        """A part."""

        name: str | None = field(filter=True)

    return Part


@pytest.fixture
def whole(entity, part):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        """A thing and its parts."""

        secret: str | None = field("thing.read_secret", filter=True, sort=True)
        parts: list[part] | None = many("part.read", by="thing_id")

    return Thing


def test_what_the_declarations_make_is_without_a_fault(faults, part, whole, policy, named):
    made = named(filter_input(whole, through={"parts": named(filter_input(part))}))
    order, sums = named(order_input(whole)), Declarations(policy).aggregates(whole)

    class Query:
        things: Connection[whole] | None = connection("thing.read", filter=made, order_by=order)
        totals: sums | None = aggregate("thing.read", filter=made)

    assert faults(Query) == set()


LAXER = "ThingFilter.secret stands under thing.read, and Thing.secret needs thing.read_secret: make it with filter_input."
KEYS = {
    "under a laxer rule": ({"secret": leaf(NAME)}, {LAXER}),
    "under no rule": (
        {"secret": leaf({})},
        {
            "ThingFilter.secret has no rule: declare it with input_field(action).",
            LAXER.replace("thing.read, and", "None, and"),
        },
    ),
    "under the rule of its neighbours": (
        {"secret": leaf(INHERITED)},
        {LAXER.replace("thing.read, and", "None, and")},
    ),
    "without the action to search": (
        {"name": leaf({"action": "thing.read", "search": ("thing.read_all",)})},
        {"ThingFilter.name stands under thing.read, and Thing.name needs thing.read: make it with filter_input."},
    ),
    "of no field": (
        {"colour": leaf(NAME)},
        {"ThingFilter.colour is a key of no field of Thing: remove it."},
    ),
    "of a field that offers none": (
        {"note": leaf(NAME)},
        {"ThingFilter.note filters by Thing.note, which does not say `filter`."},
    ),
    "of what is no value": (
        {"name": (make_input("Odd", __name__, "Odd.", {"eq": ("ThingFilter", INHERITED)}), NAME)},
        {"Odd.eq is no operator on a value: it inherits, and takes a leaf."},
    ),
    "that combines another filter": (
        {"name": leaf(NAME), "not": (make_input("Other", __name__, "Other.", {"eq": (str, INHERITED)}), INHERITED)},
        {"ThingFilter.not combines Other, and not filters of Thing."},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "written"), KEYS.values(), ids=KEYS)
def test_a_key_of_a_filter(faults, thing, named, keys, written):
    made = named(filtered(**keys))
    found = asked(faults, thing, filter=made)
    assert written <= found
    assert not any("planner" in each for each in found)


def test_a_filter_of_other_rows(faults, part, thing, named):
    found = asked(faults, thing, filter=named(filter_input(part)))
    assert "Query.things(filter:) takes PartFilter: it needs ThingFilter." in found


def test_a_relation_through_a_filter_of_other_rows(faults, part, whole, named):
    named(filter_input(part))
    other = named(make_input("OtherFilter", __name__, "Others.", {"name": (str, NAME)}))
    made = named(filter_input(whole, through={"parts": other}))
    expected = "ThingFilter.parts leads to OtherFilter, which is not the filter of Part."
    assert expected in asked(faults, whole, filter=made)


@pytest.mark.parametrize("path", ["note", "colour", "secret.name", "name.first"])
def test_a_sort_key_that_no_field_offers(faults, thing, named, path):
    keys = strawberry.enum(Enum("ThingOrderField", {"ODD": path, "NAME": "name"}))
    namespace = {
        "__annotations__": {"field": keys, "direction": OrderDirection},
        "field": strawberry.field(metadata=INHERITED),
        "direction": strawberry.field(default=OrderDirection.ASC, metadata=INHERITED),
    }
    made = named(strawberry.input(type("ThingOrder", (), namespace)))
    assert asked(faults, thing, order_by=made) == {
        "ThingOrderField.ODD sorts Thing by no field that says `sort`: remove it."
    }


def test_what_rows_are_found_by_is_a_column_of_theirs(faults, entity):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        """A thing."""

        name: str | None = field(folded="name_folded")
        secret: str | None = field("thing.read_secret", folded="name_sort")
        note: str | None = field(aggregate=True)

    class Query:
        things: Connection[Thing] | None = connection("thing.read")

    assert faults(Query) == {
        "Thing.name is folded in name_folded, which things does not have.",
        "Thing.secret is folded in name_sort, which nobody would know to tell secret: call that column secret_sort.",
        "Thing.note is no Int, and only integers are summed: take `aggregate` away.",
    }


def test_no_filter_compares_ids(entity):
    """A column's text would be compared with what the world calls the row."""

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        """A thing."""

        former_note: strawberry.ID | None = field(column="note", filter=True)

    with pytest.raises(TypeError, match=r"^Thing.formerNote is of a type that rows cannot be"):
        filter_input(Thing)


def test_a_search_under_an_action_that_writes(faults, entity, named):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        """A thing."""

        name: str | None = field(filter=True, search="thing.rename")

    found = asked(faults, Thing, filter=named(filter_input(Thing)))
    assert found == {
        "Thing.name is part of a query with a writing action, thing.rename: name another."
    }


def test_an_argument_besides_is_decided_by_its_field_alone(faults, thing):
    """Only `filter` and `orderBy` of rows are decided key by key."""

    @strawberry.input
    class Wish:
        secret: str = input_field("thing.read_secret")

    class Query:
        things: Connection[thing] | None = connection("thing.read", filter=Wish)

    assert "Query.things(filter:) takes Wish: it needs ThingFilter." in faults(Query)
