"""Uses of actions that the start-up audit refuses, on fields, arguments and input fields."""

import pytest
import strawberry

from authz.policy import Policy
from engine.declare.connection_types import Connection
from engine.declare.fields import Argument, Node, command, input_field, value
from engine.kinds import Declarations, by_id, changed, computed, connection, field, many, static
from server.schema_check import AuditError, audit
from things import MATRIX, Parts, Things


def test_an_argument_without_a_rule(faults, kind):
    class Query:
        thing: kind | None = by_id("thing.read")

    Query.thing.argument_rules = {}
    assert faults(Query) == {
        "Query.thing(id:) has no rule: declare it as an Argument with one, or INHERITS."
    }


def test_an_argument_under_an_action_that_nobody_decides(faults, kind):
    class Query:
        thing: kind | None = by_id("thing.read")
        fact: str | None = static(
            "fact.read", str, arguments=(Argument("secret", str | None, "thing.read_secret"),)
        )

    assert faults(Query) == {
        "Query.fact(secret:) stands under thing.read_secret, and the planner decides by the action of Query.fact alone: name fact.read there, or split the field."
    }


def test_an_argument_of_a_query_under_a_writing_action(faults, kind):
    class Query:
        thing: kind | None = by_id("thing.read")
        fact: str | None = static(
            "fact.read", str, arguments=(Argument("name", str | None, "thing.rename"),)
        )

    assert "Query.fact(name:) is part of a query with a writing action, thing.rename: name another." in faults(Query)  # fmt: skip


def test_input_fields_without_a_rule_or_with_one_that_nobody_decides(faults, kind):
    @strawberry.input
    class Inner:
        free: str | None = None
        secret: str | None = input_field("thing.read_secret", default=None)

    @strawberry.input
    class Wish:
        inner: Inner = input_field("fact.read")

    class Query:
        thing: kind | None = by_id("thing.read")
        fact: str | None = static("fact.read", str, arguments=(Argument("wish", Wish),))

    assert faults(Query) == {
        "Inner.secret stands under thing.read_secret, and the planner decides by the action of Query.fact alone: name fact.read there, or split the field.",
        "Inner.free has no rule: declare it with input_field(action).",
    }


def test_actions_that_stand_in_no_matrix(policy, tmp_path):
    (tmp_path / "employer_account.toml").write_text(
        MATRIX + '[gone.read]\nsource = "A14"\nfeature = "x"\nowner = "everything"\n'
    )
    declarations = Declarations(Policy.load(tmp_path))

    @strawberry.input
    class Wish:
        text: str = input_field("gone.wish")

    @declarations.entity(Things, read="gone.read")
    class Thing:
        name: str | None = computed("gone.read", None, reads=(), derives=("gone.derived",))

    @declarations.root
    class Query:
        things: Connection[Thing] | None = connection("gone.read")
        fact: str | None = static(
            "gone.read",
            str,
            arguments=(Argument("a", str | None, "gone.argument"), Argument("wish", Wish)),
        )

    with pytest.raises(AuditError) as caught:
        audit(strawberry.Schema(Query), policy, {"later": tuple(policy.actions)})
    unknown = {f for f in caught.value.faults if "stands in no matrix" in f}
    assert unknown == {
        "Thing names the action gone.read, which stands in no matrix.",
        "Thing.name names the action gone.read, which stands in no matrix.",
        "Thing.name derives gone.derived, which stands in no matrix.",
        "Query.things names the action gone.read, which stands in no matrix.",
        "Query.fact names the action gone.read, which stands in no matrix.",
        "Query.fact(a:) names the action gone.argument, which stands in no matrix.",
        "Wish.text names the action gone.wish, which stands in no matrix.",
    }
    assert str(caught.value).startswith(
        "The schema does not keep the policy; nothing is served.\n- "
    )
    assert all(fault in str(caught.value) for fault in unknown)


def test_actions_forgotten_and_pending_for_nothing(policy, root, kind):
    @root
    class Query:
        thing: kind | None = by_id("thing.read")

    later = policy.actions - {"thing.read", "thing.rename"}
    pending = {"later": tuple(sorted(later)), "never": ("thing.read", "no.such")}
    with pytest.raises(AuditError) as caught:
        audit(strawberry.Schema(Query), policy, pending)
    assert caught.value.faults == (
        "thing.rename is used by no field: declare one, or name it in authz/pending.py.",
        "The pending feature 'never' names thing.read, which Thing uses: remove it.",
        "The pending feature 'never' names no.such, which stands in no matrix: remove it.",
    )


def test_queries_that_write_and_mutations_that_read(faults, root, entity, payload):
    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        name: str | None = field("thing.rename")

    class Query:
        thing: Thing | None = by_id("thing.read")

    @strawberry.input
    class Renaming:
        name: str | None = input_field("thing.read", default=strawberry.UNSET)

    @payload
    class Renamed:
        thing: Thing | None = changed("thing.read")

    @root
    class Mutation:
        rename: Renamed | None = command("fact.read", None, given=Renaming)

    assert faults(Query, mutation=Mutation) == {
        "Thing.name is part of a query with a writing action, thing.rename: name another.",
        "Mutation.rename is part of a mutation with a reading action, fact.read: name another.",
        "Renaming.name is part of a mutation with a reading action, thing.read: name another.",
        "Mutation.rename acts on no row, and fact.read has the scope everything, which is not the caller's own: name an action of the scope self.",
        "Mutation.rename acts on no row, and thing.read gives employer_account.owner the scope organisation (A14): give it a Target.",
        "Mutation.rename acts on no row, and thing.read gives employer_account.viewer the scope organisation (A14): give it a Target.",
    }


def test_conditions_and_lists_that_nothing_tests(faults, entity):
    @value
    class Fact:
        what: str

    @entity(Parts, read="thing.read_non_levy")
    class Part:
        name: str | None = field()

    @entity(Things, read="thing.read", prefix="thg")
    class Thing(Node):
        name: str | None = field("thing.read_non_levy")
        secret: str | None = field("thing.read_own_fields")
        parts: list[Part] | None = many("thing.read_non_levy", by="thing_id")

    class Query:
        thing: Thing | None = by_id("thing.read")
        facts: list[Fact] | None = static("thing.read_non_levy", list)

    bind = "whose condition non_levy reads the parent (A14): bind it for"
    found = faults(Query)
    assert {fault for fault in found if "condition" in fault or "opens" in fault} == {
        f"Thing is decided under thing.read_non_levy, {bind} its rows in authz/rows/scopes.py.",
        f"Part is decided under thing.read_non_levy, {bind} its rows in authz/rows/scopes.py.",
        f"Thing.parts is gated by thing.read_non_levy, {bind} Thing in authz/rows/scopes.py.",
        "Query.facts has no row, and the condition non_levy of thing.read_non_levy reads the parent (A14): name another action.",
        "'Look at some of it' of employer_account opens the field name (A14), and none of that name stands under an action of its own: correct the list.",
    }
