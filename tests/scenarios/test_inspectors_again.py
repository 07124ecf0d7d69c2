"""Accounts of inspectors over more than one visit, and over more than one person."""

import pytest

from commands.test_invitations import unverified
from engine.change import Change
from scenarios.inspecting import WHOLE, do, done, in_force, listed, said, visit
from scenarios.records import ids
from scenarios.rows import add_grant, organisation_key, user_id
from scenarios.test_inspections_window import DUTIES

MINUTE = 60_000


async def duties(made):
    """What is to be done with each account of a group."""
    reply = await made.sue.ask(DUTIES, {"id": made.group})
    assert reply.errors == []
    nodes = reply.data["inspectionGroup"]["inspectors"]["nodes"]
    return {node["name"]: node["duty"] for node in nodes}


async def let_in(made, email, name):
    """Make an account for an address, for one person; its id."""
    payload = await done(
        made.sue, "createInspectorAccount",
        groupId=made.group, email=email, name=name, emailKind="PERSONAL",
    )  # fmt: skip
    assert payload["account"]["email"] == email
    return {"accountId": payload["account"]["id"]}


async def come_and_gone(made, subject, email, name):
    """Have somebody register, work and be cancelled and archived, in this order (D4-23)."""
    client = await made.world.client(subject=subject, email=email.lower())
    account = await let_in(made, email, name)
    await done(client, "registerInspector", name=name)
    for act in ("activateInspector", "cancelInspector", "archiveInspector"):
        await done(made.sue, act, **account)
    return client


# D4-03: «the correct email address for the external party so they can register»; D4-13.
async def test_an_address_that_is_only_folded_alike_is_another_persons(world):
    """For searching faß.test and fass.test are one; they are two people's domains."""
    made = await visit(world)
    mallory = await come_and_gone(made, "mallory", "ivy@fass.test", "Mallory")
    second = await let_in(made, "ivy@faß.test", "Ivy Fass")
    await done(made.sue, "activateInspector", **second)
    await made.add(1, 2)
    await made.open()
    assert (await mallory.ask(WHOLE)).status == 401
    theirs = await world.client(subject="ivy-fass", email="ivy@faß.test")
    await done(theirs, "registerInspector", name="Ivy Fass")
    assert await listed(theirs) == ["L1", "L2"]
    assert (await mallory.ask(WHOLE)).status == 401


async def test_who_was_archived_registers_again(world):
    """An address may have passed to another person since; whoever reads its mail now registers."""
    made = await visit(world)
    before = await come_and_gone(made, "before", "Desk@example.test", "Before")
    again = await let_in(made, "desK@example.test", "After")
    await done(made.sue, "activateInspector", **again)
    await made.add(1)
    await made.open()
    assert "Learner" not in (await before.ask(WHOLE)).response.text
    after = await world.client(subject="after", email="desk@example.test")
    await done(after, "registerInspector", name="After")
    assert await listed(after) == ["L1"]
    assert "Learner" not in (await before.ask(WHOLE)).response.text
    people = await world.sql("SELECT count(*) FROM users WHERE email_sort = 'desk@example.test'")
    assert [tuple(row) for row in people] == [(1,)]


async def test_who_was_archived_as_anything_else_is_not_invited(world):
    made = await visit(world)
    await world.sql("UPDATE users SET status = 'ARCHIVED' WHERE subject = 'lou'")
    await world.sql("DELETE FROM role_grants WHERE user_id IN (SELECT id FROM users WHERE subject = 'lou')")  # fmt: skip
    refused = await do(
        made.sue, "createInspectorAccount",
        groupId=made.group, email="lou@example.test", name="Lou", emailKind="PERSONAL",
    )  # fmt: skip
    assert said(refused)[:2] == ("CONFLICT", "UNAVAILABLE")


# D4-12: a visit that ends «ends or flags each inspector account»; F01: PERSONAL → CANCELLED →
# ARCHIVED; D4-16: «allowing access only to those learners that they have requested to sample».
@pytest.mark.parametrize("by", ["act", "clock"])
async def test_a_personal_account_is_cancelled_before_the_next_visit(world, by):
    made = await in_force(world, 1, who="art", kind="PERSONAL")
    art = await world.client("art")
    await made.account()
    if by == "act":
        await made.close()
    else:
        world.clock.instant += 60 * MINUTE
        made.sue = await world.client("sue")
        art = await world.client("art")
    due = {"Art": "CANCEL", "Ivy": "ROTATE_CREDENTIALS"}
    assert await duties(made) == due
    world.clock.instant += 1
    await made.add(2, 3)
    assert await duties(made) == due  # which the next visit does not wipe out
    window = {"groupId": made.group, "hostId": await user_id(world, "tina"), "closesAt": "2026-11-09T17:00:00Z"}  # fmt: skip
    assert said(await do(made.sue, "openInspection", **window))[:2] == ("CONFLICT", "ACCOUNTS_LEFT")
    assert await listed(art) == []
    await made.act("cancelInspector", "art")
    await made.open()
    assert await duties(made) == due | {"Art": "ARCHIVE"}
    assert (await art.ask(WHOLE)).status == 401
    await made.act("rotateInspectorCredentials")
    assert await duties(made) == {"Art": "ARCHIVE", "Ivy": None}


async def test_who_is_let_in_for_the_next_visit_owes_nothing_of_the_last(world):
    made = await in_force(world, 1)
    await made.close()
    world.clock.instant += 1
    art = await made.account("art", kind="PERSONAL")
    assert await duties(made) == {"Art": None, "Ivy": "ROTATE_CREDENTIALS"}
    await made.add(2)
    await made.open()
    assert await listed(art) == ["L2"]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("opensAt", "0001-01-01T00:00:00+14:00"),
        ("opensAt", "1999-12-31T23:59:59Z"),
        ("closesAt", "3000-01-01T00:00:00Z"),
        ("closesAt", "9999-12-31T23:59:59-14:00"),
    ],
)
async def test_a_window_is_within_a_lifetime(world, name, given):
    made = await visit(world)
    window = {"groupId": made.group, "hostId": await user_id(world, "tina"), "closesAt": "2026-11-09T17:00:00Z"}  # fmt: skip
    refused = await do(made.sue, "openInspection", **window | {name: given})
    assert said(refused) == ("BAD_USER_INPUT", "WINDOW", f"input.{name}")


# I16, F07: «do tutors/employers see that a learner is being inspected?», no; nor that anybody does.
async def test_nobody_else_is_told_that_somebody_is_an_inspector(world):
    max_, ivy = await world.client("max"), await user_id(world, "ivy")
    document = "mutation ($input: AssignRecordsInput!) { assignRecords(input: $input) { caseload { id } } }"
    given = {"input": {"recordIds": ids(1), "userId": ivy, "kind": "CASE_OWNER"}}
    people = "query ($id: ID!) { node(id: $id) { id } users(first: 50) { nodes { name } } }"

    async def answers():
        asked = [await max_.ask(document, given), await max_.ask(people, {"id": ivy})]
        return [reply.response.content for reply in asked]

    before = await answers()
    await in_force(world, 1)
    assert await answers() == before
    assert b"NOT_FOUND" in before[0]


# D4-03: «the correct email address for the external party so they can register».
@pytest.mark.parametrize("claims", [{}, {"email": "una@example.test"}, {"email": "una@example.test", "email_verified": False}], ids=str)  # fmt: skip
async def test_nobody_registers_by_an_address_that_is_not_verified(world, claims):
    made = await visit(world)
    await let_in(made, "una@example.test", "Una")
    client = await unverified(world, claims, "una")
    refused = await do(client, "registerInspector", name="Una")
    assert said(refused)[:2] == ("PRECONDITION", "EMAIL_NOT_VERIFIED")
    proven = await unverified(world, {"email": "una@example.test", "email_verified": True}, "una")
    assert await done(proven, "registerInspector", name="Una") == {"user": None}  # inert as yet


@pytest.mark.parametrize("shared_database", ["postgresql"], indirect=True)  # SQLite's writers wait
@pytest.mark.parametrize("anew", [False, True], ids=["withdrawn", "made anew by another provider"])
async def test_an_account_that_is_withdrawn_while_somebody_registers_is_not_theirs(
    world, monkeypatch, anew
):
    made = await visit(world)
    account = await let_in(made, "una@example.test", "Una")
    lock = Change.lock

    async def withdrawn_before(change, organisation):
        grant = account["accountId"][4:]
        await world.sql("UPDATE role_grants SET ends_at = 1 WHERE id = :id", id=grant)
        if anew:
            rows = await world.sql("SELECT user_id FROM role_grants WHERE id = :id", id=grant)
            other = await organisation_key(world, "prov two")
            await add_grant(world, rows[0][0], other, "inspection_access.inspector")
        await lock(change, organisation)

    monkeypatch.setattr(Change, "lock", withdrawn_before)
    client = await world.client(subject="una", email="una@example.test")
    refused = await do(client, "registerInspector", name="Una")
    assert said(refused)[:2] == ("CONFLICT", "NO_ACCOUNT")
    rows = await world.sql("SELECT subject FROM users WHERE email = 'una@example.test'")
    assert [tuple(row) for row in rows] == [(None,)]
