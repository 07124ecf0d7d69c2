"""S82: nobody else's answers change by a byte for an inspection; a preview shows what is shown."""

import json

import pytest

from scenarios.inspecting import (
    DETAILS,
    ILR,
    THREE,
    TRAINING,
    TWO,
    WHOLE,
    do,
    in_force,
    said,
    sealed_off,
    visit,
)
from scenarios.records import ONE, UNKNOWN, ids, the_error
from scenarios.rows import add_grant, add_user, organisation_id, organisation_key, record_id

AROUND = """
query ($prov: ID!, $alder: ID!, $group: ID!, $record: ID!) {
  me { id name status allowedActions
    grants { role organisation { id name } startsAt endsAt editVersion } }
  users(first: 20) { totalCount nodes { id name email status grants { id role } } }
  caseloads(first: 20) { totalCount nodes { kind owner { name }
    items(first: 20) { totalCount nodes { record { id } assignedAt } } } }
  prov: organisation(id: $prov) { ...organisation }
  alder: organisation(id: $alder) { ...organisation }
  inspectionGroups(first: 20) { totalCount }
  inspectionGroup(id: $group) { name }
  node(id: $record) { id ... on ApprenticeRecord { firstName training { progressPercent } } }
}
fragment organisation on Organisation {
  id name editVersion allowedActions
  assignableUsers(first: 20, filter: {kind: {eq: CASE_OWNER}}) { totalCount nodes { user { name } } }
  caseloads(first: 20) { totalCount nodes { id } }
}
"""
FOUND = (
    '{ apprenticeRecords(first: 50, filter: {lastName: {eq: "Learner"}, status: {eq: LIVE}},'
    " orderBy: {field: START_DATE, direction: DESC}) { totalCount edges { cursor node { id reference } } } }"
)
NODES = (
    "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on ApprenticeRecord { x: lastName email"
    " ilr { niNumber } } } }"
)
BY_NAME = (
    "query ($first: Int, $filter: ApprenticeRecordFilter) { learners(show: ALL, first: $first,"
    " filter: $filter) { totalCount edges { cursor node { ...one } } pageInfo { hasNextPage } }"
    " apprenticeRecords(first: 3, orderBy: {field: LAST_NAME, direction: DESC}) { nodes { ...one"
    " } } } fragment one on ApprenticeRecord { uln again: uln status epa { grade } }"
)
GROUPS = (
    "{ inspectionGroups(first: 9) { totalCount nodes { id name body editVersion allowedActions"
    " inspectors(first: 2) { totalCount } } } }"
)
PREVIEW = (
    "query ($id: ID!, $permissions: [InspectorPermission!]!, $channels: [InspectorChannel!]!,"
    " $document: String!, $variables: JSON) { inspectionGroup(id: $id) { previewAccess(permissions:"
    " $permissions, channels: $channels, document: $document, variables: $variables) } }"
)
SIGHTS = [
    (TWO, ["CONSOLE"]),
    (THREE, ["CONSOLE", "CLASSIC"]),
    (THREE, ["CLASSIC"]),
    (THREE, ["CONSOLE"]),
    (["VIEW_ALL_IN_ASSIGNED_GROUP"], ["CONSOLE"]),
    (["TRAINEE_ASSESSOR"], ["CONSOLE"]),
    ([], ["CONSOLE"]),
]


# S82: Given snapshots of Tina's and the employer user's full result sets; when L1 joins and leaves
# the group; then byte-identical before, during, after. I16: «no other role's result set».
@pytest.mark.dealt("plain")
@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_s82_nobody_elses_answers_change_by_a_byte(world, plain):
    people = ("tina", "eric") if plain else ("tina", "eric", "kim", "max", "ann", "olga", "robin")
    clients = {who: await world.client(who) for who in people}
    made = await visit(world)
    given = {
        "prov": await organisation_id(world, "prov"),
        "alder": await organisation_id(world, "alder"),
        "group": made.group,
        "record": record_id(1),
    }

    async def answers():
        found = {}
        for who, client in clients.items():
            for name, document in (("whole", WHOLE), ("around", AROUND), ("found", FOUND)):
                reply = await client.ask(document, given if name == "around" else None, plain=plain)
                assert reply.status == 200, reply.errors
                found[who, name] = (reply.status, reply.response.content, tuple(reply.statements))
        return found

    before = await answers()
    for who, name in before:
        assert b"Learner" in before[who, name][1] or name != "whole"

    async def unchanged(step):
        now = await answers()
        assert [key for key in before if now[key][:2] != before[key][:2]] == [], step

    await made.account()
    await unchanged("an account")
    await made.add(1, 2)
    await unchanged("prepared")
    await made.open()
    await unchanged("open")
    await made.remove(1)
    await unchanged("L1 left")
    await made.add(1)
    await unchanged("L1 joined")
    ivy = await world.client("ivy")
    assert (await ivy.ask(ONE, {"id": record_id(1)})).errors == []
    await made.close()
    await unchanged("closed")


@pytest.mark.parametrize("who", ["tina", "eric", "kim", "max", "olga", "petra"])
async def test_nobody_else_is_told_of_an_inspection(world, who):
    """F07: «do tutors/employers see that a learner is being inspected?», no."""
    made = await in_force(world, 1, 2)
    client = await world.client(who)
    document = "query ($id: ID!) { inspectionGroup(id: $id) { name } node(id: $id) { id } }"
    here = await client.ask(document, {"id": made.group})
    nowhere = await client.ask(document, {"id": "grp_" + "a" * 26})
    assert here.data == {"inspectionGroup": None, "node": None}
    assert here.refusals == {"inspectionGroup": "FORBIDDEN", "node": "FORBIDDEN"}
    assert here.response.content == nowhere.response.content
    listed = await client.ask("{ inspectionGroups(first: 5) { totalCount nodes { id } } }")
    assert listed.data == {"inspectionGroups": None}
    account = await client.ask(
        "query ($id: ID!) { node(id: $id) { id } }", {"id": made.accounts["ivy"]}
    )
    assert the_error(account)["code"] == "FORBIDDEN"
    for name, given in (
        ("addLearners", {"groupId": made.group, "recordIds": ids(3)}),
        ("openInspection", {"groupId": made.group, "allLearners": True}),
        ("closeInspection", {"groupId": made.group}),
        ("activateInspector", {"accountId": made.accounts["ivy"]}),
    ):
        assert said(await do(client, name, **given))[0] == "FORBIDDEN"
    preview = {"permissions": TWO, "channels": ["CONSOLE"], "document": WHOLE}
    asked = await client.ask(PREVIEW, {"id": made.group, **preview})
    assert asked.data == {"inspectionGroup": None}
    assert the_error(asked)["code"] == "FORBIDDEN"


async def test_a_superuser_of_another_provider_does_not_find_it(world):
    made = await in_force(world, 1, 2)
    two = await organisation_key(world, "prov two")
    await add_grant(
        world,
        await add_user(world, "Una Two", subject="una"),
        two,
        "inspection_access.superuser",
    )
    una = await world.client(subject="una")
    preview = {"permissions": TWO, "channels": ["CONSOLE"], "document": WHOLE}
    for identifier in (made.group, "grp_" + "a" * 26):
        asked = await una.ask(PREVIEW, {"id": identifier, **preview})
        assert asked.data == {"inspectionGroup": None}
        assert the_error(asked)["code"] == "NOT_FOUND"
        refused = await do(una, "closeInspection", groupId=identifier)
        assert said(refused)[0] == "NOT_FOUND"


def of_inspector(world_ids) -> dict[str, tuple[str, dict[str, object] | None]]:
    """What an inspector may come to ask: everything, one by one, in other shapes, and wrongly."""
    one = f"query ($id: ID!) {{ apprenticeRecord(id: $id) {{ {DETAILS} {TRAINING} {ILR} }} }}"
    learner = {"first": 1, "filter": {"lastName": {"eq": "Learner"}}}
    return {
        "whole": (WHOLE, None),
        "shown": (one, {"id": record_id(1)}),
        "second": (one, {"id": record_id(2)}),
        "hidden": (one, {"id": record_id(4)}),
        "unknown": (one, {"id": UNKNOWN}),
        "nonsense": (one, {"id": "nonsense"}),
        "nodes": (NODES, {"ids": [*ids(2, 4, 1), "nonsense", *world_ids]}),
        "by status": ("{ learners(show: ALL, first: 9, filter: {status: {eq: LIVE}}) { totalCount } }", None),
        "by cost": ("{ learners(show: ALL, first: 9, orderBy: {field: COST}) { totalCount } }", None),
        "by name": (BY_NAME, learner),
        "groups": (GROUPS, None),
        "no page": ("{ learners(show: ALL) { totalCount } }", None),
        "no field": ("{ learners(first: 1) { totalPages } }", None),
        "no document": ("{ learners(", None),
        "no variable": (one, {}),
        "organisations": ("{ organisations(first: 9) { totalCount nodes { name kind } } }", None),
    }  # fmt: skip


# S82: `previewAccess` for a dummy inspector equals Ivy's real result cell by cell (ids, values,
# nulls, error codes and paths). D4-04: «so that you can check that your selected roles give the
# external party the visibility they need».
@pytest.mark.parametrize(
    ("permissions", "channels"), SIGHTS, ids=[f"{p}-{c}".lower() for p, c in SIGHTS]
)
async def test_s82_a_preview_is_what_the_inspector_sees(world, permissions, channels):
    made = await visit(world)
    await made.add(1, 2)
    documents = of_inspector([made.group])

    async def previewed():
        found = {}
        for name, (document, variables) in documents.items():
            given = {"permissions": permissions, "channels": channels}
            given |= {"document": document, "variables": variables}
            reply = await made.sue.ask(PREVIEW, {"id": made.group} | given)
            assert reply.errors == [], name
            found[name] = reply.data["inspectionGroup"]["previewAccess"]
        return found

    # D4-04 is before the account is made; and it stays so while the visit is on
    foreseen = await previewed()
    ivy = await made.account(permissions=permissions, channels=channels)
    await made.open()
    for now in (foreseen, await previewed()):
        for name, (document, variables) in documents.items():
            real = await ivy.ask(document, variables)
            assert cells(now[name]) == cells(real.json), name
            assert sealed_off(compact(now[name])) == sealed_off(compact(real.json)), name


def compact(payload) -> str:
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False)


def cells(payload, way=()) -> dict[str, object]:
    """Return every value of the data and every error, by where it stands."""
    data, errors = payload.get("data"), payload.get("errors", [])
    found: dict[str, object] = {}

    def walk(value, way):
        if isinstance(value, dict):
            for key, each in value.items():
                walk(each, (*way, key))
        elif isinstance(value, list):
            for number, each in enumerate(value):
                walk(each, (*way, str(number)))
        elif way[-1:] not in {("cursor",), ("startCursor",), ("endCursor",), ("url",)}:
            found[".".join(way)] = value

    walk(data, way)
    for error in errors:
        at = ".".join(map(str, error.get("path", ["-"])))
        found[f"{at} refused"] = error["extensions"]["code"]
    return found


async def test_what_is_previewed_is_not_nothing(world):
    """What the comparison rests on: a preview of two learners holds their cells and refusals."""
    made = await in_force(world, 1, 2)
    given = {"permissions": TWO, "channels": ["CONSOLE"], "document": WHOLE}
    reply = await made.sue.ask(PREVIEW, {"id": made.group} | given)
    shown = cells(reply.data["inspectionGroup"]["previewAccess"])
    assert shown["learners.nodes.0.firstName"] == "L1"
    assert shown["learners.nodes.1.training.evidence.totalCount"] == 3
    assert shown["learners.nodes.0.ilr refused"] == "FORBIDDEN"
    assert shown["learners.nodes.1.cost refused"] == "FORBIDDEN"
    assert shown["mine.totalCount"] == 0


async def test_a_preview_of_all_learners(world):
    """F05: «the `ilr` of an unverified learner is null + PRECONDITION», in a preview too."""
    made = await visit(world)
    art = await made.account("art", permissions=THREE, channels=["CLASSIC"])
    await made.open(allLearners=True)
    given = {"permissions": THREE, "channels": ["CLASSIC"], "document": WHOLE}
    reply = await made.sue.ask(PREVIEW, {"id": made.group} | given)
    real = await art.ask(WHOLE)
    foreseen = cells(reply.data["inspectionGroup"]["previewAccess"])
    assert foreseen == cells(real.json)
    codes = [foreseen.get(f"learners.nodes.{n}.ilr refused") for n in range(8)]
    assert codes == [None] * 3 + ["PRECONDITION"] * 5


@pytest.mark.parametrize(
    ("given", "code", "at"),
    [
        ({"permissions": [*THREE, "EVERYTHING"]}, "BAD_USER_INPUT", None),
        ({"channels": ["CONSOLE", "CLASSIC"]}, "BAD_USER_INPUT", "channels"),
        ({"channels": []}, "BAD_USER_INPUT", "channels"),
        ({"variables": [1]}, "BAD_USER_INPUT", "variables"),
    ],
)
async def test_a_preview_of_what_cannot_be_is_refused(world, given, code, at):
    made = await visit(world)
    usual = {"permissions": TWO, "channels": ["CONSOLE"], "document": WHOLE}
    reply = await made.sue.ask(PREVIEW, {"id": made.group} | usual | given)
    assert the_error(reply)["code"] == code
    assert the_error(reply).get("input") == at
    assert "Learner" not in reply.response.text


async def test_a_preview_changes_nothing_and_foretells_no_change(world):
    made = await in_force(world, 1, 2)
    given = {"permissions": TWO, "channels": ["CONSOLE"]}
    for document in (
        f'mutation {{ closeInspection(input: {{groupId: "{made.group}"}}) {{ group {{ id }} }} }}',
        "{ __schema { types { name } } }",
        "subscription { me { id } }",
    ):
        reply = await made.sue.ask(PREVIEW, {"id": made.group, "document": document} | given)
        shown = (reply.data or {"inspectionGroup": None})["inspectionGroup"]
        payload = shown["previewAccess"]
        assert payload.get("data") is None
        assert payload["errors"]
    ivy = await world.client("ivy")
    assert (await ivy.ask(ONE, {"id": record_id(1)})).errors == []


async def test_links_and_cursors_of_a_preview_open_nothing(world):
    made = await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    given = {"permissions": TWO, "channels": ["CONSOLE"], "document": WHOLE}
    reply = await made.sue.ask(PREVIEW, {"id": made.group} | given)
    page = reply.data["inspectionGroup"]["previewAccess"]["data"]["learners"]
    [link, *_] = [
        piece["content"]["url"]
        for node in page["nodes"]
        for piece in node["training"]["evidence"]["nodes"]
    ]
    for client in (made.sue, ivy):
        assert (await client.get(link)).status_code == 404
        after = await client.ask(
            "query ($after: String) { learners(show: ALL, first: 9, after: $after) { totalCount } }",
            {"after": page["edges"][0]["cursor"]},
        )
        error = the_error(after)
        assert (error["code"], error["reason"]) == ("BAD_USER_INPUT", "CURSOR")
