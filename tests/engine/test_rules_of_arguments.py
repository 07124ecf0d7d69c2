"""Arguments and input fields with a rule of their own: it is told there, and shapes the part."""

from pathlib import Path

import pytest
import strawberry
from graphql import GraphQLSchema

from authz.policy import Policy
from authz.rows.principal import holder_of
from engine.catalogue import Catalogue
from engine.declare.fields import command, input_field
from engine.declare.guarded import Argument
from engine.introspection.service import Introspection, printed_part
from engine.kinds import Declarations, static

MATRIX = """
system = "employer_account"
columns = ["owner", "viewer", "signed_in"]
[fact.read]
source = "A14"
feature = "Know"
signed_in = "everything"
[fact.search]
source = "A14"
feature = "Find"
owner = "everything"
[fact.tell]
source = "A14"
feature = "Tell"
owner = "self"
viewer = "self"
[fact.sign]
source = "A14"
feature = "Sign"
owner = "self"
"""


async def make(*_: object) -> dict[str, str | None]:
    return {}


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    (tmp_path / "employer_account.toml").write_text(MATRIX, "utf-8")
    return Policy.load(tmp_path)


@pytest.fixture
def schema(policy: Policy) -> strawberry.Schema:
    """A query with an argument, and a mutation with an input field, under a rule of its own."""
    declarations = Declarations(policy)

    @strawberry.input
    class TellInput:
        text: str = input_field("fact.tell")
        signed: bool | None = input_field(
            "fact.sign", default=strawberry.UNSET, description="With your name."
        )

    @declarations.root
    class Query:
        fact: str | None = static(
            "fact.read",
            str,
            arguments=(
                Argument("containing", str | None, "fact.search"),
                Argument("number", int | None, "fact.read"),
                Argument("shout", bool | None),
            ),
        )

    @declarations.root
    class Mutation:
        tell: str | None = command("fact.tell", make, given=TellInput)
        tell_again: str | None = command("fact.tell", make, given=TellInput)

    return strawberry.Schema(Query, Mutation)


def part(schema: strawberry.Schema, policy: Policy, *roles: str) -> GraphQLSchema:
    return Introspection(Catalogue(schema), policy).part(holder_of(roles))


def test_only_a_rule_of_its_own_is_told_and_once(schema):
    whole = schema._schema  # noqa: SLF001 -- as it is served
    arguments = whole.query_type.fields["fact"].args
    assert {name: argument.description for name, argument in arguments.items()} == {
        "containing": "Owner.",
        "number": None,
        "shout": None,
    }
    fields = whole.get_type("TellInput").fields
    assert fields["text"].description is None
    assert fields["signed"].description == "With your name.\nOwner; what is their own."


def test_an_argument_is_shown_to_who_may_give_it(schema, policy):
    shown = part(schema, policy, "employer_account.owner").query_type.fields["fact"]
    assert list(shown.args) == ["containing", "number", "shout"]
    shown = part(schema, policy, "employer_account.viewer").query_type.fields["fact"]
    assert list(shown.args) == ["number", "shout"]


def test_an_input_field_is_shown_to_who_may_send_it(schema, policy):
    owner = part(schema, policy, "employer_account.owner")
    assert list(owner.get_type("TellInput").fields) == ["text", "signed"]
    viewer = part(schema, policy, "employer_account.viewer")
    assert list(viewer.get_type("TellInput").fields) == ["text"]
    assert list(viewer.mutation_type.fields) == ["tell", "tellAgain"]


def test_an_input_goes_with_the_last_command_that_takes_it(schema, policy):
    text = printed_part(schema, policy, holder_of([]))
    assert "TellInput" not in text
    assert "Mutation" not in text
    assert "fact(number: Int, shout: Boolean): String" in text
