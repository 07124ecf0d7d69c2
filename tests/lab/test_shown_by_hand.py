"""What a row shows to whom: under its masks, behind its gates, and where conditions hold."""

from __future__ import annotations

import pytest

from asking import errors_of
from lab import rows
from lab.by_hand import CHERRY, DAN, NOTES, RECORDS, SAM, codes

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATHS = pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])


@PATHS
async def test_a_list_stands_under_its_own_action_and_its_rows(desk, plain):
    """Whoever may list the notes of a record is shown the published ones."""
    document = "{ records(first: 100) { nodes { code notes { id } notePages(first: 9) { totalCount nodes { id } } } } }"
    answer = await desk.ask("cora", document, plain=plain)
    shown = {}
    for n, note in enumerate(NOTES):
        if note["published"]:
            shown.setdefault((n // 3) * 2, set()).add(f"not_{note['id']}")
    for node in answer.payload["data"]["records"]["nodes"]:
        wanted = shown.get(int(node["code"][2:]), set())
        assert {each["id"] for each in node["notes"]} == wanted
        assert {each["id"] for each in node["notePages"]["nodes"]} == wanted
        assert node["notePages"]["totalCount"] == len(wanted)


@PATHS
async def test_a_list_of_fields_opens_those_alone(desk, plain):
    """A Transactor and a Viewer are shown telephone numbers, and not the address beside them."""
    answer = await desk.ask(
        "dan", "{ records(first: 100) { nodes { code phone email } } }", plain=plain
    )
    nodes = answer.payload["data"]["records"]["nodes"]
    at = {int(node["code"][2:]): node for node in nodes}
    assert sorted(at) == DAN
    for n, node in at.items():
        assert node["phone"] == (RECORDS[n]["phone"] if n % 5 in {1, 3} else None)
        assert node["email"] is None
    codes_of = errors_of(answer)
    assert sum(path.endswith(".email") for path in codes_of) == len(nodes)
    assert sum(path.endswith(".phone") for path in codes_of) == sum(
        n % 5 not in {1, 3} for n in DAN
    )


@PATHS
async def test_a_card_is_shown_under_the_action_of_its_record(desk, plain):
    """Who hosts is told with what a record costs: to Sam at Cherry alone."""
    answer = await desk.ask(
        "sam", "{ records(first: 100) { nodes { code host { name } } } }", plain=plain
    )
    nodes, refused = answer.payload["data"]["records"]["nodes"], errors_of(answer)
    for at, node in enumerate(nodes):
        n = int(node["code"][2:])
        hosted = n in CHERRY and RECORDS[n]["host_id"] is not None
        assert (node["host"] is not None) == hosted
        assert (f"records.nodes.{at}.host" in refused) == (n not in CHERRY)
    assert len(nodes) == len(SAM)


@PATHS
async def test_a_condition_on_the_row_is_told_as_one(desk, plain):
    """Outcomes are the Owner's once a record is completed."""
    answer = await desk.ask(
        "cora", "{ records(first: 100) { nodes { code outcome } } }", plain=plain
    )
    nodes = answer.payload["data"]["records"]["nodes"]
    refused = errors_of(answer)
    assert sorted(node["code"] for node in nodes) == codes(CHERRY)
    for at, node in enumerate(nodes):
        row = RECORDS[int(node["code"][2:])]
        completed = row["status"] == "COMPLETED"
        assert node["outcome"] == (row["outcome"] if completed else None)
        assert refused.get(f"records.nodes.{at}.outcome") == (None if completed else "PRECONDITION")


@PATHS
async def test_a_condition_on_the_parent_shuts_the_gate_there(desk, plain):
    """Tariq owns Birch, which has not accepted the terms, and is no Owner of Alder, which has."""
    document = "{ organisations(first: 9) { nodes { id events(first: 9) { nodes { text } } } } }"
    answer = await desk.ask("tariq", document, plain=plain)
    nodes = answer.payload["data"]["organisations"]["nodes"]
    refused = errors_of(answer)
    shut = {
        "alder": "FORBIDDEN",
        "birch": "PRECONDITION",
        "prov": "FORBIDDEN",
        "prov-two": "FORBIDDEN",
    }
    names = {f"org_{rows.organisation_key(name)}": code for name, code in shut.items()}
    assert {node["id"] for node in nodes} == set(names)
    for at, node in enumerate(nodes):
        assert node["events"] is None
        assert refused[f"organisations.nodes.{at}.events"] == names[node["id"]]


@PATHS
async def test_a_refused_type_of_an_edge_is_not_read_and_named_by_the_plan(desk, plain):
    """Sam is told what events happened to at Cherry, and not at Prov Two; of vaults he knows not."""
    statements = []
    desk.database.observer = statements.append
    document = "{ events(first: 50) { nodes { text subject { __typename } } } }"
    answer = await desk.ask("sam", document, plain=plain)
    desk.database.observer = None
    nodes = answer.payload["data"]["events"]["nodes"]
    at = {int(node["text"].removeprefix("Event ")): i for i, node in enumerate(nodes)}
    assert sorted(at) == [n for n in range(42) if n % 7 in {2, 6}]
    refused = {f"events.nodes.{i}.subject": "FORBIDDEN" for n, i in at.items() if n % 7 == 6}
    assert errors_of(answer) == refused
    seen = {n: nodes[at[n]]["subject"] for n in at if n % 7 == 2}
    assert {n: subject["__typename"] for n, subject in seen.items() if subject} == {
        16: "Person",
        30: "Record",
    }
    lines = answer.payload["extensions"]["authorization"]["withheld"]
    assert {"coordinate": "Event.subject", "type": "Vault", "code": "FORBIDDEN"} in lines
    assert not any("lab_vaults" in text for text in statements)
