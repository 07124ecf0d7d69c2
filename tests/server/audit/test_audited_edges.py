"""Cards and polymorphic edges that the start-up audit refuses."""

from typing import Annotated

import pytest
import strawberry

from db import models
from engine.declare.fields import Node, key_of_row, value
from engine.kinds import any_of, by_id, card, field, many, none_of, shown
from things import Parts, Things


@value
class PartyCard:
    """A party."""

    name: str
    ukprn: str | None


@value
class PersonCard:
    """A person."""

    name: str


@value
class OddCard:
    """What a card cannot show."""

    colour: str | None
    parent_id: str | None
    ukprn: str
    party: PartyCard | None


@pytest.fixture
def part(entity):
    @entity(Parts, read="part.read", prefix="prt")
    class Part(Node):
        """A part."""

        name: str | None = field()

    return Part


@pytest.fixture
def lid(entity):
    @entity(Parts, read="part.read", prefix="lid")
    class Lid(Node):
        """A part on top."""

        name: str | None = field()

    return Lid


def asked(faults, part, entity, **declared):
    """The faults of a type with these fields."""
    kinds = {name: kind for name, (kind, _) in declared.items()}
    body = {name: spec for name, (_, spec) in declared.items()}
    made = type("Thing", (Node,), {"__annotations__": kinds, "__doc__": "A thing.", **body})
    entity(Things, read="thing.read", prefix="thg")(made)

    class Query:
        thing: made | None = by_id("thing.read")

    return faults(Query, part)


@pytest.mark.parametrize(
    ("on", "kind", "fault"),
    [
        ("former_id", PartyCard, None),
        ("organisation_id", PartyCard, None),
        ("elsewhere", PartyCard, "names the column elsewhere, which things does not have."),
        ("id", PartyCard, "is a card of organisations, which id does not point at: change `on`."),
    ],
)
def test_the_column_of_a_card(faults, part, entity, on, kind, fault):
    declared = (kind | None, card("thing.read", on=on, of=models.Organisation))
    if on == "elsewhere":  # the declaration itself needs the column
        with pytest.raises(KeyError):
            asked(faults, part, entity, party=declared)
        return
    found = asked(faults, part, entity, party=declared)
    assert found == ({f"Thing.party {fault}"} if fault else set())


def test_two_cards_on_one_column_show_one_thing(faults, part, entity):
    """What is joined by a column is joined once: it points at the rows of one table."""
    party = (PartyCard | None, card("thing.read", on="former_id", of=models.Organisation))
    found = asked(
        faults,
        part,
        entity,
        party=party,
        other=(PersonCard | None, card("thing.read", on="former_id", of=models.User)),
    )
    assert found == {
        "Thing.other is a card of users, which former_id does not point at: change `on`."
    }


def test_what_a_card_shows(faults, part, entity):
    declared = (OddCard | None, card("thing.read", on="former_id", of=models.Organisation))
    assert asked(faults, part, entity, odd=declared) == {
        "Thing.odd shows OddCard.colour, for which organisations has no column: name one.",
        "Thing.odd shows OddCard.parentId, the raw key organisations.parent_id: leave it out.",
        "Thing.odd shows OddCard.ukprn, and organisations.ukprn may be NULL: make the field nullable.",
        "Thing.odd shows OddCard.party, for which organisations has no column: name one.",
    }


@value
class NamedCard:
    """A party by its global id."""

    party_id: strawberry.ID = key_of_row()
    name: str


def test_a_card_shows_an_id_that_leads_somewhere(faults, part, entity):
    declared = (NamedCard | None, card("thing.read", on="former_id", of=models.Organisation))
    assert asked(faults, part, entity, party=declared) == {
        "Thing.party shows NamedCard.partyId, and no @entity of organisations has a prefix: leave it out."
    }
    lids = (NamedCard | None, card("thing.read", on="former_thing_id", of=Things))
    assert asked(faults, part, entity, party=lids) == set()


@value
class KeyedCard:
    """A party with the id of the whole of it."""

    id: strawberry.ID
    name: str


def test_only_a_type_of_rows_with_a_prefix_has_an_id(faults, part, entity):
    declared = (KeyedCard | None, card("thing.read", on="former_thing_id", of=Things))
    [fault] = asked(faults, part, entity, party=declared)
    assert fault.startswith("KeyedCard.id is no global id of a KeyedCard")


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ({"on": "former_id", "column": "name"}, None),
        ({"on": "organisation_id", "column": "name"}, None),
        ({"on": "former_id", "column": "colour"}, "shows colour, which organisations does not have: name one."),
        ({"on": "former_id", "column": "parent_id"}, "shows the raw key organisations.parent_id: declare a card."),
        ({"on": "former_id", "column": "id"}, "shows the raw key organisations.id: declare a card."),
        ({"on": "former_thing_id", "column": "name"}, "is a card of organisations, which former_thing_id does not point at: change `on`."),
        ({"on": "name", "column": "name"}, "is a card of organisations, which name does not point at: change `on`."),
    ],
)  # fmt: skip
def test_what_is_shown_of_another_row(faults, part, entity, declared, fault):
    place = (str | None, shown("thing.read", of=models.Organisation, **declared))
    found = asked(faults, part, entity, owner=place)
    assert found == ({f"Thing.owner {fault}"} if fault else set())


@pytest.mark.parametrize("kind", [list[str], PartyCard])
def test_what_is_shown_is_one_leaf(faults, part, entity, kind):
    place = (
        kind | None,
        shown("thing.read", on="former_id", of=models.Organisation, column="name"),
    )
    [fault] = asked(faults, part, entity, owner=place)
    assert fault.startswith("Thing.owner is declared as Shown, which cannot lead to ")


def test_what_tells_of_a_relation_s_absence(faults, part, entity):
    def told(action, relation, kind=bool, **hanging):
        parts = many("part.read_list", by="thing_id", **hanging)
        return asked(
            faults,
            part,
            entity,
            parts=(list[part] | None, parts),
            bare=(kind | None, none_of(action, relation)),
        )

    assert told("part.read_list", "parts", part=True) == set()
    fault = "which is no relation of Thing to parts of it: name one."
    assert told("part.read_list", "parts") == {f"Thing.bare tells of parts, {fault}"}
    assert told("part.read_list", "lids", part=True) == {f"Thing.bare tells of lids, {fault}"}
    assert told("part.read_list", "name", part=True) == {f"Thing.bare tells of name, {fault}"}
    assert told("thing.read", "parts", part=True) == {
        "Thing.bare stands under thing.read and tells of Thing.parts, which stands under part.read_list: name that."
    }
    [fault] = told("part.read_list", "parts", kind=str, part=True)
    assert fault.startswith("Thing.bare is declared as NoneOf, which cannot lead to String")


def test_a_card_is_one_value(faults, part, entity):
    declared = (list[PartyCard] | None, card("thing.read", on="former_id", of=models.Organisation))
    assert asked(faults, part, entity, party=declared) == {
        "Thing.party is declared as Card, which cannot lead to [PartyCard!]: change its type or its declaration."
    }


EDGES = {
    "each kind has its type": ({}, set()),
    "two words for one type": ({"types": {"a": "Part", "b": "Lid", "c": "Part"}}, set()),
    "columns that are not there": (
        {"on": "x", "kind": "y"},
        {
            "Thing.edge names the column x, which things does not have.",
            "Thing.edge names the column y, which things does not have.",
        },
    ),
    "no key": ({"on": "note"}, {"Thing.edge leads on by note, which holds no key: change `on`."}),
    "another type": (
        {"types": {"a": "Part", "b": "Lid", "c": "Thing"}},
        {"Thing.edge leads to Thing for 'c', which is no @entity of Both: correct `types`."},
    ),
    "a type that nothing leads to": (
        {"types": {"a": "Part"}},
        {"Thing.edge never leads to Lid, which Both has: add its kind."},
    ),
}


@pytest.mark.parametrize(("given", "found"), EDGES.values(), ids=EDGES)
def test_a_polymorphic_edge(faults, part, lid, entity, given, found):
    both = Annotated[part | lid, strawberry.union("Both")]
    whole = {"on": "former_id", "kind": "note", "types": {"a": "Part", "b": "Lid"}, **given}
    assert asked(faults, part, entity, edge=(both | None, any_of("thing.read", **whole))) == found


def test_an_edge_to_an_interface_leads_to_some_of_its_types(faults, part, entity):
    edge = any_of("thing.read", on="former_id", kind="note", types={"a": "Part"})
    assert asked(faults, part, entity, edge=(Node | None, edge)) == set()


def test_an_edge_to_one_type_is_no_polymorphic_edge(faults, part, entity):
    edge = any_of("thing.read", on="former_id", kind="note", types={"a": "Part"})
    assert asked(faults, part, entity, edge=(part | None, edge)) == {
        "Thing.edge is declared as AnyOf, which cannot lead to Part: change its type or its declaration."
    }
