"""Apprentice records over HTTP: how they are asked for, assigned and taken away."""

from __future__ import annotations

from typing import Any

from scenarios.rows import record_id, user_id
from worlds import Client, Reply, World

LIST = (
    "query ($filter: ApprenticeRecordFilter, $first: Int, $after: String, $last: Int, $before:"
    " String) { apprenticeRecords(filter: $filter, first: $first, after: $after, last: $last,"
    " before: $before) { totalCount nodes { id firstName } edges { cursor } } }"
)
ONE = "query ($id: ID!) { apprenticeRecord(id: $id) { id firstName } }"
NODE = "query ($id: ID!) { node(id: $id) { id __typename ... on ApprenticeRecord { firstName } } }"
UPDATE_EPA = (
    "mutation ($id: ID!, $number: String) { updateEndPointAssessment(input: {recordId: $id,"
    " certificateNumber: $number}) { record { id epa { certificateNumber } } } }"
)
ASSIGN = (
    "mutation ($input: AssignRecordInput!) { assignRecord(input: $input) { record { id } caseload"
    " { id kind owner { name } } } }"
)
ASSIGN_MANY = (
    "mutation ($input: AssignRecordsInput!) { assignRecords(input: $input) { caseload { id kind"
    " owner { name } items(first: 50) { nodes { record { id } } } } } }"
)
UNASSIGN = (
    "mutation ($input: UnassignRecordsInput!) { unassignRecords(input: $input) { organisation"
    " { id } } }"
)
UNKNOWN = "rec_" + "a" * 26


def learners(*numbers: int) -> list[str]:
    """The first names of R1, R2 …: their apprentices are L1, L2 …"""
    return [f"L{number}" for number in numbers]


async def listed(client: Client, **given: object) -> tuple[int, list[str]]:
    """Return the total and the first names of the records that a list holds."""
    reply = await client.ask(LIST, {"first": 50} | given)
    assert reply.errors == []
    page = reply.data["apprenticeRecords"]
    return page["totalCount"], [node["firstName"] for node in page["nodes"]]


async def assign(
    world: World, client: Client, records: list[str] | str, who: str, kind: str = "ASSESSOR"
) -> Reply:
    """Assign one record, or several at once, to a person of the demo world."""
    given: dict[str, Any] = {"userId": await user_id(world, who), "kind": kind}
    if isinstance(records, str):
        return await client.ask(ASSIGN, {"input": {"recordId": records, **given}})
    return await client.ask(ASSIGN_MANY, {"input": {"recordIds": records, **given}})


async def unassign(
    client: Client, records: list[str], kind: str = "ASSESSOR", **given: object
) -> Reply:
    """Take records from everybody of a kind."""
    sent = {"recordIds": records, "kind": kind, "confirm": True} | given
    return await client.ask(UNASSIGN, {"input": sent})


async def assignments(world: World) -> list[tuple[str, str, str]]:
    """Return every assignment that there is: kind, apprentice and assignee."""
    rows = await world.sql(
        "SELECT i.kind, r.first_name, u.name FROM caseload_items i"
        " JOIN apprentice_records r ON r.id = i.record_id JOIN users u ON u.id = i.owner_id"
    )
    return sorted(tuple(row) for row in rows)


def ids(*numbers: int) -> list[str]:
    """The global ids of R1, R2 …"""
    return [record_id(number) for number in numbers]


def the_error(reply: Reply) -> dict[str, Any]:
    """Return the extensions of the one error of an answer."""
    [error] = reply.errors
    return error["extensions"]
