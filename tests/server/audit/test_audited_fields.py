"""Fields that the start-up audit refuses: kind, type, permission class and nullability fit."""

from datetime import datetime

import pytest
import strawberry
from strawberry.extensions import FieldExtension

from engine.declare.connection_types import Connection
from engine.declare.fields import Node, value
from engine.declare.guarded import GuardedField
from engine.kinds import (
    by_id,
    caller,
    computed,
    connection,
    download,
    facet,
    field,
    many,
    node_by_id,
    nodes_by_ids,
    one,
    static,
)
from engine.kinds.column import Column
from engine.kinds.identifier import Identifier
from things import Parts, Things


def test_a_field_that_is_not_checked(faults, entity):
    class Silent(FieldExtension):
        def resolve(self, next_, source, info, **kwargs):
            return next_(source, info, **kwargs)

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        name: str | None = field()
        secret: str | None = field("thing.read_secret")
        note: str | None = field()

    fields = {f.python_name: f for f in Thing.__strawberry_definition__.fields}
    fields["name"].extensions.append(Silent())
    fields["secret"].action = "thing.read"
    fields["note"].extensions.clear()

    class Query:
        thing: Thing | None = by_id("thing.read")

    rest = "declare it once, in the body of Thing, under @entity or @root."
    assert faults(Query) == {
        f"Thing.{name} is checked by no permission class of its action: {rest}"
        for name in ("name", "secret", "note")
    }


def test_kinds_that_cannot_stand_where_they_do(faults, entity, kind):
    @entity(Parts, read="part.read")
    class Part:
        name: str | None = field()
        anywhere: kind | None = by_id("thing.read")
        everything: Connection[kind] | None = connection("thing.read")

    class Query:
        thing: kind | None = by_id("thing.read")
        column: str | None = GuardedField(Column("name"), "thing.read")
        parts: Connection[Part] | None = connection("part.read", by="thing_id")

    found = faults(Query, Part)
    assert "Part.anywhere is declared as ById, which cannot stand on a row." in found
    assert "Part.everything is declared as Paged, which cannot stand on a row." in found
    assert "Query.column is declared as Column, which cannot stand on the root." in found
    assert "Query.parts is declared as Paged, which cannot stand on the root." in found


@pytest.mark.parametrize(
    ("shape", "declare", "written"),
    [
        (lambda t: t, lambda: field(column="name"), "Column, which cannot lead to Thing"),
        (lambda t: list[t], lambda: computed("part.read", None, reads=()), "Computed, which cannot lead to [Thing!]"),
        (lambda t: t, lambda: many("thing.read", by="id"), "ToMany, which cannot lead to Thing"),
        (lambda _: str, lambda: one("thing.read", on="thing_id"), "ToOne, which cannot lead to String"),
        (lambda _: Node, lambda: one("thing.read", on="thing_id"), "ToOne, which cannot lead to Node"),
        (lambda t: list[t], lambda: facet("thing.read", by="id"), "Facet, which cannot lead to [Thing!]"),
        (lambda t: list[t], lambda: connection("thing.read", by="id"), "Paged, which cannot lead to [Thing!]"),
    ],
)  # fmt: skip
def test_a_kind_of_a_row_that_leads_elsewhere(faults, entity, kind, shape, declare, written):
    @entity(Parts, read="part.read")
    class Part:
        it: shape(kind) | None = declare()

    class Query:
        parts: Connection[Part] | None = connection("part.read")

    sentence = f"Part.it is declared as {written}: change its type or its declaration."
    assert sentence in faults(Query)


@pytest.mark.parametrize(
    ("shape", "declare", "written"),
    [
        (lambda t: t, lambda: caller("thing.read"), "Caller, which cannot lead to Thing"),
        (lambda t: t, lambda: static("fact.read", list), "Static, which cannot lead to Thing"),
        (lambda t: list[t], lambda: by_id("thing.read"), "ById, which cannot lead to [Thing!]"),
        (lambda t: t, node_by_id, "NodeById, which cannot lead to Thing"),
        (lambda t: list[t | None], nodes_by_ids, "NodesByIds, which cannot lead to [Thing]"),
    ],
)
def test_a_kind_of_the_root_that_leads_elsewhere(faults, kind, shape, declare, written):
    class Query:
        it: shape(kind) | None = declare()

    sentence = f"Query.it is declared as {written}: change its type or its declaration."
    assert sentence in faults(Query, kind)


def test_an_id_of_a_type_that_has_none(faults, entity):
    @entity(Parts, read="part.read")
    class Part:
        name: str | None = field()

    class Query:
        part: Part | None = by_id("part.read")

    (fault,) = faults(Query)
    assert fault.startswith("Query.part is declared as ById, which cannot lead to Part: ")


def test_a_field_that_cannot_be_null(faults, entity):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        name: str = field()

    class Query:
        thing: Thing | None = by_id("thing.read")
        nodes: list[Node] | None = nodes_by_ids()

    assert faults(Query) == {
        "Thing.name can be withheld: make its type String! nullable.",
        "Query.nodes can withhold one of several: make the items of [Node!] nullable.",
    }


def test_ids_under_another_action_than_the_type_s(faults, entity):
    @entity(Things, read="thing.read")
    class Thing:
        key: strawberry.ID | None = GuardedField(Identifier(), "thing.read_secret")

    @entity(Parts, read="part.read", prefix="prt")
    class Part(Node):
        name: str | None = field()

    class Query:
        things: Connection[Thing] | None = connection("thing.read")
        part: Part | None = by_id("part.read_list")

    assert faults(Query) == {
        "Thing.key names thing.read_secret, and ids are decided by thing.read: name that.",
        "Query.part names part.read_list, and ids are decided by part.read: name that.",
    }


def test_data_without_rows_under_a_scope(faults, kind):
    class Query:
        thing: kind | None = by_id("thing.read")
        fact: str | None = static("thing.read_secret", str)

    assert faults(Query) == {
        "Query.fact has no rows, and thing.read_secret gives employer_account.owner the scope organisation (A14): put data of one scope into an @entity."
    }


@value
class Link:
    url: str
    expires_at: datetime


@value
class Bare:
    url: str


def test_a_document_without_a_fault(faults, entity):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        paper: Link | None = download("thing.read_secret", kind="paper")
        label: Link | None = download("thing.read", kind="label")

    class Query:
        thing: Thing | None = by_id("thing.read")

    assert faults(Query) == set()


@pytest.mark.parametrize(
    "shape", [lambda _: Bare, lambda _: list[Link], lambda _: str, lambda thing: thing]
)
def test_a_document_that_is_no_link(faults, entity, kind, shape):
    @entity(Parts, read="part.read", prefix="prt")
    class Part(Node):
        paper: shape(kind) | None = download("part.read", kind="paper")

    class Query:
        part: Part | None = by_id("part.read")

    (fault,) = faults(Query)
    assert fault.startswith("Part.paper is declared as Download, which cannot lead to ")


def test_a_document_of_no_row_or_of_two(faults, entity):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        paper: Link | None = download("thing.read_secret", kind="paper")
        copy: Link | None = download("thing.read", kind="paper")

    class Query:
        thing: Thing | None = by_id("thing.read")
        paper: Link | None = download("fact.read", kind="other")

    assert faults(Query) == {
        "Query.paper is declared as Download, which cannot stand on the root.",
        "Thing.copy offers the same kind of document as Thing.paper, paper: give each its own.",
    }
