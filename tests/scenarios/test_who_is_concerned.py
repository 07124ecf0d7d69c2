"""An assignment concerns who is assigned and their own side's administrators, and nobody else.

The expected sets are from the rules: the assignee's sight (D1-02), the badges and the caseloads of
those who see all records of the same side (D1-08, B02), and of the other side nothing (D1-08).
"""

from __future__ import annotations

from typing import Any

import pytest

from db.seed.demo import PEOPLE
from db.seed.demo.fixed import user_key
from scenarios.rows import record_id
from worlds import Client, World

EVERYBODY = [person.handle for person in PEOPLE if person.signs_in]
ASSESSING = {"sam", "ade", "sen"}
"""Who sees all records of Epa; of Prov it is Max alone."""
RECORDS = """{
  apprenticeRecords(first: 20) {
    totalCount
    nodes {
      id uln email reference status cost unassigned allowedActions
      employer { name } provider { name } epao { name } priceHistory { cost }
      training { loggedHours evidence(first: 2) { totalCount } feedback(first: 2) { totalCount } }
      epa { grade components { name outcome } }
      assignees { kind initials avatar }
    }
  }
}"""
FOUND = """{
  free: apprenticeRecords(first: 100, filter: {unassigned: true}) { totalCount nodes { id } }
  taken: apprenticeRecords(first: 100, filter: {unassigned: false}) { totalCount nodes { id } }
  caseloads(first: 9) {
    nodes {
      id kind owner { name } items(first: 9) { totalCount nodes { assignedBy { name } record { id } } }
    }
  }
}"""
PLACES = """{
  organisations(first: 4) {
    nodes {
      name allowedActions
      caseloads(first: 9) { totalCount nodes { items(first: 1) { totalCount } } }
      assignableUsers(first: 9) { nodes { kind user { name } } }
      account { apprenticeships(first: 9) { totalCount nodes { id unassigned assignees { kind } } } }
    }
  }
  users(first: 20) { nodes { id name status grants { role } } }
  me { grants { role } }
}"""
ASSIGN = """mutation ($input: AssignRecordsInput!) {
  assignRecords(input: $input) { caseload { id } }
}"""
UNASSIGN = """mutation ($input: UnassignRecordsInput!) {
  unassignRecords(input: $input) { organisation { id } }
}"""


async def answers(people: dict[str, Client]) -> dict[str, dict[str, Any]]:
    """Return all that everybody is answered, refusals included."""
    found: dict[str, dict[str, Any]] = {}
    for handle, client in people.items():
        for document in (RECORDS, FOUND, PLACES):
            reply = await client.ask(document)
            assert reply.data is not None, reply.json
            kept = found.setdefault(handle, {"refusals": {}})
            kept |= reply.data
            kept["refusals"] |= reply.refusals
    return found


def concerned(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {handle for handle, answer in before.items() if after[handle] != answer}


def records(answer: dict[str, Any]) -> set[str]:
    page = answer["apprenticeRecords"] or {"nodes": ()}
    return {node["id"] for node in page["nodes"]}


def assigned(numbers: tuple[int, ...], to: str, kind: str) -> dict[str, Any]:
    ids = [record_id(number) for number in numbers]
    return {"input": {"recordIds": ids, "userId": f"usr_{user_key(to)}", "kind": kind}}


def unassigned(numbers: tuple[int, ...], kind: str) -> dict[str, Any]:
    ids = [record_id(number) for number in numbers]
    return {"input": {"recordIds": ids, "kind": kind, "confirm": True}}


# who does what, who is concerned, whose sight of which records changes
CASES = [
    pytest.param(
        "ade", ASSIGN, assigned((4, 5), "ann", "ASSESSOR"),
        ASSESSING | {"ann"}, {"ann": {4, 5}}, id="an assessor is assigned",
    ),
    pytest.param(
        "sam", UNASSIGN, unassigned((1, 3), "ASSESSOR"),
        ASSESSING | {"ann", "abe"}, {"ann": {1}, "abe": {3}}, id="assessors are removed",
    ),
    pytest.param(
        "max", ASSIGN, assigned((5, 6), "leo", "TRAINING_COORDINATOR"),
        {"max", "leo"}, {"leo": {5, 6}}, id="a Training Coordinator is assigned",
    ),
    pytest.param(
        "max", UNASSIGN, unassigned((1, 7), "CASE_OWNER"),
        {"max", "tina", "robin"}, {"tina": {1}}, id="Robin has R7 in another kind as well",
    ),
    pytest.param(
        "ade", ASSIGN, assigned((1,), "ann", "ASSESSOR"),
        set(), {}, id="who has a record already",
    ),
]  # fmt: skip


@pytest.mark.dealt("who")
@pytest.mark.parametrize(("who", "document", "given", "wanted", "sights"), CASES)
async def test_an_assignment_concerns(world: World, who, document, given, wanted, sights):
    people = {handle: await world.client(handle) for handle in EVERYBODY}
    before = await answers(people)
    reply = await people[who].ask(document, given)
    assert reply.refusals == {}
    after = await answers(people)
    assert concerned(before, after) == wanted
    changed = {
        handle: records(before[handle]) ^ records(after[handle])
        for handle in wanted
        if records(before[handle]) != records(after[handle])
    }
    assert changed == {
        handle: {record_id(number) for number in numbers} for handle, numbers in sights.items()
    }
