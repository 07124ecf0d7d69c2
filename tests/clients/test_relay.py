"""relay-compiler takes the schema and its operations; Relay's store runs them."""

from pathlib import Path

import pytest

from db.seed.demo import demo_key
from programs import answer, run
from servers import Server

COMPILER = "node_modules/.bin/relay-compiler"
OPERATIONS = [
    "AccountCardsQuery",
    "AccountOpenMutation",
    "AccountOrErrorQuery",
    "AccountQuery",
    "TeamPaginationQuery",
    "Team_organisation",
]
ALDER = f"org_{demo_key('organisation:alder')}"


@pytest.fixture(scope="module")
def artifacts(workshop: Path) -> Path:
    """The folder of what the compiler makes."""
    run(COMPILER, folder=workshop)
    return workshop / "relay" / "__generated__"


def test_the_compiler_makes_an_artifact_of_each_operation(artifacts):
    assert sorted(path.name for path in artifacts.iterdir()) == [
        f"{name}.graphql.ts" for name in OPERATIONS
    ]


def test_a_caught_field_is_a_result_and_a_strict_query_has_no_nulls(artifacts):
    caught = (artifacts / "AccountQuery.graphql.ts").read_text()
    assert "readonly warnings: Result<ReadonlyArray<AccountWarning>, unknown>;" in caught
    assert "readonly name: string | null | undefined;" in caught
    strict = (artifacts / "AccountOrErrorQuery.graphql.ts").read_text()
    assert "readonly warnings: ReadonlyArray<AccountWarning>;" in strict
    assert "readonly name: string;" in strict


@pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)
def test_a_caught_field_holds_its_reason_and_a_strict_query_throws(server: Server, artifacts):
    program = artifacts.parent / "run-relay.ts"
    seen = answer(program, server.url, ALDER)
    assert seen["name"] == "Alder"
    assert seen["warnings"]["ok"] is False
    [error] = seen["warnings"]["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert seen["error"].startswith("Error: Relay:")
    assert seen["opened"] == "Vetch"
    assert seen["changes"] == [0, 1]
    assert seen["employer"] == {"name": "Alder", "kind": "EMPLOYER"}
    assert seen["complaints"] == []  # the card of an organisation and all of it are two objects
