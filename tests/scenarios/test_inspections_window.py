"""The window of a visit: by the clock and by act, in winter and in summer, and what comes after."""

import pytest

from scenarios.inspecting import (
    ILR,
    THREE,
    TWO,
    WHOLE,
    do,
    done,
    in_force,
    listed,
    moment,
    said,
    visit,
)
from scenarios.records import NODE, ONE, UNKNOWN, ids, learners, the_error
from scenarios.rows import record_id, user_id
from worlds import NOW

PAGE = (
    "query ($after: String, $before: String, $first: Int, $last: Int) { learners(show: ALL, first:"
    " $first, last: $last, after: $after, before: $before) { totalCount edges { cursor node {"
    " firstName } } } }"
)
WORK = (
    "query ($id: ID!) { apprenticeRecord(id: $id) { training { evidence(first: 9) { nodes { id"
    " content { url } } } } } }"
)
OPENINGS = (
    "query ($id: ID!) { inspectionGroup(id: $id) { openings { number status host { name } opensAt"
    " closesAt closedAt learners(first: 9) { totalCount nodes { record { firstName } } } } } }"
)
MINE = (
    "{ inspectionGroups(first: 9) { totalCount nodes { id name body openings { number status host"
    " { name } opensAt closesAt } } } }"
)
DUTIES = (
    "query ($id: ID!) { inspectionGroup(id: $id) { inspectors(first: 9) { nodes { name duty } } } }"
)
SECOND = 1000
MINUTE = 60 * SECOND
# 17:00 in London, as it is written there and in UTC: in winter the same, in summer an hour before
WINTER = ("2026-11-04T17:00:00+00:00", "2026-11-04T17:00:00")
SUMMER = ("2027-06-09T17:00:00+01:00", "2027-06-09T16:00:00")
SEASONS = pytest.mark.parametrize(("london", "utc"), [WINTER, SUMMER], ids=["GMT", "BST"])


async def cached(ivy):
    """Return what an inspector keeps of a first page: its cursors, and links to the work."""
    page = (await ivy.ask(PAGE, {"first": 9})).data["learners"]
    work = await ivy.ask(WORK, {"id": record_id(1)})
    nodes = work.data["apprenticeRecord"]["training"]["evidence"]["nodes"]
    return [each["cursor"] for each in page["edges"]], nodes


async def shown(ivy, cursors, pieces) -> None:
    """Hold everything that is kept to being answered."""
    for document in (ONE, NODE):
        reply = await ivy.ask(document, {"id": record_id(1)})
        assert reply.errors == []
    after = await ivy.ask(PAGE, {"first": 9, "after": cursors[0]})
    assert [each["node"]["firstName"] for each in after.data["learners"]["edges"]] == ["L2"]
    assert await listed(ivy) == ["L1", "L2"]
    for piece in pieces:
        assert (await ivy.get(piece["content"]["url"])).status_code == 200


async def hidden(ivy, cursors, pieces) -> None:
    """Hold everything that is kept to being refused, as if it had never been."""
    for document, given, unknown in (
        (ONE, record_id(1), UNKNOWN),
        (NODE, record_id(1), UNKNOWN),
        (WORK, record_id(1), UNKNOWN),
        (NODE, pieces[0]["id"], "evd_" + "a" * 26),
    ):
        reply = await ivy.ask(document, {"id": given})
        nowhere = await ivy.ask(document, {"id": unknown})
        assert the_error(reply)["code"] == "NOT_FOUND"
        assert reply.response.content == nowhere.response.content
    for given in ({"first": 9, "after": cursors[0]}, {"last": 9, "before": cursors[1]}):
        page = await ivy.ask(PAGE, given)
        assert page.errors == []
        assert page.data == {"learners": {"totalCount": 0, "edges": []}}
    assert await listed(ivy) == []
    for piece in pieces:
        assert (await ivy.get(piece["content"]["url"])).status_code == 404
    mine = await ivy.ask(MINE)
    assert mine.errors == []
    assert mine.data["inspectionGroups"] == {"totalCount": 0, "nodes": []}
    assert "Learner" not in (await ivy.ask(WHOLE)).response.text


# F08: «`closesAt` mandatory, checked per request, Europe/London»; I17; D4-12.
@SEASONS
@pytest.mark.parametrize("before", [MINUTE, 1], ids=["16:59", "the last millisecond"])
async def test_the_window_closes_by_the_clock(world, london, utc, before):
    closing = moment(utc)
    world.clock.instant = closing - 8 * 60 * MINUTE
    made = await visit(world)
    await made.account()
    await made.add(1, 2)
    group = await made.open(closesAt=london)
    assert group["openings"][0]["closesAt"] == f"{utc}+00:00"

    world.clock.instant = closing - before
    ivy = await world.client("ivy")
    cursors, pieces = await cached(ivy)
    await shown(ivy, cursors, pieces)
    rows = await world.sql("SELECT * FROM inspection_openings")
    grants = await world.sql("SELECT * FROM role_grants ORDER BY id")

    world.clock.instant = closing
    await hidden(ivy, cursors, pieces)
    made.sue = await world.client("sue")
    # no job ran: the same rows mean another thing
    assert await world.sql("SELECT * FROM inspection_openings") == rows
    assert await world.sql("SELECT * FROM role_grants ORDER BY id") == grants
    seen = (await made.sue.ask(OPENINGS, {"id": made.group})).data["inspectionGroup"]
    [opening] = seen["openings"]
    assert (opening["status"], opening["closedAt"]) == ("CLOSED", None)
    assert opening["learners"]["totalCount"] == 2
    assert said(await do(made.sue, "closeInspection", groupId=made.group))[1] == "NOT_OPEN"


@SEASONS
async def test_nothing_is_shown_before_the_window_opens(world, london, utc):
    closing = moment(utc)
    opening = closing - 60 * MINUTE
    world.clock.instant = opening - MINUTE
    made = await visit(world)
    ivy = await made.account()
    await made.add(1, 2)
    await made.open(opensAt=london.replace("T17", "T16"), closesAt=london)
    for instant, names in (
        (opening - 1, []),
        (opening, ["L1", "L2"]),
        (closing - 1, ["L1", "L2"]),
        (closing, []),
        (closing + 400 * 24 * 60 * MINUTE, []),
    ):
        world.clock.instant = instant
        ivy = await world.client("ivy")
        assert await listed(ivy) == names


# D4-12: «`closeInspection` atomically revokes visibility».
async def test_the_window_closes_by_act(world):
    made = await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    cursors, pieces = await cached(ivy)
    await shown(ivy, cursors, pieces)
    world.clock.advance(milliseconds=MINUTE)
    group = await made.close()
    assert [each["status"] for each in group["openings"]] == ["CLOSED"]
    await hidden(ivy, cursors, pieces)
    world.clock.advance(milliseconds=-MINUTE)  # nor does a clock that is set back open it again
    await hidden(ivy, cursors, pieces)
    assert said(await do(made.sue, "closeInspection", groupId=made.group))[1] == "NOT_OPEN"


async def test_a_window_that_closes_while_an_answer_is_made_shows_nothing(world):
    """I17: no answer leaves after the end that was read before it."""
    made = await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    app = await world.app()
    note = app.state.database.observer

    def closing(statement: str) -> None:
        note(statement)
        if "apprentice_records" in statement:
            world.clock.instant = NOW + 60 * MINUTE

    app.state.database.observer = closing
    reply = await ivy.ask(WHOLE)
    app.state.database.observer = note
    assert "Learner" not in reply.response.text
    assert reply.errors == []
    assert reply.data["learners"]["totalCount"] == 0
    assert made.group not in reply.response.text


# D4-24: «a group that closed by the clock re-opens empty without any job having run».
@pytest.mark.parametrize("by", ["clock", "act"])
async def test_a_group_opens_again_empty(world, by):
    made = await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    assert await listed(ivy) == ["L1", "L2"]
    if by == "act":
        await made.close()
    world.clock.advance(milliseconds=61 * MINUTE)
    ivy = await world.client("ivy")
    made.sue = await world.client("sue")
    group = await made.open()
    assert [(each["number"], each["status"]) for each in group["openings"]] == [
        (1, "CLOSED"),
        (2, "OPEN"),
    ]
    assert await listed(ivy) == []
    assert the_error(await ivy.ask(ONE, {"id": record_id(1)}))["code"] == "NOT_FOUND"
    await made.add(3, 4)
    assert await listed(ivy) == ["L3", "L4"]
    mine = await ivy.ask(MINE)
    [only] = mine.data["inspectionGroups"]["nodes"][0]["openings"]
    assert only["number"] == 2
    [[name, number]] = await world.sql(
        "SELECT g.name, g.revision FROM inspection_groups g"  # the group stays as it was
    )
    assert (name, number) == ("Ofsted June", 1)


async def test_learners_that_are_prepared_for_the_next_visit_are_not_in_this_one(world):
    made = await in_force(world, 1, 2)
    await made.close()
    await made.add(3)
    ivy = await world.client("ivy")
    assert await listed(ivy) == []
    seen = (await made.sue.ask(OPENINGS, {"id": made.group})).data["inspectionGroup"]["openings"]
    assert [(each["number"], each["status"]) for each in seen] == [(1, "CLOSED"), (2, "DRAFT")]
    held = [
        sorted(node["record"]["firstName"] for node in each["learners"]["nodes"]) for each in seen
    ]
    assert held == [["L1", "L2"], ["L3"]]
    await made.open()
    assert await listed(ivy) == ["L3"]
    await made.remove(3)
    assert await listed(ivy) == []


# D4-05: «Allow access only to the parallel group.»
async def test_two_groups_are_invisible_to_each_others_inspectors(world):
    first = await in_force(world, 1, 2)
    second = await visit(world, "EV visit", "EV")
    art = await second.account("art", kind="PERSONAL")
    await second.add(2, 3)
    await second.open(hostId=await user_id(world, "max"))
    ivy = await world.client("ivy")
    assert await listed(ivy) == ["L1", "L2"]
    assert await listed(art) == ["L2", "L3"]
    one = (
        "query ($id: ID!) { inspectionGroup(id: $id) { id name } node(id: $id) { id ... on"
        " InspectionGroup { name } } }"
    )
    for client, own, other, name, host in (
        (ivy, first, second, "Ofsted June", "Tina"),
        (art, second, first, "EV visit", "Max"),
    ):
        groups = (await client.ask(MINE)).data["inspectionGroups"]
        assert groups["totalCount"] == 1
        assert groups["nodes"][0]["id"] == own.group
        assert groups["nodes"][0]["name"] == name
        assert [each["host"] for each in groups["nodes"][0]["openings"]] == [{"name": host}]
        seen = await client.ask(one, {"id": own.group})
        assert seen.errors == []
        hidden_, unknown = [
            await client.ask(one, {"id": id_}) for id_ in (other.group, "grp_" + "a" * 26)
        ]
        assert hidden_.refusals == {"inspectionGroup": "NOT_FOUND", "node": "NOT_FOUND"}
        assert hidden_.response.content == unknown.response.content
        assert hidden_.statements == unknown.statements
    await first.close()
    assert await listed(ivy) == []
    assert await listed(art) == ["L2", "L3"]


# 1.4.b: read inspection group: «own group: name, body, host, window».
async def test_of_the_own_group_an_inspector_reads_name_body_host_and_window(world):
    made = await in_force(world, 1, 2)
    await made.account("art")
    ivy = await world.client("ivy")
    reply = await ivy.ask(
        "query ($id: ID!) { inspectionGroup(id: $id) { name body allowedActions editVersion"
        " inspectors(first: 9) { totalCount nodes { email } } openings { number status opensAt"
        " closesAt openedAt closedAt allLearners host { name } learners(first: 9) { totalCount } }"
        " } }",
        {"id": made.group},
    )
    instant = "2026-11-02T09:00:00+00:00"
    assert reply.data["inspectionGroup"] == {
        "name": "Ofsted June",
        "body": "OFSTED",
        "allowedActions": [],
        "editVersion": None,
        "inspectors": None,
        "openings": [
            {
                "number": 1,
                "status": "OPEN",
                "opensAt": instant,
                "closesAt": "2026-11-02T10:00:00+00:00",
                "openedAt": instant,
                "closedAt": None,
                "allLearners": None,
                "host": {"name": "Tina"},
                "learners": None,
            }
        ],
    }
    names = ("editVersion", "inspectors", "openings.0.allLearners", "openings.0.learners")
    assert reply.refusals == {f"inspectionGroup.{name}": "FORBIDDEN" for name in names}
    account = "query ($id: ID!) { node(id: $id) { id } }"
    for who in ("ivy", "art"):
        refused = await ivy.ask(account, {"id": made.accounts[who]})
        assert the_error(refused)["code"] == "FORBIDDEN"


# D4-16: «you risk unwanted system changes»; F02: «in an InspectionGroup no write at all».
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("updateTraining", {"progressPercent": 99}),
        ("addEvidence", {"title": "T", "kind": "ASSIGNMENT", "content": "C"}),
        ("giveFeedback", {"text": "Good"}),
        ("verifyIlr", {}),
    ],
)
async def test_an_inspector_writes_nothing(world, name, given):
    await in_force(world, 1, 2, permissions=THREE, channels=["CONSOLE", "CLASSIC"])
    ivy = await world.client("ivy")
    tables = ("trainings", "evidence", "feedback", "ilrs")
    before = [await world.sql(f"SELECT * FROM {table} ORDER BY id") for table in tables]
    for record in (record_id(1), record_id(4), UNKNOWN):
        assert said(await do(ivy, name, recordId=record, **given))[0] == "FORBIDDEN"
    assert [await world.sql(f"SELECT * FROM {table} ORDER BY id") for table in tables] == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", {"eq": "l1@example.test"}),
        ("dateOfBirth", {"gt": "1990-01-01"}),
        ("reference", {"eq": "APP-0001"}),
        ("standardCode", {"eq": "ST0116"}),
        ("status", {"eq": "LIVE"}),
        ("startDate", {"gt": "2020-01-01"}),
        ("cost", {"gt": 0}),
        ("unassigned", True),
    ],
)
async def test_an_inspector_finds_by_name_and_uln_alone(world, field, value):
    """1.4.b: «name, ULN only; no search by other fields»."""
    await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    document = (
        "query ($filter: ApprenticeRecordFilter) { learners(show: ALL, first: 9, filter: $filter) {"
        " totalCount nodes { firstName } } }"
    )
    refused = await ivy.ask(document, {"filter": {field: value}})
    assert refused.data == {"learners": None}
    assert the_error(refused)["code"] == "FORBIDDEN"
    for given, names in (
        ({"lastName": {"eq": "Learner"}}, ["L1", "L2"]),
        ({"uln": {"in": ["9900000002", "9900000003"]}}, ["L2"]),
    ):
        found = await ivy.ask(document, {"filter": given})
        assert [node["firstName"] for node in found.data["learners"]["nodes"]] == names


# D4-20, F05: «explicit `allLearners` on the group, superuser only, still ≤ 3 permissions; there the
# `ilr` of an unverified learner is null + PRECONDITION».
async def test_all_learners(world):
    made = await visit(world)
    art = await made.account("art", permissions=THREE, channels=["CONSOLE", "CLASSIC"])
    ivy = await made.account("ivy")
    await made.open(allLearners=True)
    everybody = learners(1, 2, 3, 4, 5, 6, 7, 8)
    assert await listed(art) == everybody
    assert await listed(ivy) == everybody
    assert await listed(ivy, "MY") == []
    assert the_error(await ivy.ask(ONE, {"id": record_id(9)}))["code"] == "NOT_FOUND"
    one = f"query ($id: ID!) {{ apprenticeRecord(id: $id) {{ firstName email {ILR} }} }}"
    for number in range(1, 9):
        reply = await art.ask(one, {"id": record_id(number)})
        expected = {"apprenticeRecord.email": "FORBIDDEN"}
        if number > 3:
            assert reply.data["apprenticeRecord"]["ilr"] is None
            expected["apprenticeRecord.ilr"] = "PRECONDITION"
        else:
            assert reply.data["apprenticeRecord"]["ilr"]["learnRefNumber"]
        assert reply.refusals == expected
        hers = await ivy.ask(one, {"id": record_id(number)})
        assert hers.refusals["apprenticeRecord.ilr"] == "FORBIDDEN"
        edit = await do(art, "editIlr", recordId=record_id(number), outcome="ACHIEVED")
        assert said(edit)[0] == ("PRECONDITION" if number > 3 else "LOCKED")
    assert (await done(made.sue, "verifyIlr", recordId=record_id(5)))["record"]
    assert (await art.ask(one, {"id": record_id(5)})).refusals == {
        "apprenticeRecord.email": "FORBIDDEN"
    }
    await made.act("updateInspectorAccount", "ivy", permissions=["TRAINEE_ASSESSOR"])
    assert await listed(ivy) == []
    await made.close()
    assert await listed(art) == []
    # an opening is for all learners or not; the next one starts as it should
    await made.open()
    assert await listed(art) == []


async def test_nobody_but_a_superuser_opens_a_group_to_all(world):
    made = await in_force(world, 1)
    for who in ("ivy", "tina", "max", "petra", "eric"):
        client = await world.client(who)
        refused = await do(client, "openInspection", groupId=made.group, allLearners=True)
        assert said(refused)[0] == "FORBIDDEN"
    assert await world.sql("SELECT id FROM inspection_openings WHERE all_learners") == []


# F01, D4-21, D4-23: «drives»: a generic account may stay active with new credentials; a personal one
# is cancelled and then archived.
@pytest.mark.parametrize("by", ["act", "clock"])
async def test_what_is_due_of_the_accounts_when_the_visit_is_over(world, by):
    made = await in_force(world, 1)
    await made.account("art", kind="PERSONAL")

    async def duties():
        reply = await made.sue.ask(DUTIES, {"id": made.group})
        nodes = reply.data["inspectionGroup"]["inspectors"]["nodes"]
        return {node["name"]: node["duty"] for node in nodes}

    assert await duties() == {"Ivy": None, "Art": None}
    if by == "act":
        await made.close()
    else:
        world.clock.instant = NOW + 60 * MINUTE - 1
        made.sue = await world.client("sue")
        assert await duties() == {"Ivy": None, "Art": None}
        world.clock.instant = NOW + 60 * MINUTE
    assert await duties() == {"Ivy": "ROTATE_CREDENTIALS", "Art": "CANCEL"}
    world.clock.advance(milliseconds=1)
    refused = await do(made.sue, "rotateInspectorCredentials", accountId=made.accounts["art"])
    assert said(refused)[:2] == ("CONFLICT", "PERSONAL")
    await made.act("rotateInspectorCredentials", "ivy")
    await made.act("cancelInspector", "art")
    assert await duties() == {"Ivy": None, "Art": "ARCHIVE"}
    await done(made.sue, "archiveInspector", accountId=made.accounts["art"])
    assert await duties() == {"Art": None, "Ivy": None}
    await made.open()
    world.clock.advance(milliseconds=MINUTE)
    assert await duties() == {"Art": None, "Ivy": None}
    await made.close()
    assert await duties() == {"Art": None, "Ivy": "ROTATE_CREDENTIALS"}
    await made.act("cancelInspector")
    assert await duties() == {"Art": None, "Ivy": None}


# D4-03: «so they can register with Aptem».
async def test_an_external_party_registers_by_the_address_of_their_account(world):
    made = await visit(world)
    await made.add(1)
    await made.open()
    visitor = await world.client(subject="visitor-1", email="Una.Visitor@Example.test")
    nobody = await do(visitor, "registerInspector", name="Una")
    assert said(nobody)[:2] == ("CONFLICT", "NO_ACCOUNT")
    made_account = await done(
        made.sue,
        "createInspectorAccount",
        groupId=made.group,
        email="una.visitor@example.test",
        name="U. V.",
        emailKind="PERSONAL",
    )
    made.accounts["una"] = made_account["account"]["id"]
    elsewhere = await world.client(subject="visitor-2", email="other@example.test")
    assert said(await do(elsewhere, "registerInspector", name="Eve"))[:2] == (
        "CONFLICT",
        "NO_ACCOUNT",
    )
    registered = await do(visitor, "registerInspector", name="Una Visitor")
    assert registered.data["registerInspector"] is not None
    rows = "SELECT name, subject, status FROM users WHERE email = 'una.visitor@example.test'"
    assert [tuple(row) for row in await world.sql(rows)] == [
        ("Una Visitor", "visitor-1", "INVITED")
    ]
    assert "Learner" not in (await visitor.ask(WHOLE)).response.text
    await made.act("activateInspector", "una")
    assert await listed(visitor) == ["L1"]
    for client in (visitor, await world.client("tina")):
        again = await do(client, "registerInspector", name="Una")
        assert said(again)[:2] == ("CONFLICT", "REGISTERED")
    second = await world.client(subject="visitor-3", email="una.visitor@example.test")
    assert said(await do(second, "registerInspector", name="Una"))[:2] == (
        "CONFLICT",
        "NO_ACCOUNT",
    )


async def test_an_address_that_has_an_account_here_is_unavailable(world):
    made = await visit(world)
    await made.account(active=False)
    before = await world.sql("SELECT id, permissions FROM role_grants ORDER BY id")
    for email in ("ivy@example.test", "IVY@example.test"):
        refused = await do(
            made.sue, "createInspectorAccount",
            groupId=made.group, email=email, name="X", emailKind="PERSONAL", permissions=TWO,
        )  # fmt: skip
        assert said(refused)[:2] == ("CONFLICT", "UNAVAILABLE")
    assert await world.sql("SELECT id, permissions FROM role_grants ORDER BY id") == before


async def test_an_account_works_only_when_it_is_activated_and_only_once(world):
    """D4-09: «Activate the account and check permission level.»"""
    made = await in_force(world, 1, 2)
    ivys = {"accountId": made.accounts["ivy"]}
    assert said(await do(made.sue, "activateInspector", **ivys))[:2] == ("CONFLICT", "NOT_INVITED")
    for name, reason in (
        ("reactivateInspector", "NOT_CANCELLED"),
        ("archiveInspector", "NOT_CANCELLED"),
    ):
        assert said(await do(made.sue, name, **ivys))[:2] == ("CONFLICT", reason)
    assert (await do(made.sue, "addLearners", groupId=made.group, recordIds=ids(1))).errors == []
    assert await listed(await world.client("ivy")) == ["L1", "L2"]
