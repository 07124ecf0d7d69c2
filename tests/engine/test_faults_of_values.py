"""Values that their types cannot hold: null where GraphQL says, with an error at the exact path."""

from __future__ import annotations

import logging

import pytest

import value_lab
from asking import Desk
from value_lab import FAULTY, lab_policy, lab_schema

WHOLE = """{ leaf { text maybe __typename } strict { text } some { text maybe } every { text }
  rows number shade price nothing again: leaf { t: text } }"""


@pytest.fixture
def lab(database) -> Desk:
    return Desk(database, schema=lab_schema(), policy=lab_policy(), scopes=value_lab.SCOPES)


def faults_of(answer) -> list[tuple[object, ...]]:
    found = []
    for error in answer.payload.get("errors", ()):
        assert error["message"] == "Something went wrong on our side."
        extensions = error["extensions"]
        assert extensions["code"] == "INTERNAL_SERVER_ERROR"
        path = ".".join(map(str, error["path"]))
        found.append((path, extensions["coordinate"], str(error["locations"])))
    return sorted(found)


@pytest.mark.parametrize("field", ["branch", "branches", "whole"])
@pytest.mark.parametrize("which", FAULTY)
async def test_a_fault_is_null_where_graphql_core_makes_it_null(lab, which, field):
    document = f"query ($which: String!) {{ {field}(which: $which) {WHOLE} }}"
    engine = await lab.ask("olga", document, {"which": which})
    plain = await lab.ask("olga", document, {"which": which}, plain=True)
    assert engine.report.plan != plain.report.plan
    assert engine.payload["data"] == plain.payload["data"]
    assert faults_of(engine) == faults_of(plain)


EXACT = {
    "a null below no null": ("whole", None, ["whole.1.strict.text"]),
    "a null item without null": ("branch", {"every": None}, ["branch.every.1"]),
    "a number in a list in a list": ("branch", {"rows": None}, ["branch.rows.1.1"]),
    "an item of a list": ("branch", {"some": [{"text": "a"}, None, {"text": "3"}, None]}, ["branch.some.1.text", "branch.some.3.text"]),
}  # fmt: skip


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
@pytest.mark.parametrize("which", EXACT)
async def test_the_nearest_null_and_the_exact_path(lab, which, plain):
    field, found, paths = EXACT[which]
    below = {"every": "every { text }", "rows": "rows", "some": "some { text }"}
    asked = below[next(iter(found))] if found else "strict { text }"
    document = f'{{ {field}(which: "{which}") {{ {asked} }} }}'
    answer = await lab.ask("olga", document, plain=plain)
    assert answer.payload["data"] == {field: found}
    assert [path for path, _, _ in faults_of(answer)] == paths


COMPUTED = """{ organisations(first: 40) { nodes { name branch %s numbers tooFew someFail } } }"""


async def test_a_computed_value_has_its_faults_at_its_own_row(lab):
    engine = await lab.ask("petra", COMPUTED % WHOLE)
    plain = await lab.ask("petra", COMPUTED % WHOLE, plain=True)
    assert engine.payload["data"] == plain.payload["data"]
    assert faults_of(engine) == faults_of(plain)
    nodes = engine.payload["data"]["organisations"]["nodes"]
    for i, node in enumerate(nodes):
        at = [
            path for path, _, _ in faults_of(engine) if path.startswith(f"organisations.nodes.{i}.")
        ]
        assert node["tooFew"] is None  # as many values as rows, or none of them counts
        assert f"organisations.nodes.{i}.tooFew" in at
        fails = "r" in node["name"]
        assert node["someFail"] == (None if fails else len(node["name"]))
        assert (f"organisations.nodes.{i}.someFail" in at) is fails
        assert node["numbers"] is None
        assert (f"organisations.nodes.{i}.numbers.1" in at) is fails


async def test_a_fault_is_told_to_whoever_runs_the_house(lab, caplog):
    with caplog.at_level(logging.ERROR, "fieldgate.engine"):
        await lab.ask("olga", '{ branch(which: "attributes that fail") { number } }')
    assert "ArithmeticError: number" in caplog.text


STORED = """{ organisations(first: 3) { nodes { cost } } schemes(first: 30) { nodes { reference added worth nothing } } }"""


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_a_stored_value_that_its_type_cannot_hold(lab, plain):
    """An instant is larger than an Int, and a name is no price; a revision of 1 is a penny."""
    answer = await lab.ask("petra", STORED, plain=plain)
    assert {node["cost"] for node in answer.payload["data"]["organisations"]["nodes"]} == {"0.01"}
    schemes = answer.payload["data"]["schemes"]["nodes"]
    odd = ("added", "worth", "nothing")
    assert all(s["reference"] and {s[name] for name in odd} == {None} for s in schemes)
    assert sorted((path, where) for path, where, _ in faults_of(answer)) == sorted(
        (f"schemes.nodes.{i}.{name}", f"Scheme.{name}") for i in range(len(schemes)) for name in odd
    )


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_what_a_computed_field_refuses_is_told_in_its_own_words(lab, plain):
    answer = await lab.ask(
        "petra", "{ organisations(first: 2) { nodes { name refused } } }", plain=plain
    )
    found = [(e["message"], e["path"], e["extensions"]) for e in answer.payload["errors"]]
    extensions = {"code": "CONFLICT", "coordinate": "Organisation.refused", "reason": "LATER"}
    assert found == [
        ("Not now.", ["organisations", "nodes", i, "refused"], extensions) for i in (0, 1)
    ]
