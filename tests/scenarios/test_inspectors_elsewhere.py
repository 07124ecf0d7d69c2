"""What a provider is told of an inspector is its own, whatever the person holds elsewhere.

F12: «each side sees and changes its own grant's state; its answers are the same whatever the person
holds elsewhere; the User is CANCELLED only when nothing is left». Each tale is told twice, of
somebody whom nobody knows and of somebody who holds something; the answers are the same bytes.
"""

from __future__ import annotations

import json
import re

import pytest

from commands.staged import account, group
from db.seed.demo.fixed import organisation_key as key_of
from scenarios.inspecting import TWO, do, done, in_force, listed, said, visit
from scenarios.records import ids
from scenarios.rows import LONG_AGO, add_grant, add_user
from worlds import NOW

IDS = re.compile(r"\b[a-z]{3}_[a-z2-7]{26}\b")
ACCOUNT = (
    "id name email emailKind status permissions channels duty allowedActions group { id name }"
)
READS = (
    f"query ($group: ID!, $account: ID!) {{ node(id: $account) {{ ... on InspectorAccount {{"
    f" {ACCOUNT} }} }} inspectionGroup(id: $group) {{ inspectors(first: 9) {{ totalCount nodes {{"
    f" {ACCOUNT} }} }} }} users(first: 50) {{ totalCount nodes {{ name }} }}"
    " inspectionGroups(first: 9) { totalCount } }"
)
PREVIEW = (
    "query ($group: ID!, $account: ID!) { inspectionGroup(id: $group) { previewAccess(accountId:"
    ' $account, document: "{ me { id name email status grants { id role startsAt endsAt'
    " organisation { name } } } users(first: 9) { totalCount nodes { id name email status } }"
    ' organisations(first: 9) { nodes { name } } learners(show: ALL, first: 9) { totalCount } }")'
    " } }"
)


async def _nothing(_world, _email):
    pass


async def _person(world, email, **columns):
    return await add_user(world, "Bob Elsewhere", **{"subject": "bob", "email": email} | columns)


async def _owner(world, email):
    user = await _person(world, email)
    await add_grant(world, user, key_of("alder"), "employer_account.owner")


async def _cancelled_by_another(world, email):
    user = await _person(world, email, status="CANCELLED")
    await add_grant(world, user, key_of("alder"), "employer_account.viewer")


async def _waits_elsewhere(world, email):
    user = await _person(world, email, status="INVITED")
    role = "record_assignment.training_coordinator"
    await add_grant(world, user, key_of("prov-two"), role)


async def _of_our_staff(world, email):
    """Of the provider itself, whose superusers are told of inspectors and of no tutor."""
    user = await _person(world, email)
    await add_grant(world, user, key_of("prov"), "training_provider.provider_user")


async def _left_everything(world, email):
    user = await _person(world, email)
    role = "employer_account.owner"
    await add_grant(world, user, key_of("alder"), role, ends_at=LONG_AGO + 1)


async def _shares_the_address(world, email):
    for number in (1, 2):
        await _person(world, email, subject=f"bob-{number}")


def _inspects_elsewhere(status):
    async def holds(world, email):
        away = await group(world, "Away", 9, opened=True, at="prov-two")
        await account(world, email.partition("@")[0], away, status, at="prov-two")

    return holds


HELD = {
    "owner": _owner,
    "cancelled by another": _cancelled_by_another,
    "waits elsewhere": _waits_elsewhere,
    "of our staff": _of_our_staff,
    "left everything": _left_everything,
    "shares the address": _shares_the_address,
    "inspects elsewhere": _inspects_elsewhere("ACTIVE"),
    "invited elsewhere": _inspects_elsewhere("INVITED"),
    "cancelled elsewhere": _inspects_elsewhere("CANCELLED"),
    "archived as of elsewhere": _inspects_elsewhere("ARCHIVED"),
}
TALE = (
    ("updateInspectorAccount", {"permissions": [TWO[1]], "channels": ["CONSOLE"]}),
    ("activateInspector", {}),
    ("cancelInspector", {}),
    ("archiveInspector", {}),
    ("reactivateInspector", {}),
    ("archiveInspector", {}),
    ("rotateInspectorCredentials", {}),
    ("cancelInspector", {}),
    ("cancelInspector", {}),
    ("activateInspector", {}),
    ("reactivateInspector", {}),
    ("cancelInspector", {}),
    ("archiveInspector", {}),
    ("reactivateInspector", {}),
)


async def _told(world, email, *, meanwhile=_nothing):
    """Return every answer that a superuser gets from the first invitation to the next."""
    made = await visit(world)
    given = {"groupId": made.group, "email": email, "name": "Bob", "emailKind": "GENERIC"}
    answers = [await do(made.sue, "createInspectorAccount", **given)]
    key = answers[0].data["createInspectorAccount"]["account"]["id"]
    asked = {"group": made.group, "account": key}
    answers.append(await do(made.sue, "createInspectorAccount", **given))
    await made.add(1, 2)
    for number, (name, change) in enumerate(TALE):
        if number == 2:
            answers.append(await made.sue.ask(PREVIEW, asked))
            await made.open()
            await meanwhile(world, email)
        answers.append(await do(made.sue, name, accountId=key, **change))
        answers.append(await made.sue.ask(READS, asked))
        answers.append(await made.sue.ask(PREVIEW, asked))
    await made.close()
    answers.append(await made.sue.ask(READS, asked))
    answers.append(await do(made.sue, "createInspectorAccount", **given))
    answers.append(await made.sue.ask(READS, asked))
    return _without_ids(answers)


def _without_ids(replies):
    """Return answers in which each id is the number of its first appearance.

    Lists are ordered by ids, which are random: here they are by what else their rows hold.
    """
    known = {}
    texts = [f"{reply.status} {json.dumps(_ordered(reply.json))}" for reply in replies]
    return [
        IDS.sub(lambda found: f"{known.setdefault(found[0], len(known))}", text) for text in texts
    ]


def _ordered(value):
    if isinstance(value, dict):
        return {key: _ordered(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(map(_ordered, value), key=lambda each: IDS.sub("-", json.dumps(each)))
    return value


@pytest.fixture(scope="module")
def of_nobody():
    """By database, what is told of an address that nobody knows."""
    return {}


EMAIL = "bob@visits.test"


@pytest.mark.dealt("holding")
@pytest.mark.parametrize("holding", HELD)
@pytest.mark.parametrize("when", ["before", "meanwhile"])
async def test_a_provider_is_told_alike_whatever_an_inspector_holds(
    world, of_nobody, holding, when
):
    if world.database not in of_nobody:
        of_nobody[world.database] = await _told(world, EMAIL)
        for table in ("inspector_accounts", "inspection_learners", "inspection_openings"):
            await world.sql(f"DELETE FROM {table}")
        await world.sql("DELETE FROM role_grants WHERE group_id IS NOT NULL")
        await world.sql("DELETE FROM inspection_groups")
        await world.sql("DELETE FROM users WHERE email = :email", email=EMAIL)
    if when == "before":
        await HELD[holding](world, EMAIL)
        found = await _told(world, EMAIL)
    else:
        found = await _told(world, EMAIL, meanwhile=HELD[holding])
    for at, (one, other) in enumerate(zip(of_nobody[world.database], found, strict=True)):
        assert one == other, at
    assert any('"status": "CANCELLED"' in each for each in found)
    assert any('"status": "ARCHIVED"' in each for each in found)


async def test_a_grant_that_is_cancelled_gives_nothing_and_the_rest_stays(world):
    """D4-22 beside X06: the sign-in is of who holds another role, and the group is not theirs."""
    made = await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    olga = await world.client("olga")
    invitation = await olga.ask(
        "mutation ($input: InviteUserInput!) { inviteUser(input: $input) { invitation { id } } }",
        {"input": {"organisationId": f"org_{key_of('alder')}", "email": "ivy@example.test",
                   "name": "Ivy", "role": "VIEWER"}},
    )  # fmt: skip
    assert invitation.errors == []
    [code] = [
        line.strip()
        for line in (await world.mails())[-1].get_content().splitlines()
        if re.fullmatch(r"\s+[\w-]{32}", line)
    ]
    joined = await ivy.ask(
        "mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { grant { id"
        " } } }",
        {"input": {"code": code}},
    )
    assert joined.errors == []
    assert await listed(ivy) == ["L1", "L2"]
    cancelled = await made.act("cancelInspector")
    assert cancelled["status"] == "CANCELLED"
    reply = await ivy.ask("{ me { status } organisations(first: 9) { nodes { name } } }")
    assert reply.data == {
        "me": {"status": "ACTIVE"},
        "organisations": {"nodes": [{"name": "Alder"}]},
    }
    shown = await ivy.ask("{ learners(show: ALL, first: 9) { totalCount } }")
    assert "FORBIDDEN" in shown.refusals.values()
    assert (await made.act("reactivateInspector"))["status"] == "ACTIVE"
    assert await listed(ivy) == ["L1", "L2"]


async def test_who_has_nothing_left_is_cancelled_and_who_waits_is_not(world):
    made = await in_force(world, 1)
    ivy = await world.client("ivy")
    await made.act("cancelInspector")
    assert (await ivy.ask("{ me { id } }")).status == 401
    await made.act("reactivateInspector")
    assert (await ivy.ask("{ me { id } }")).status == 200
    await made.act("cancelInspector")
    away = await group(world, "Away", 9, opened=True, at="prov-two")
    assert (await ivy.ask("{ me { id } }")).status == 401
    una = await add_user(world, "Una", subject="una")
    await add_grant(world, una, key_of("prov-two"), "inspection_access.superuser")
    client = await world.client(subject="una")
    await done(
        client, "createInspectorAccount",
        groupId=f"grp_{away}", email="ivy@example.test", name="Ivy", emailKind="GENERIC",
    )  # fmt: skip
    assert (await ivy.ask("{ me { id } }")).status == 200


@pytest.mark.parametrize("status", ["CANCELLED", "INACTIVE", "ARCHIVED", "ANONYMISED"])
async def test_a_provider_does_not_undo_what_another_decided_of_a_user(world, status):
    made = await in_force(world, 1)
    ivy = await world.client("ivy")
    await made.act("cancelInspector")
    await world.sql("UPDATE users SET status = :status WHERE subject = 'ivy'", status=status)
    assert (await made.act("reactivateInspector"))["status"] == "ACTIVE"
    assert (await ivy.ask("{ me { id } }")).status == 401
    [[kept]] = await world.sql("SELECT status FROM users WHERE subject = 'ivy'")
    assert kept == status


async def test_whoever_waits_for_another_role_is_not_given_it_by_a_visit(world):
    """Lou waits to be a coordinator of Prov; an inspector's account opens the group alone."""
    made = await in_force(world, 1, 2, who="lou")
    lou = await world.client("lou")
    assert await listed(lou) == ["L1", "L2"]
    roles = await lou.ask("{ me { status } caseloads(first: 9) { totalCount } }")
    assert roles.data["me"] == {"status": "INVITED"}
    assert roles.refusals == {"caseloads": "FORBIDDEN"}
    await made.act("cancelInspector", "lou")
    assert (await lou.ask("{ learners(show: ALL, first: 9) { totalCount } }")).errors
    max_ = await world.client("max")
    refused = await max_.ask(
        "mutation ($input: AssignRecordsInput!) { assignRecords(input: $input) { caseload { id } } }",
        {"input": {"recordIds": ids(3), "userId": f"usr_{(await _key(world, 'lou'))}",
                   "kind": "TRAINING_COORDINATOR"}},
    )  # fmt: skip
    assert said(refused)[:2] == ("PRECONDITION", "NO_ACCOUNT")


async def _key(world, subject):
    [[key]] = await world.sql("SELECT id FROM users WHERE subject = :subject", subject=subject)
    return key


async def test_channels_are_of_one_account_and_not_of_the_person(world):
    made = await in_force(world, 1, permissions=["MANAGE_ILR", *TWO], channels=["CONSOLE"])
    away = await group(world, "Away", opened=True, at="prov-two")
    una = await add_user(world, "Una", subject="una")
    await add_grant(world, una, key_of("prov-two"), "inspection_access.superuser")
    client = await world.client(subject="una")
    other = await done(
        client, "createInspectorAccount",
        groupId=f"grp_{away}", email="IVY@example.test", name="Inspector 7", emailKind="PERSONAL",
        permissions=["MANAGE_ILR", *TWO], channels=["CLASSIC"],
    )  # fmt: skip
    assert other["account"]["name"] == "Inspector 7"
    assert other["account"]["status"] == "INVITED"
    here = await made.sue.ask(
        f"query ($id: ID!) {{ node(id: $id) {{ ... on InspectorAccount {{ {ACCOUNT} }} }} }}",
        {"id": made.accounts["ivy"]},
    )
    mine = here.data["node"]
    assert (mine["name"], mine["email"]) == ("Ivy", "ivy@example.test")
    assert (mine["emailKind"], mine["channels"]) == ("GENERIC", ["CONSOLE"])
    ivy = await world.client("ivy")
    ilrs = "{ learners(show: ALL, first: 9) { nodes { ilr { outcome } } } }"
    await done(client, "activateInspector", accountId=other["account"]["id"])
    shown = await ivy.ask(ilrs)
    assert shown.data["learners"]["nodes"] == [{"ilr": None}]
    assert list(shown.refusals.values()) == ["FORBIDDEN"]  # classic is for the other group


# F12 from the employer's side: its answers do not tell of a grant at a provider either.
TEAM = (
    "query ($id: ID!) { organisation(id: $id) { account { warnings team(first: 20) { totalCount"
    " nodes { role user { name email status grants { role } } } } invitations(first: 9) {"
    " totalCount nodes { email status } } } } users(first: 50) { totalCount nodes { name } } }"
)


async def _employed(world, holding):
    made = await visit(world)
    user = await add_user(world, "Bob", subject="bob", email=EMAIL)
    await add_grant(world, user, key_of("alder"), "employer_account.viewer")
    alder, olga, answers = f"org_{key_of('alder')}", await world.client("olga"), []
    if holding is not None:
        payload = await done(
            made.sue, "createInspectorAccount",
            groupId=made.group, email=EMAIL, name="Robert", emailKind="PERSONAL",
        )  # fmt: skip
        made.accounts["bob"] = payload["account"]["id"]
        for act in holding:
            await made.act(act, "bob")
    [[grant]] = await world.sql(
        "SELECT id FROM role_grants WHERE user_id = :user AND system = 'employer_account'",
        user=user,
    )
    for document, given in (
        (TEAM, {"id": alder}),
        ("mutation ($input: InviteUserInput!) { inviteUser(input: $input) { invitation { id } } }",
         {"input": {"organisationId": alder, "email": EMAIL, "name": "B", "role": "VIEWER"}}),
        ("mutation ($input: ChangeRoleInput!) { changeRole(input: $input) { grant { role } } }",
         {"input": {"grantId": f"grt_{grant}", "role": "OWNER"}}),
        (TEAM, {"id": alder}),
        ("mutation ($input: RemoveUserInput!) { removeUser(input: $input) { organisation { id } } }",
         {"input": {"grantId": f"grt_{grant}"}}),
        ("mutation ($input: InviteUserInput!) { inviteUser(input: $input) { invitation { id } } }",
         {"input": {"organisationId": alder, "email": EMAIL, "name": "B", "role": "VIEWER"}}),
        (TEAM, {"id": alder}),
    ):  # fmt: skip
        answers.append(await olga.ask(document, given))
    return _without_ids(answers)


STATES = {
    "invited": (),
    "active": ("activateInspector",),
    "cancelled": ("activateInspector", "cancelInspector"),
    "archived": ("activateInspector", "cancelInspector", "archiveInspector"),
}


@pytest.mark.dealt("state")
@pytest.mark.parametrize("state", STATES)
async def test_an_employer_is_told_alike_whatever_a_member_holds_at_a_provider(
    world, of_nobody, state
):
    key = (world.database, "employed")
    if key not in of_nobody:
        of_nobody[key] = await _employed(world, None)
        await world.sql("DELETE FROM invitations WHERE email = :email", email=EMAIL)
        await world.sql("DELETE FROM role_grants WHERE user_id IN (SELECT id FROM users WHERE email = :email)", email=EMAIL)  # fmt: skip
        await world.sql("DELETE FROM users WHERE email = :email", email=EMAIL)
    assert world.clock.instant == NOW
    assert await _employed(world, STATES[state]) == of_nobody[key]
