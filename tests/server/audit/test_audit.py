"""The start-up audit passes the product's schema, and a small one with every kind of field."""

import pytest
import strawberry

from authz.pending import pending_actions
from authz.policy import Policy
from engine.declare.connection_types import Connection
from engine.declare.fields import Argument, Node, input_field, value
from engine.declare.guarded import GuardedField
from engine.kinds import (
    by_id,
    computed,
    connection,
    facet,
    field,
    many,
    node_by_id,
    nodes_by_ids,
    static,
)
from schema import build_schema
from server.schema_check import AuditError, audit
from things import Parts, Things


def test_the_product_s_schema_keeps_the_product_s_policy():
    audit(build_schema(), Policy.load())


def test_without_pending_actions_the_product_s_schema_is_refused_for_each_action_they_name():
    with pytest.raises(AuditError) as caught:
        audit(build_schema(), Policy.load(), {})
    assert set(caught.value.faults) == {
        f"{action} is used by no field: declare one, or name it in authz/pending.py."
        for action in pending_actions()
    }


def test_a_schema_of_every_kind_without_a_fault(faults, entity):
    @value
    class Grain:
        size: int

    @value
    class Fact:
        grains: list[Grain]

    @strawberry.input
    class Inner:
        text: str = input_field("part.read_list")

    @strawberry.input
    class Wish:
        inner: Inner | None = input_field("part.read_list", default=None)

    @entity(Parts, read="part.read")
    class Part:
        name: str | None = field()

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        name: str | None = field()
        secret: str | None = field("thing.read_secret")
        length: int | None = computed("thing.read", None, reads=("name",), derives=("part.read",))
        lid: Part | None = facet("part.read", by="lid_of")
        parts: list[Part] | None = many("part.read_list", by="thing_id", order=("name",))
        pages: Connection[Part] | None = connection("part.read_list", by="thing_id")

    class Query:
        node: Node | None = node_by_id()
        nodes: list[Node | None] | None = nodes_by_ids()
        thing: Thing | None = by_id("thing.read")
        things: Connection[Thing] | None = connection("thing.read", order=("name_sort",))
        count: int | None = static("fact.read", lambda: 1)
        facts: list[Fact] | None = static(
            "fact.read", list, arguments=(Argument("text", str | None, "fact.read"),)
        )

    class Wishing:
        thing: Thing | None = by_id("thing.read")
        parts: Connection[Part] | None = GuardedField(
            connection("part.read_list").kind,
            "part.read_list",
            arguments=(Argument("wish", Wish | None),),
        )

    assert faults(Query) == set()
    assert faults(Wishing) == set()
