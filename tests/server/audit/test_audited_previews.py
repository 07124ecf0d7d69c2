"""Previews, and lists that a word narrows, that the start-up audit refuses."""

from enum import Enum

import pytest
import strawberry
from strawberry.scalars import JSON

from engine.declare.connection_types import Connection
from engine.declare.fields import Node
from engine.declare.kinds import Choice
from engine.kinds import by_id, connection, field, preview
from things import Parts, Things


async def somebody(_row, _given, _loading):
    """Nobody is asked for while a schema is read."""


def shown(faults, entity, shape, **declared):
    """The faults of a type with one preview."""

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        """A thing."""

        name: str | None = field()
        seen: shape | None = preview("thing.read", somebody, **{"reads": ("id",)} | declared)

    class Query:
        thing: Thing | None = by_id("thing.read")

    return faults(Query)


def test_a_preview_without_a_fault(faults, entity):
    assert shown(faults, entity, JSON) == set()


@pytest.mark.parametrize(("shape", "name"), [(str, "String"), (list[JSON], "[JSON!]")])
def test_a_preview_is_the_answer_as_json(faults, entity, shape, name):
    rest = "change its type or its declaration."
    assert shown(faults, entity, shape) == {
        f"Thing.seen is declared as Preview, which cannot lead to {name}: {rest}"
    }


def test_a_preview_is_of_a_row(faults, kind):
    class Query:
        thing: kind | None = by_id("thing.read")
        seen: JSON | None = preview("thing.read", somebody, reads=())

    assert "Query.seen is declared as Preview, which cannot stand on the root." in faults(Query)


def test_a_preview_that_reads_what_no_table_has(faults, entity):
    assert shown(faults, entity, JSON, reads=("id", "length")) == {
        "Thing.seen names the column length, which things does not have."
    }


class Which(Enum):
    MINE = "MINE"
    EVERY = "EVERY"


strawberry.enum(Which, description="Which things.")


@pytest.fixture
def narrowed(faults, kind):
    """What the audit finds in a list that words of `Which` narrow."""

    def found(narrowing):
        choice = Choice("which", Which, Which.MINE, narrowing)

        class Query:
            thing: kind | None = by_id("thing.read")
            things: Connection[kind] | None = connection("thing.read", choice=choice)

        return faults(Query)

    return found


def test_a_list_that_is_narrowed_without_a_fault(narrowed):
    assert narrowed({"MINE": "thing.read_secret"}) == set()


def test_a_word_under_an_action_that_stands_in_no_matrix(narrowed):
    assert (
        "Query.things names the action thing.read_unheard, which stands in no matrix."
        in narrowed({"MINE": "thing.read_unheard"})
    )


def test_a_word_in_a_scope_that_means_nothing_for_the_rows(narrowed):
    [fault] = narrowed({"MINE": "thing.read_area"})
    assert fault.startswith("Thing is read under thing.read_area in the scope area of employer_")
    assert fault.endswith("which means nothing for its rows: bind it in authz/rows/bindings.py.")


def test_a_word_under_an_action_that_changes(narrowed):
    assert narrowed({"MINE": "thing.rename"}) == {
        "Query.things is part of a query with a writing action, thing.rename: name another."
    }


def test_a_word_that_never_comes(narrowed):
    assert narrowed({"YOURS": "thing.read_secret"}) == {
        "Query.things is narrowed by YOURS, which is no word of which: name one that is."
    }


def test_parts_are_no_things(faults, entity):
    """What a preview stands on is a row, whatever its table."""

    @entity(Parts, read="part.read")
    class Part:
        """A part."""

        seen: JSON | None = preview("part.read", somebody, reads=("weight",))

    class Query:
        parts: Connection[Part] | None = connection("part.read")

    assert faults(Query) == {"Part.seen names the column weight, which parts does not have."}
