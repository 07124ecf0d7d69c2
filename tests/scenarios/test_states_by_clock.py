"""States that follow from a clock: wherever one is read, compared or acted on, it is the same.

A18: an invitation past its end is EXPIRED «from its end on, wherever it is read, filtered,
previewed or acted on». F08: a visit is closed by act or by clock, and open in its window alone.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from resolvers.employer_account.teams import EXPIRES_AFTER
from scenarios.inspecting import do, done, said, visit
from scenarios.rows import organisation_id, user_id

DAY = 24 * 60 * 60 * 1000
INVITED = (
    "query ($id: ID!, $by: InvitationStatus!) { organisation(id: $id) { account {"
    " invitations(first: 9) { nodes { id email status } }"
    " found: invitations(first: 9, filter: {status: {eq: $by}}) { totalCount nodes { status } }"
    " others: invitations(first: 9, filter: {not: {status: {in: [$by]}}}) { totalCount } } } }"
)
VISITS = (
    "query ($id: ID!) { inspectionGroup(id: $id) { openings { number status openedAt opensAt }"
    " inspectors(first: 9) { nodes { name duty } } } }"
)


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_an_invitation_is_expired_from_its_end_on_wherever_it_is_asked_of(world, plain):
    alder, email = await organisation_id(world, "alder"), "nell@example.test"
    olga = await world.client("olga")
    given = {"organisationId": alder, "email": email, "name": "Nell", "role": "VIEWER"}
    invite = "mutation ($input: InviteUserInput!) { inviteUser(input: $input) { invitation { id status } } }"  # fmt: skip
    made = await olga.ask(invite, {"input": given})
    invitation = made.data["inviteUser"]["invitation"]
    assert invitation["status"] == "PENDING"

    async def read(by):
        client = await world.client("olga")
        reply = await client.ask(INVITED, {"id": alder, "by": by}, plain=plain)
        assert reply.errors == []
        account = reply.data["organisation"]["account"]
        [status] = [e["status"] for e in account["invitations"]["nodes"] if e["email"] == email]
        assert {each["status"] for each in account["found"]["nodes"]} <= {by}
        known = len(account["invitations"]["nodes"])
        assert account["found"]["totalCount"] + account["others"]["totalCount"] == known
        return status, account["found"]["totalCount"]

    world.clock.instant += EXPIRES_AFTER - 1
    status, waiting = await read("PENDING")
    assert status == "PENDING"
    _, expired = await read("EXPIRED")
    world.clock.instant += 1
    assert await read("PENDING") == ("EXPIRED", waiting - 1)
    assert await read("EXPIRED") == ("EXPIRED", expired + 1)
    olga = await world.client("olga")
    refused = await olga.ask(
        "mutation ($input: CancelInvitationInput!) { cancelInvitation(input: $input) { invitation {"
        " id } } }",
        {"input": {"invitationId": invitation["id"]}},
    )
    assert said(refused)[:2] == ("CONFLICT", "NOT_PENDING")
    assert "EXPIRED" in refused.errors[0]["message"]
    again = await olga.ask(invite, {"input": given})
    assert again.errors == []
    both = await olga.ask(INVITED, {"id": alder, "by": "EXPIRED"}, plain=plain)
    states = [
        each["status"]
        for each in both.data["organisation"]["account"]["invitations"]["nodes"]
        if each["email"] == email
    ]
    assert sorted(states) == ["EXPIRED", "PENDING"]


def _text(instant):
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat()


async def _ahead(world):
    """Open a visit nine days ahead, for a day, with a personal account."""
    made = await visit(world)
    await made.account("art", kind="PERSONAL")
    await made.account()
    await made.add(1)
    begins = world.clock.instant + 9 * DAY
    await done(
        made.sue, "openInspection",
        groupId=made.group, hostId=await user_id(world, "tina"), opensAt=_text(begins),
        closesAt=_text(begins + DAY),
    )  # fmt: skip
    return made, begins


async def _read(world, made, *, plain):
    sue = await world.client("sue")
    reply = await sue.ask(VISITS, {"id": made.group}, plain=plain)
    assert reply.errors == []
    group = reply.data["inspectionGroup"]
    states = [each["status"] for each in group["openings"]]
    return states, {each["name"]: each["duty"] for each in group["inspectors"]["nodes"]}


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_a_visit_is_open_in_its_window_and_no_earlier(world, plain):
    made, begins = await _ahead(world)
    nothing = {"Art": None, "Ivy": None}
    for instant, status, duties in (
        (begins - 1, "DRAFT", nothing),
        (begins, "OPEN", nothing),
        (begins + DAY - 1, "OPEN", nothing),
        (begins + DAY, "CLOSED", {"Art": "CANCEL", "Ivy": "ROTATE_CREDENTIALS"}),
    ):
        world.clock.instant = instant
        assert await _read(world, made, plain=plain) == ([status], duties)
        art = await world.client("art")
        seen = await art.ask("{ learners(show: ALL, first: 9) { totalCount } }")
        assert seen.data["learners"]["totalCount"] == (status == "OPEN")


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_a_visit_that_never_began_leaves_no_duties(world, plain):
    made, begins = await _ahead(world)
    world.clock.instant += 1000
    made.sue = await world.client("sue")
    await made.close()
    for instant in (world.clock.instant, begins, begins + 2 * DAY):
        world.clock.instant = instant
        nothing = {"Art": None, "Ivy": None}
        assert await _read(world, made, plain=plain) == (["CLOSED"], nothing)
    made.sue = await world.client("sue")
    await made.open()  # nobody of a visit is left: ACCOUNTS_LEFT would say that somebody is
    assert (await _read(world, made, plain=plain))[0] == ["CLOSED", "OPEN"]


async def test_a_visit_ahead_is_not_opened_twice(world):
    made, _ = await _ahead(world)
    refused = await do(
        made.sue, "openInspection",
        groupId=made.group, closesAt=_text(world.clock.instant + DAY),
    )  # fmt: skip
    assert said(refused)[:2] == ("CONFLICT", "ALREADY_OPEN")


# «me.can answers where there is no object yet», by the decisions that are then taken.
CAN = (
    "query ($id: ID!, $action: Action!) { me { can(action: $action, organisationId: $id) } "
    "learners(show: ALL, first: 9) { nodes { allowedActions } } }"
)


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_nothing_is_promised_for_a_group_that_is_not_open(world, plain):
    made = await visit(world)
    permissions = ["MANAGE_ILR", "VIEW_ALL_IN_ASSIGNED_GROUP"]
    art = await made.account("art", permissions=permissions, channels=["CLASSIC"])
    await made.add(1)
    prov, edit = await organisation_id(world, "prov"), "APPRENTICE_RECORD_EDIT_ILR"

    async def promised():
        reply = await art.ask(CAN, {"id": prov, "action": edit}, plain=plain)
        assert reply.errors == []
        nodes = reply.data["learners"]["nodes"]
        return reply.data["me"]["can"], any(edit in node["allowedActions"] for node in nodes)

    assert await promised() == (False, False)
    await made.open()
    assert await promised() == (True, True)
    await made.close()
    assert await promised() == (False, False)
