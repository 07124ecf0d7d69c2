"""Every cell of the matrices of apprentice records over HTTP: as each role, on rows in and out.

Each person is asked of three records: one of their organisation and their own caseload, one of
their organisation alone, and one of neither. Commands are sent with an input that the state refuses,
so that who gets past the ladder is told so and nothing changes.
"""

from __future__ import annotations

import pytest
import pytest_asyncio

from record_rights import RIGHTS, cell, full
from scenarios.records import ASSIGN, ASSIGN_MANY, UNASSIGN, assignments, the_error
from scenarios.rows import (
    add_grant,
    add_user,
    insert,
    organisation_id,
    organisation_key,
    record_id,
    user_id,
)

# role: who holds it and where; of the caseload, of the organisation alone, of neither
PEOPLE = {
    "record_assignment.epao_super_admin": ("sam", "epa", 1, 4, 7),
    "record_assignment.epao_admin": ("ade", "epa", 1, 4, 9),
    "record_assignment.senior_assessor": ("sen", "epa", 5, 1, 7),
    "record_assignment.assessor": ("ann", "epa", 1, 3, 9),
    "record_assignment.provider_super_admin": ("psa", "prov", 1, 5, 9),
    "record_assignment.provider_admin": ("pad", "prov", 7, 6, 10),
    "record_assignment.training_manager": ("max", "prov", 1, 5, 9),
    "record_assignment.training_coordinator": ("kim", "prov", 2, 3, 9),
    "inspection_access.tutor": ("tina", "prov", 1, 5, 9),
    "inspection_access.employer_user": ("eric", "alder", 1, 3, 4),
    "employer_account.owner": ("olga", "alder", 1, 3, 4),
    "employer_account.transactor": ("tess", "birch", 4, 6, 1),
    "employer_account.viewer": ("vera", "alder", 1, 3, 4),
    "employer_account.aan": ("aisha", "alder", 1, 3, 4),
}
EACH_ROLE = pytest.mark.parametrize("role", PEOPLE)
FIELDS = {
    "firstName": "read",
    "email": "read_identity",
    "dateOfBirth": "read_identity",
    "reference": "read_commitment",
    "standardTitle": "read_commitment",
    "employer { name }": "read_commitment",
    "training { progressPercent }": "read_training",
    "training { evidence(first: 1) { totalCount nodes { title } } }": "read_training",
    "training { feedback(first: 1) { totalCount nodes { text } } }": "read_training",
    "epa { gatewayStatus }": "read_epa",
    "epa { components { name outcome } }": "read_epa",
    "cost": "read_funding",
    "priceHistory { cost }": "read_funding",
    "assignees { initials }": "read_assignees",
    "unassigned": "read_assignees",
}
FILTERS = {
    '{lastName: {startsWith: "L"}}': ("search", "filter.lastName"),
    '{uln: {in: ["9900000001"]}}': ("search", "filter.uln"),
    '{email: {eq: "l1@example.test"}}': ("search_details", "filter.email"),
    "{status: {eq: LIVE}}": ("search_details", "filter.status"),
    "{unassigned: true}": ("search_unassigned", "filter.unassigned"),
    "{cost: {gt: 0}}": ("read_funding", "filter.cost"),
}


def test_everybody_of_the_tables_is_asked():
    assert RIGHTS.keys() == PEOPLE.keys()
    built = {full(action) for action in FIELDS.values()}
    assert built <= {action for held in RIGHTS.values() for action in held}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def peopled(shared_world):
    """The demo world with the two administrators of a provider that it lacks, and R5 for Sen."""
    world = shared_world
    for subject, role in (("psa", "provider_super_admin"), ("pad", "provider_admin")):
        user = await add_user(world, subject.title(), subject=subject)
        prov = await organisation_key(world, "prov")
        await add_grant(world, user, prov, f"record_assignment.{role}")
    epa, sen = await organisation_key(world, "epa"), (await user_id(world, "sen"))[4:]
    load = await insert(world, "caseloads", kind="ASSESSOR", organisation_id=epa, owner_id=sen)
    await insert(
        world,
        "caseload_items",
        caseload_id=load,
        record_id=record_id(5)[4:],
        kind="ASSESSOR",
        organisation_id=epa,
        owner_id=sen,
        assigned_at=1,
    )
    return world


async def asking(world, role):
    return await world.client(subject=PEOPLE[role][0], email="somebody@example.test")


def reached(role: str, action: str) -> list[bool]:
    """Tell of the three records whether the action reaches them."""
    return {"org": [True, True, False], "cl": [True, False, False], "-": [False] * 3}[
        cell(role, full(action))
    ]


@pytest.mark.dealt("role")
@EACH_ROLE
@pytest.mark.parametrize("field", FIELDS)
async def test_each_field_as_each_role(peopled, role, field):
    client, name = await asking(peopled, role), field.partition(" ")[0]
    records = PEOPLE[role][2:]
    for number, seen, open_ in zip(
        records, reached(role, "read"), reached(role, FIELDS[field]), strict=True
    ):
        reply = await client.ask(
            f'{{ apprenticeRecord(id: "{record_id(number)}") {{ id {field} }} }}'
        )
        if not seen:
            code = "FORBIDDEN" if cell(role, full("read")) == "-" else "NOT_FOUND"
            assert reply.data == {"apprenticeRecord": None}
            assert reply.refusals == {"apprenticeRecord": code}
        elif open_:
            assert reply.errors == []
            assert reply.data["apprenticeRecord"][name] is not None or "epa" in field
        else:
            assert reply.data["apprenticeRecord"] == {"id": record_id(number), name: None}
            assert reply.refusals == {f"apprenticeRecord.{name}": "FORBIDDEN"}
            assert the_error(reply)["coordinate"] == f"ApprenticeRecord.{name}"


@pytest.mark.dealt("role")
@EACH_ROLE
@pytest.mark.parametrize("given", FILTERS)
async def test_each_way_to_search_as_each_role(peopled, role, given):
    client, (action, argument) = await asking(peopled, role), FILTERS[given]
    reply = await client.ask(
        f"{{ apprenticeRecords(first: 50, filter: {given}) {{ totalCount nodes {{ id }} }} }}"
    )
    if cell(role, full("read")) == "-":
        assert reply.data == {"apprenticeRecords": None}
        assert reply.refusals == {"apprenticeRecords": "FORBIDDEN"}
    elif cell(role, full(action)) == "-":
        assert reply.data == {"apprenticeRecords": None}
        error = the_error(reply)
        assert (error["code"], error["argument"]) == ("FORBIDDEN", argument)
    else:
        assert reply.errors == []
        found = {node["id"] for node in reply.data["apprenticeRecords"]["nodes"]}
        assert len(found) == reply.data["apprenticeRecords"]["totalCount"]
        everything = await client.ask("{ apprenticeRecords(first: 50) { nodes { id } } }")
        seen = {node["id"] for node in everything.data["apprenticeRecords"]["nodes"]}
        assert found <= seen
        if given.startswith(("{lastName", "{status", "{cost")):
            assert found == seen != set()
        assert record_id(PEOPLE[role][4]) not in seen


NEW = {
    "updateTraining": ("ifVersion: 999999", "edit_training"),
    "addEvidence": ('title: "", kind: ASSIGNMENT, content: "x"', "edit_training"),
    "giveFeedback": ('text: ""', "edit_training"),
    "updateEndPointAssessment": ("ifVersion: 999999", "edit_epa"),
    "recordAssessmentComponent": ('name: "", attempt: FIRST, takenOn: "2026-10-01"', "edit_epa"),
}
PAST = {"CONFLICT", "BAD_USER_INPUT"}
"""What the state and the value of an input are answered with, behind the ladder."""


async def rungs(client, role, actions, send):
    """Hold the answers for the three records against the ladder: held, in sight, held there."""
    held = [cell(role, full(action)) for action in actions]
    rows = zip(PEOPLE[role][2:], reached(role, "read"), strict=True)
    for at, (number, seen) in enumerate(rows):
        reply = await send(client, record_id(number))
        error = the_error(reply)
        if "-" in held:
            assert error["code"] == "FORBIDDEN"
        elif not seen:
            assert error["code"] == "NOT_FOUND"
        elif all(reached(role, action)[at] for action in actions):
            assert error["code"] in PAST
        else:
            assert error["code"] == "FORBIDDEN"
        assert set(reply.data.values()) == {None}


@pytest.mark.dealt("role")
@EACH_ROLE
@pytest.mark.parametrize("name", NEW)
async def test_each_edit_as_each_role(peopled, role, name):
    given, action = NEW[name]

    async def send(client, id_):
        return await client.ask(
            f'mutation {{ {name}(input: {{recordId: "{id_}", {given}}}) {{ record {{ id }} }} }}'
        )

    await rungs(await asking(peopled, role), role, [action], send)


KINDS = ["ASSESSOR", "TRAINING_COORDINATOR", "CASE_OWNER"]


@pytest.mark.dealt("role")
@EACH_ROLE
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["assign one", "assign many", "unassign"])
async def test_each_assignment_as_each_role(peopled, role, kind, way):
    before = await assignments(peopled)
    someone = await user_id(peopled, {"epa": "ade", "prov": "max"}.get(PEOPLE[role][1], "olga"))

    async def send(client, id_):
        if way == "assign one":
            given = {"recordId": id_, "userId": someone, "kind": kind}
            return await client.ask(ASSIGN, {"input": given})
        if way == "assign many":
            given = {"recordIds": [id_], "userId": someone, "kind": kind}
            return await client.ask(ASSIGN_MANY, {"input": given})
        return await client.ask(UNASSIGN, {"input": {"recordIds": [id_], "kind": kind}})

    verb = way.partition(" ")[0]
    actions = [verb, f"{verb}_{kind.lower()}"]
    await rungs(await asking(peopled, role), role, actions, send)
    assert await assignments(peopled) == before


@pytest.mark.dealt("role")
@EACH_ROLE
async def test_who_can_be_assigned_as_each_role(peopled, role):
    client, said = await asking(peopled, role), cell(role, "assignable_user.read")
    for where in ("epa", "prov", "epa two", "prov two"):
        given = {"id": await organisation_id(peopled, where)}
        reply = await client.ask(
            "query ($id: ID!) { organisation(id: $id) { assignableUsers(first: 50) {"
            " totalCount nodes { user { name } } } } }",
            given,
        )
        if where != PEOPLE[role][1]:
            assert reply.data == {"organisation": None}
            assert reply.refusals == {"organisation": "NOT_FOUND"}
        elif said == "org":
            assert reply.errors == []
            assert reply.data["organisation"]["assignableUsers"]["totalCount"] >= 3
        else:
            assert reply.data == {"organisation": {"assignableUsers": None}}
            assert reply.refusals == {"organisation.assignableUsers": "FORBIDDEN"}


OWNERS = {
    "record_assignment.epao_super_admin": ["Abe", "Ann", "Sen"],
    "record_assignment.epao_admin": ["Abe", "Ann", "Sen"],
    "record_assignment.senior_assessor": ["Abe", "Ann", "Sen"],
    "record_assignment.assessor": ["Ann"],
    "record_assignment.provider_super_admin": ["Kim", "Robin", "Robin", "Tina"],
    "record_assignment.provider_admin": ["Kim", "Robin", "Robin", "Tina"],
    "record_assignment.training_manager": ["Kim", "Robin", "Robin", "Tina"],
    "record_assignment.training_coordinator": ["Kim"],
    "inspection_access.tutor": ["Tina"],
}


@pytest.mark.dealt("role")
@EACH_ROLE
async def test_whose_caseloads_each_role_sees(peopled, role):
    client = await asking(peopled, role)
    reply = await client.ask(
        "{ caseloads(first: 9) { totalCount nodes { owner { name } organisation { name }"
        " items(first: 9) { totalCount nodes { record { id } } } } } }"
    )
    assert (cell(role, "caseload.read") == "-") is (role not in OWNERS)
    if role not in OWNERS:
        assert reply.data == {"caseloads": None}
        assert reply.refusals == {"caseloads": "FORBIDDEN"}
        return
    assert reply.errors == []
    page = reply.data["caseloads"]
    assert sorted(node["owner"]["name"] for node in page["nodes"]) == OWNERS[role]
    assert page["totalCount"] == len(OWNERS[role])
    assert {n["organisation"]["name"].lower() for n in page["nodes"]} == {PEOPLE[role][1]}
    assert all(item["record"] for n in page["nodes"] for item in n["items"]["nodes"])
