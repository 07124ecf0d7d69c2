"""S80, S81, S84 and S85: a visit from the setting up of its group to the end of its accounts."""

import pytest

from authz.decision import Never, Shape
from authz.policy import Policy
from scenarios.inspecting import (
    DETAILS,
    ILR,
    THREE,
    TRAINING,
    TWO,
    WHOLE,
    do,
    done,
    in_force,
    listed,
    said,
    visit,
)
from scenarios.records import NODE, ONE, UNKNOWN, ids, the_error
from scenarios.rows import (
    add_grant,
    add_record,
    organisation_id,
    organisation_key,
    record_id,
    user_id,
    user_key,
)
from schema import build_schema

BODIES = ("OFSTED", "ESFA", "EPA", "EQA", "EV", "OTHER")
LEARNER = f"query ($id: ID!) {{ apprenticeRecord(id: $id) {{ {DETAILS} {TRAINING} {ILR} }} }}"
TOMORROW = "2026-11-03T17:00:00Z"


def filled(value) -> bool:
    """Tell whether everything in an answer holds something."""
    if isinstance(value, dict):
        return all(filled(each) for each in value.values())
    if isinstance(value, list):
        return bool(value) and all(filled(each) for each in value)
    return value is not None


async def sees_nothing(client) -> None:
    """Hold somebody to seeing nothing of any learner, in whichever way it is asked."""
    reply = await client.ask(WHOLE)
    found = reply.data.values()
    assert all(each is None or (not each["totalCount"] and not each["nodes"]) for each in found)
    for document in (ONE, NODE):
        here = await client.ask(document, {"id": record_id(1)})
        unknown = await client.ask(document, {"id": UNKNOWN})
        assert here.response.content == unknown.response.content
        assert list(here.data.values()) == [None]
    assert "Learner" not in reply.response.text


# S80: Given Sue creates group "Ofsted June", account Ivy (GENERIC, CONSOLE, the two preset
# permissions) and adds L1,L2 and opens the group with host and window; before activation Ivy sees
# nothing; after it exactly L1,L2 with details, work, feedback; L4 NOT_FOUND.
async def test_s80_an_inspection_from_the_beginning(world):
    made = await visit(world)
    assert made.group.startswith("grp_")
    ivy = await made.account(active=False)
    await made.add(1, 2)
    group = await made.open()
    assert [(each["number"], each["status"], each["host"]) for each in group["openings"]] == [
        (1, "OPEN", {"name": "Tina"})
    ]
    await sees_nothing(ivy)
    [[status]] = await world.sql("SELECT status FROM users WHERE subject = 'ivy'")
    assert status == "INVITED"

    assert (await made.act("activateInspector"))["status"] == "ACTIVE"

    assert await listed(ivy) == ["L1", "L2"]
    for number in (1, 2):
        reply = await ivy.ask(LEARNER, {"id": record_id(number)})
        record = reply.data["apprenticeRecord"]
        assert record.pop("ilr") is None
        assert filled(record)
        assert record["firstName"] == f"L{number}"
        assert len(record["training"]["evidence"]["nodes"]) == 3
        assert len(record["training"]["feedback"]["nodes"]) == 2
        assert reply.refusals == {"apprenticeRecord.ilr": "FORBIDDEN"}
        for piece in record["training"]["evidence"]["nodes"]:
            opened = await ivy.get(piece["content"]["url"])
            assert opened.status_code == 200
            assert opened.headers["Content-Disposition"].startswith("inline")
    reply = await ivy.ask(
        "{ apprenticeRecords(first: 50) { totalCount nodes { firstName } } }",
    )
    assert reply.data["apprenticeRecords"]["totalCount"] == 2
    for document in (ONE, NODE):
        for number in (3, 4, 7, 9):
            hidden = await ivy.ask(document, {"id": record_id(number)})
            unknown = await ivy.ask(document, {"id": UNKNOWN})
            assert the_error(hidden)["code"] == "NOT_FOUND"
            assert hidden.response.content == unknown.response.content
            assert hidden.statements == unknown.statements


async def test_evidence_of_a_learner_who_is_not_in_the_group_is_not_found(world):
    await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    node = "query ($id: ID!) { node(id: $id) { id ... on Evidence { title content { url } } } }"
    for number in range(1, 11):
        pieces = await world.sql(
            "SELECT id FROM evidence WHERE record_id = :record", record=record_id(number)[4:]
        )
        assert pieces
        for [piece] in pieces:
            reply = await ivy.ask(node, {"id": f"evd_{piece}"})
            if number in {1, 2}:
                assert reply.errors == []
                assert reply.data["node"]["content"]["url"]
            else:
                unknown = await ivy.ask(node, {"id": "evd_" + "a" * 26})
                assert the_error(reply)["code"] == "NOT_FOUND"
                assert reply.response.content == unknown.response.content


# S80: an EV group gets the same preset. D4-25: «EPA, EQA, EV, OTHER = the two of D4-06; ESFA =
# those two, + MANAGE_ILR by choice».
@pytest.mark.parametrize("body", BODIES)
async def test_s80_every_body_gets_the_same_preset(world, body):
    made = await visit(world, f"{body} visit", body)
    await made.account(active=False)
    reply = await made.sue.ask(
        "query ($id: ID!) { inspectionGroup(id: $id) { name body inspectors(first: 5) { totalCount"
        " nodes { name email emailKind status permissions channels duty group { id } } } } }",
        {"id": made.group},
    )
    assert reply.errors == []
    assert reply.data["inspectionGroup"] == {
        "name": f"{body} visit",
        "body": body,
        "inspectors": {
            "totalCount": 1,
            "nodes": [
                {
                    "name": "Ivy",
                    "email": "ivy@example.test",
                    "emailKind": "GENERIC",
                    "status": "INVITED",
                    "permissions": TWO,
                    "channels": ["CONSOLE"],
                    "duty": None,
                    "group": {"id": made.group},
                }
            ],
        },
    }


# S81: Given Ivy; filter MY (default) → empty, ALL → L1,L2; without VIEW_ALL_IN_ASSIGNED_GROUP both
# empty.
async def test_s81_my_learners_are_none_and_all_learners_are_the_group(world):
    made = await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    default = await ivy.ask("{ learners(first: 50) { totalCount nodes { id } edges { cursor } } }")
    assert default.errors == []
    assert default.data["learners"] == {"totalCount": 0, "nodes": [], "edges": []}
    assert await listed(ivy, "MY") == []
    assert await listed(ivy, "ALL") == ["L1", "L2"]
    await made.act("updateInspectorAccount", permissions=["TRAINEE_ASSESSOR"])
    assert await listed(ivy, "MY") == []
    assert await listed(ivy, "ALL") == []


@pytest.mark.parametrize("permissions", [[], ["TRAINEE_ASSESSOR"], ["MANAGE_ILR"]])
async def test_without_view_all_lists_are_empty_and_ids_not_found(world, permissions):
    """1.4.b: «without it the id array is empty, so lists are empty and ids NOT_FOUND, never
    FORBIDDEN».
    """
    await in_force(world, 1, 2, permissions=permissions)
    ivy = await world.client("ivy")
    reply = await ivy.ask(WHOLE)
    assert reply.errors == []
    for name in ("learners", "mine", "apprenticeRecords"):
        assert (reply.data[name]["totalCount"], reply.data[name]["nodes"]) == (0, [])
    for number in (1, 4, 9):
        for document in (ONE, NODE, LEARNER):
            hidden = await ivy.ask(document, {"id": record_id(number)})
            unknown = await ivy.ask(document, {"id": UNKNOWN})
            assert the_error(hidden)["code"] == "NOT_FOUND"
            assert hidden.response.content == unknown.response.content
    found = await ivy.ask(
        '{ learners(show: ALL, first: 9, filter: {lastName: {eq: "Learner"}}) { totalCount nodes'
        " { id } } }"
    )
    assert found.errors == []
    assert found.data == {"learners": {"totalCount": 0, "nodes": []}}


# S81: any report, export or download other than `Evidence.content` → FORBIDDEN.
async def test_s81_nothing_else_is_downloaded(world):
    await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    alder = await organisation_key(world, "alder")
    [[agreement], *_] = await world.sql(
        "SELECT id FROM agreements WHERE organisation_id = :alder", alder=alder
    )
    reply = await ivy.ask(
        "query ($id: ID!) { node(id: $id) { ... on Agreement { document { url } } } }",
        {"id": f"agr_{agreement}"},
    )
    assert reply.data == {"node": None}
    assert the_error(reply)["code"] == "FORBIDDEN"
    prov = await ivy.ask(
        "query ($id: ID!) { organisation(id: $id) { account { agreements { document { url } } } } }",
        {"id": await organisation_id(world, "prov")},
    )
    assert prov.data == {"organisation": {"account": None}}
    assert prov.refusals == {"organisation.account": "FORBIDDEN"}


def test_s81_no_action_that_takes_data_away_is_an_inspectors():
    policy, inspector = Policy.load(), Shape("inspection_access.inspector", tuple(THREE))
    taking = [
        action
        for action in policy.actions
        if {"download", "export", "report"} & set(action.replace(".", "_").split("_"))
    ]
    assert taking
    for action in taking:
        assert isinstance(policy.decide(action, (inspector,)), Never)
    types = build_schema().introspect()["__schema"]["types"]
    documents = [
        f"{of['name']}.{each['name']}"
        for of in types
        for each in of["fields"] or ()
        if each["type"]["name"] == "Document"
    ]
    assert sorted(documents) == ["Agreement.document", "Evidence.content"]


# S84: Given visit over; Art (PERSONAL): archive before cancel → CONFLICT, cancel then archive ok.
async def test_s84_a_personal_account_is_cancelled_and_then_archived(world):
    made = await in_force(world, 1, who="art", kind="PERSONAL")
    art = await world.client("art")
    await made.close()
    account = {"accountId": made.accounts["art"]}
    early = await do(made.sue, "archiveInspector", **account)
    assert said(early)[:2] == ("CONFLICT", "NOT_CANCELLED")
    cancelled = await made.act("cancelInspector", "art")
    assert (cancelled["status"], cancelled["duty"]) == ("CANCELLED", "ARCHIVE")
    assert (await art.ask("{ me { id } }")).status == 401
    archived = await done(made.sue, "archiveInspector", **account)
    assert archived["account"]["status"] == "ARCHIVED"
    [[status, ended]] = await world.sql(
        "SELECT a.status, g.ends_at FROM users u JOIN role_grants g ON g.user_id = u.id"
        " JOIN inspector_accounts a ON a.id = g.id WHERE u.subject = 'art'"
    )
    assert (status, ended) == ("ARCHIVED", world.clock.instant)
    for name in ("activateInspector", "reactivateInspector", "cancelInspector", "archiveInspector"):
        assert said(await do(made.sue, name, **account))[0] == "CONFLICT"  # it stays listed (F12)
    assert (await art.ask("{ me { id } }")).status == 401


# S84: Ivy (GENERIC): may stay ACTIVE with credential-rotation prompt, cancel → reactivate ok.
async def test_s84_a_generic_account_stays_with_new_credentials(world):
    made = await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    await made.close()
    rotated = await made.act("rotateInspectorCredentials")
    assert (rotated["status"], rotated["duty"]) == ("ACTIVE", None)
    assert (await ivy.ask("{ me { id } }")).errors == []
    assert await listed(ivy) == []
    assert (await made.act("cancelInspector"))["status"] == "CANCELLED"
    assert (await ivy.ask("{ me { id } }")).status == 401
    again = await do(made.sue, "cancelInspector", accountId=made.accounts["ivy"])
    assert said(again)[:2] == ("CONFLICT", "NOT_ACTIVE")
    assert (await made.act("reactivateInspector"))["status"] == "ACTIVE"
    assert (await ivy.ask("{ me { id } }")).errors == []
    assert await listed(ivy) == []
    await made.add(3)
    await made.open()
    assert await listed(ivy) == ["L3"]


# S84: a group cannot OPEN without `host` (PRECONDITION/HOST_MISSING) or `closesAt`
# (PRECONDITION/WINDOW_MISSING); closesAt ≤ opensAt → BAD_USER_INPUT.
async def test_s84_a_visit_needs_a_host_and_a_window(world):
    made = await visit(world)
    ivy = await made.account()
    await made.add(1, 2)
    tina = await user_id(world, "tina")
    group, host = {"groupId": made.group}, {"hostId": tina}
    for given, expected in (
        ({}, ("PRECONDITION", "HOST_MISSING", "input.hostId")),
        ({"closesAt": TOMORROW}, ("PRECONDITION", "HOST_MISSING", "input.hostId")),
        ({"hostId": None, "closesAt": TOMORROW}, ("PRECONDITION", "HOST_MISSING", "input.hostId")),
        (host, ("PRECONDITION", "WINDOW_MISSING", "input.closesAt")),
        (host | {"closesAt": None}, ("PRECONDITION", "WINDOW_MISSING", "input.closesAt")),
        (
            host | {"opensAt": "2026-11-03T17:00:00Z", "closesAt": TOMORROW},
            ("BAD_USER_INPUT", "WINDOW", "input.closesAt"),
        ),
        (
            host | {"opensAt": "2026-11-03T17:00:01Z", "closesAt": TOMORROW},
            ("BAD_USER_INPUT", "WINDOW", "input.closesAt"),
        ),
        (
            host | {"closesAt": "2026-11-02T09:00:00Z"},
            ("BAD_USER_INPUT", "WINDOW", "input.closesAt"),
        ),
    ):
        refused = await do(made.sue, "openInspection", **group, **given)
        assert said(refused) == expected
        assert await listed(ivy) == []
    rows = "SELECT host_id, opens_at, closes_at, opened_at FROM inspection_openings"
    assert [tuple(row) for row in await world.sql(rows)] == [(None, None, None, None)]
    assert (await do(made.sue, "openInspection", **group, **host, closesAt=TOMORROW)).errors == []
    assert await listed(ivy) == ["L1", "L2"]
    again = await do(made.sue, "openInspection", **group, **host, closesAt=TOMORROW)
    assert said(again)[:2] == ("CONFLICT", "ALREADY_OPEN")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("lou", ("BAD_USER_INPUT", "NOT_STAFF", "input.hostId")),
        (
            "ivy",
            ("NOT_FOUND", None, "input.hostId"),
        ),  # an inspector is none of the provider's people
        ("ann", ("NOT_FOUND", None, "input.hostId")),
        ("olga", ("NOT_FOUND", None, "input.hostId")),
    ],
)
async def test_the_host_is_a_member_of_the_providers_team(world, who, expected):
    """D4-17: «you will need a member of your team to show them how to use Aptem»."""
    made = await visit(world)
    ivy = await made.account()
    await made.add(1)
    refused = await do(
        made.sue,
        "openInspection",
        groupId=made.group,
        hostId=await user_id(world, who),
        closesAt=TOMORROW,
    )
    assert said(refused) == expected
    assert await listed(ivy) == []


# S85: Given Art with MANAGE_ILR+CLASSIC; then L1's ILR readable, edit → LOCKED (Tina's edit too).
async def test_s85_an_auditor_reads_the_ilr_and_nobody_edits_it(world):
    await in_force(
        world, 1, 2, who="art", kind="PERSONAL", permissions=THREE, channels=["CONSOLE", "CLASSIC"]
    )
    art, tina = await world.client("art"), await world.client("tina")
    reply = await art.ask(LEARNER, {"id": record_id(1)})
    assert reply.errors == []
    ilr = reply.data["apprenticeRecord"]["ilr"]
    assert ilr["learnRefNumber"] == "LRN000001"
    assert ilr["niNumber"] == "QQ000001A"
    assert ilr["qaVerifiedAt"] == "2026-05-04T11:30:00+00:00"
    before = await world.sql("SELECT * FROM ilrs ORDER BY id")
    for client in (art, tina):
        refused = await do(client, "editIlr", recordId=record_id(1), outcome="ACHIEVED")
        assert said(refused)[:2] == ("LOCKED", "QA_VERIFIED")
    assert await world.sql("SELECT * FROM ilrs ORDER BY id") == before
    hidden = await do(art, "editIlr", recordId=record_id(3), outcome="ACHIEVED")
    assert said(hidden)[0] == "NOT_FOUND"
    edited = await do(tina, "editIlr", recordId=record_id(4), outcome="ACHIEVED")
    assert edited.data["editIlr"]["record"]["ilr"]["outcome"] == "ACHIEVED"


# S85: CONSOLE only, or no MANAGE_ILR → `ilr` null+FORBIDDEN, rest returned.
@pytest.mark.parametrize(
    ("permissions", "channels"),
    [(THREE, ["CONSOLE"]), (TWO, ["CONSOLE"])],
    ids=["console only", "no manage ilr"],
)
async def test_s85_without_classic_or_manage_ilr_the_rest_is_returned(world, permissions, channels):
    await in_force(world, 1, 2, who="art", permissions=permissions, channels=channels)
    art = await world.client("art")
    reply = await art.ask(LEARNER, {"id": record_id(1)})
    record = reply.data["apprenticeRecord"]
    assert record.pop("ilr") is None
    assert filled(record)
    assert reply.refusals == {"apprenticeRecord.ilr": "FORBIDDEN"}
    refused = await do(art, "editIlr", recordId=record_id(1), outcome="ACHIEVED")
    assert said(refused)[0] == "FORBIDDEN"


@pytest.mark.parametrize("permissions", [TWO, None, []])
async def test_classic_is_for_who_manages_ilrs(world, permissions):
    """D4-08: «not classic, unless external party will need to access ILR information» (I13)."""
    made = await visit(world)
    given = {} if permissions is None else {"permissions": permissions}
    refused = await do(
        made.sue, "createInspectorAccount",
        groupId=made.group, email="ivy@example.test", name="Ivy", emailKind="GENERIC",
        channels=["CONSOLE", "CLASSIC"], **given,
    )  # fmt: skip
    assert said(refused) == ("BAD_USER_INPUT", "CLASSIC_WITHOUT_MANAGE_ILR", "input.channels")
    assert await world.sql("SELECT id FROM role_grants WHERE group_id IS NOT NULL") == []
    await made.account(permissions=THREE, channels=["CLASSIC"])
    lost = await do(
        made.sue, "updateInspectorAccount", accountId=made.accounts["ivy"], permissions=TWO
    )
    assert said(lost)[:2] == ("BAD_USER_INPUT", "CLASSIC_WITHOUT_MANAGE_ILR")
    [[kept]] = await world.sql("SELECT permissions FROM role_grants WHERE group_id IS NOT NULL")
    assert kept.split() == THREE


# S85: a 4th permission or a second group on the grant is not expressible (closed enum of three,
# one id).
async def test_s85_a_fourth_permission_and_a_second_group_cannot_be_said(world):
    made, other = await visit(world), await visit(world, "EV visit", "EV")
    given = {"email": "ivy@example.test", "name": "Ivy", "emailKind": "GENERIC"}
    for wrong in (
        {"groupId": made.group, "permissions": [*THREE, "MANAGE_EVERYTHING"]},
        {"groupId": [made.group, other.group]},
        {"groupId": made.group, "groupIds": [made.group, other.group]},
    ):
        reply = await do(made.sue, "createInspectorAccount", **given, **wrong)
        assert reply.data is None or list(reply.data.values()) == [None]
        assert the_error(reply)["code"] in {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}
    assert await world.sql("SELECT id FROM role_grants WHERE group_id IS NOT NULL") == []
    kinds = await made.sue.ask(
        '{ __type(name: "InspectorPermission") { enumValues { name } } }',
    )
    names = sorted(each["name"] for each in kinds.data["__type"]["enumValues"])
    assert names == sorted(THREE)
    await made.account()
    second = await do(made.sue, "createInspectorAccount", groupId=other.group, **given)
    assert said(second)[0] == "CONFLICT"
    grants = await world.sql("SELECT group_id FROM role_grants WHERE group_id IS NOT NULL")
    assert [tuple(row) for row in grants] == [(made.group[4:],)]


# D4-28: «ensure that any learners being sampled have had their ILR QA verified»; I14, F06.
async def test_ilrs_are_verified_where_they_may_be_managed(world):
    made = await visit(world, "ESFA audit", "ESFA")
    await made.account("art", kind="PERSONAL", permissions=THREE, channels=["CONSOLE", "CLASSIC"])
    refused = await do(made.sue, "addLearners", groupId=made.group, recordIds=ids(1, 2, 4, 5))
    assert said(refused) == ("PRECONDITION", "ILR_NOT_QA_VERIFIED", "input.recordIds[2]")
    assert await world.sql("SELECT id FROM inspection_learners") == []
    await made.add(1, 2)
    withdrawn = {"recordId": record_id(1), "verified": False}
    for _ in ("prepared", "open"):
        sampled = await do(made.sue, "verifyIlr", **withdrawn)
        assert said(sampled)[:2] == ("CONFLICT", "ILR_SAMPLED")
        if _ == "prepared":
            await made.open()
    assert (await do(made.sue, "verifyIlr", recordId=record_id(3), verified=False)).errors == []
    await made.remove(1)
    assert (await do(made.sue, "verifyIlr", **withdrawn)).errors == []
    again = await do(made.sue, "addLearners", groupId=made.group, recordIds=ids(1))
    assert said(again)[:2] == ("PRECONDITION", "ILR_NOT_QA_VERIFIED")
    assert (await do(made.sue, "verifyIlr", recordId=record_id(1))).errors == []
    await made.add(1)
    art = await world.client("art")
    assert await listed(art) == ["L1", "L2"]
    await made.close()
    assert (await do(made.sue, "verifyIlr", **withdrawn)).errors == []


async def test_nobody_manages_ilrs_of_a_group_whose_learners_are_not_verified(world):
    """D4-28 the other way: «and vice versa»."""
    made = await visit(world)
    await made.account()
    await made.add(1, 4)
    missing = ("PRECONDITION", "ILR_NOT_QA_VERIFIED", "input.permissions")
    account = {"email": "art@example.test", "name": "Art", "emailKind": "PERSONAL"}
    refused = await do(
        made.sue, "createInspectorAccount", groupId=made.group, permissions=THREE, **account
    )
    assert said(refused) == missing
    ivys = {"accountId": made.accounts["ivy"]}
    for _ in range(2):
        raised = await do(made.sue, "updateInspectorAccount", permissions=THREE, **ivys)
        assert said(raised) == missing
        if not _:
            await made.open()
    await made.remove(4)
    assert (await do(made.sue, "updateInspectorAccount", permissions=THREE, **ivys)).errors == []


async def test_learners_of_another_provider_cannot_be_added(world):
    made = await visit(world)
    await made.account()
    elsewhere = await add_record(world, 9)
    for foreign in (UNKNOWN, record_id(9), f"rec_{elsewhere}"):
        refused = await do(
            made.sue, "addLearners", groupId=made.group, recordIds=[*ids(1), foreign]
        )
        assert said(refused) == ("NOT_FOUND", None, "input.recordIds[1]")
    assert await world.sql("SELECT id FROM inspection_learners") == []


# D4-29: an ILR is edited until it is locked; «completionStatus» is a word of the ILR that it needs.
async def test_what_an_ilr_needs_is_not_taken_away(world):
    tina = await world.client("tina")
    before = await world.sql("SELECT * FROM ilrs ORDER BY id")
    empty = await do(tina, "editIlr", recordId=record_id(4), outcome=None, completionStatus=None)
    assert said(empty)[:2] == ("BAD_USER_INPUT", "EMPTY")
    assert await world.sql("SELECT * FROM ilrs ORDER BY id") == before
    await done(tina, "editIlr", recordId=record_id(4), outcome="ACHIEVED")
    taken = await done(tina, "editIlr", recordId=record_id(4), outcome=None)
    assert taken["record"]["ilr"]["outcome"] is None


async def test_a_record_without_an_ilr_has_none_to_edit_or_verify(world):
    await world.sql("DELETE FROM ilrs WHERE record_id = :id", id=record_id(4)[4:])
    for handle, act, given in (
        ("tina", "editIlr", {"outcome": "ACHIEVED"}),
        ("sue", "verifyIlr", {"verified": True}),
    ):
        refused = await do(await world.client(handle), act, recordId=record_id(4), **given)
        assert said(refused)[:2] == ("CONFLICT", "NO_ILR")


# D4-02, D4-10: the group is a provider's own, and so are the learners who are added to it.
async def test_learners_of_another_provider_are_not_added_to_a_group(world):
    """Not by a superuser of both either."""
    other = await organisation_key(world, "prov two")
    await add_grant(world, await user_key(world, "sue"), other, "inspection_access.superuser")
    theirs = "rec_" + await add_record(world, provider_id=other)
    made = await visit(world)
    for act in ("addLearners", "removeLearners"):
        refused = await do(made.sue, act, groupId=made.group, recordIds=[record_id(1), theirs])
        assert said(refused)[:2] == ("BAD_USER_INPUT", "MIXED_ORGANISATIONS")
    assert [tuple(row) for row in await world.sql("SELECT count(*) FROM inspection_learners")] == [
        (0,)
    ]


async def test_removing_learners_when_the_visit_is_over_changes_nothing(world):
    made = await in_force(world, 1, 2)
    world.clock.instant += 61 * 60_000
    made.sue = await world.client("sue")
    before = await world.sql("SELECT * FROM inspection_learners ORDER BY id")
    await made.remove(1)
    assert await world.sql("SELECT * FROM inspection_learners ORDER BY id") == before
    assert len(before) == 2


async def test_a_learner_who_left_the_provider_is_in_no_opening_nor_in_its_count(world):
    made = await in_force(world, 1, 2)
    await world.sql(
        "UPDATE apprentice_records SET provider_id = :two WHERE first_name = 'L1'",
        two=await organisation_key(world, "prov two"),
    )
    document = (
        "query ($id: ID!) { inspectionGroup(id: $id) { openings { learners(first: 5) { totalCount"
        " nodes { record { firstName } } edges { node { record { firstName } } } } } } }"
    )
    for plain in (False, True):
        reply = await made.sue.ask(document, {"id": made.group}, plain=plain)
        assert reply.errors == []
        [opening] = reply.data["inspectionGroup"]["openings"]
        left = {"record": {"firstName": "L2"}}
        assert opening["learners"] == {"totalCount": 1, "nodes": [left], "edges": [{"node": left}]}
