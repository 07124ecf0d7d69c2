"""GET /dev/reference: the whole schema, and what withholds each part of it from whom."""

from pathlib import Path

import pytest
from graphql import GraphQLEnumType, build_schema

from authz.policy import Policy
from authz.sources import SOURCES

pytestmark = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)


ROOT = Path(__file__).parents[2]


@pytest.fixture
async def reference(shared_world) -> dict:
    response = await (await shared_world.client()).get("/dev/reference")
    assert response.headers["cache-control"] == "no-store"
    return response.json()


async def test_it_holds_the_schema_that_the_server_runs(reference):
    assert reference["schema"].strip() == (ROOT / "schema.graphql").read_text("utf-8").strip()
    whole = build_schema(reference["schema"])
    for coordinate in reference["needs"]:
        name, _, member = coordinate.partition(".")
        kind = whole.type_map[name]
        members = kind.values if isinstance(kind, GraphQLEnumType) else kind.fields
        assert not member or member.partition("(")[0] in members, coordinate


async def test_its_sentences_are_those_of_a_refusal(reference, shared_world):
    query = "{ organisations(first: 1) { nodes { account { warnings } } } }"
    client = await shared_world.client("vera")
    answer = await client.post("/graphql", json={"query": query})
    [error] = answer.json()["errors"]
    [need] = reference["needs"]["EmployerAccount.warnings"]
    assert need == {
        "action": error["extensions"]["action"],
        "field": None,
        "message": error["message"],
        "who": "Owner; within their account.",
        "sources": ["A14"],
    }
    assert reference["sources"]["A14"] == SOURCES["A14"].sentence


async def test_all_that_it_cites_is_in_it(reference):
    actions = Policy.load().actions
    for needs in reference["needs"].values():
        for need in needs:
            assert need["action"] in actions
            assert need["sources"]
            assert reference["sources"].keys() >= set(need["sources"])


async def test_a_word_for_an_action_is_withheld_from_nobody(reference):
    assert not [each for each in reference["needs"] if each.startswith("Action.")]


async def test_a_field_of_rows_needs_what_shows_the_rows_too(reference):
    told = [need["action"] for need in reference["needs"]["EmployerAccount.team"]]
    assert told == ["team.read", "role_grant.read"]
