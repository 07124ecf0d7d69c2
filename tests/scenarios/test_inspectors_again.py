"""Accounts of inspectors over more than one visit, and over more than one person."""

import pytest

from commands.test_invitations import unverified
from engine.declare.change import Change
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


async def test_who_was_archived_as_anything_else_is_let_in_by_no_visit(world):
    """A provider is answered as of an unknown address (F12); the User stays as it was."""
    made = await visit(world)
    await world.sql("UPDATE users SET status = 'ARCHIVED' WHERE subject = 'lou'")
    await world.sql("DELETE FROM role_grants WHERE user_id IN (SELECT id FROM users WHERE subject = 'lou')")  # fmt: skip
    account = await let_in(made, "lou@example.test", "Lou")
    await done(made.sue, "activateInspector", **account)
    assert (await (await world.client("lou")).ask(WHOLE)).status == 401
    [[kept]] = await world.sql("SELECT status FROM users WHERE subject = 'lou'")
    assert kept == "ARCHIVED"


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


async def reopened(made):
    """End the visit and begin the next, for L2."""
    await made.close()
    made.world.clock.instant += 1
    await made.add(2)
    await made.open()


async def not_reopened(made):
    """What the refusal says while somebody of the last visit could see the next."""
    await made.add(2)
    window = {"groupId": made.group, "hostId": await user_id(made.world, "tina"), "closesAt": "2026-11-09T17:00:00Z"}  # fmt: skip
    return said(await do(made.sue, "openInspection", **window))[:2]


# D4-23 and F01 for an account that comes after the opening: it is no way round `ACCOUNTS_LEFT`.
async def test_a_personal_account_of_the_last_visit_does_not_return_to_the_next(world):
    made = await in_force(world, 1, who="art", kind="PERSONAL")
    art, account = await world.client("art"), {"accountId": made.accounts["art"]}
    await made.act("cancelInspector", "art")
    await reopened(made)
    refused = await do(made.sue, "reactivateInspector", **account)
    assert said(refused)[:2] == ("CONFLICT", "OF_LAST_VISIT")
    assert (await art.ask(WHOLE)).status == 401
    await made.close()  # between visits it is taken up again (D4-22), and in the way of the next
    await done(made.sue, "reactivateInspector", **account)
    assert await listed(art) == []
    assert await not_reopened(made) == ("CONFLICT", "ACCOUNTS_LEFT")


async def test_a_personal_account_that_waited_through_a_visit_is_not_let_into_the_next(world):
    made = await in_force(world, 1)
    late = await let_in(made, "late@example.test", "Late")
    await reopened(made)
    refused = await do(made.sue, "activateInspector", **late)
    assert said(refused)[:2] == ("CONFLICT", "OF_LAST_VISIT")
    await made.close()
    await done(made.sue, "activateInspector", **late)
    assert await not_reopened(made) == ("CONFLICT", "ACCOUNTS_LEFT")


async def test_a_generic_account_of_the_last_visit_returns_to_the_next(world):
    made = await in_force(world, 1)
    ivy = await world.client("ivy")
    await made.act("cancelInspector", "ivy")
    await reopened(made)
    await made.act("reactivateInspector", "ivy")
    assert await listed(ivy) == ["L2"]


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


NO_INSTANTS = [
    *("2027", "2026-12", "2026-12-01", "2026-335", "2026-W50-1", "2026-W50", "20261201", "20261201T10"),
    *("2026-12-01T10", "20261201T100000Z", "2026-12-01T", "T10:00:00Z", "2026-12-01T10:00:00,5Z"),
    *("2026-13-01T10:00:00Z", "2026-02-29T10:00:00Z", "2026-12-01T24:00:00Z", "2026-12-01T10:60:00Z"),
    *("2026-12-01T23:59:60Z", "2026-12-01T10:00:00+25:00", "2026-12-01T10:00:00+01", "2026-12-01T10:00:00-00:00"),
    *("0000-01-01T00:00:00Z", "-2026-12-01T10:00:00Z", "12026-12-01T10:00:00Z", "1764583200", "now", ""),
    *("\uff12\uff10\uff12\uff16-12-01T10:00:00Z", "2026-12-01T10:00:00.Z", "2026-12-01T10:00:00.1234567890Z"),
]  # fmt: skip
AS_LITERAL = "mutation {{ openInspection(input: {}) {{ group {{ id }} }} }}"


@pytest.mark.parametrize("given", NO_INSTANTS)
async def test_an_instant_is_a_full_date_and_time(shared_world, given):
    world = shared_world
    sue = await world.client("sue")
    refused = await do(sue, "openInspection", groupId="", closesAt=given)
    literal = await sue.ask(AS_LITERAL.format(f'{{ groupId: "", closesAt: "{given}" }}'))
    for reply in (refused, literal):
        assert (reply.status, "data" in reply.json) == (400, False)
        [error] = reply.errors
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "closesAt" in refused.errors[0]["message"]
    assert literal.errors[0]["extensions"]["input"] == "input.closesAt"
    assert literal.errors[0]["locations"]


@pytest.mark.parametrize("given", [2027, 1764583200000, 1.5, True, ["2026-11-09T17:00:00Z"]])
async def test_an_instant_is_a_text(shared_world, given):
    sue = await shared_world.client("sue")
    refused = await do(sue, "openInspection", groupId="", closesAt=given)
    assert refused.status == 400
    assert [e["extensions"]["code"] for e in refused.errors] == ["BAD_USER_INPUT"]


NO_ONE_INSTANT = [
    *("2027-03-28T01:00:00", "2027-03-28T01:30", "2027-03-28 01:59:59.999"),  # skipped
    *("2026-10-25T01:00:00", "2026-10-25T01:30:00", "2026-10-25T01:59:59"),  # twice
]


@pytest.mark.parametrize("name", ["opensAt", "closesAt"])
async def test_a_local_time_that_is_not_once_is_refused(world, name):
    made = await visit(world)
    window = {"groupId": made.group, "hostId": await user_id(world, "tina"), "closesAt": "2027-11-09T17:00:00Z"}  # fmt: skip
    for given in NO_ONE_INSTANT:
        refused = await do(made.sue, "openInspection", **window | {name: given})
        written = ", ".join(f'{k}: "{v}"' for k, v in (window | {name: given}).items())
        literal = await made.sue.ask(AS_LITERAL.format(f"{{ {written} }}"))
        for reply in (refused, literal):
            assert said(reply) == ("BAD_USER_INPUT", "LOCAL_TIME", f"input.{name}"), given
    assert await world.sql("SELECT id FROM inspection_openings WHERE opened_at IS NOT NULL") == []


INSTANTS = {
    "2027-03-28T00:59:59": "2027-03-28T00:59:59+00:00",
    "2027-03-28T02:00:00": "2027-03-28T01:00:00+00:00",
    "2027-07-01T09:00": "2027-07-01T08:00:00+00:00",
    "2027-07-01 09:00:00.5+02:00": "2027-07-01T07:00:00.500000+00:00",
    "2027-07-01t09:00:00.123456789z": "2027-07-01T09:00:00.123000+00:00",
    "2027-10-31T01:30:00+01:00": "2027-10-31T00:30:00+00:00",
}


@pytest.mark.parametrize("given", INSTANTS)
async def test_an_instant_without_an_offset_is_londons(world, given):
    made = await visit(world)
    window = {"groupId": made.group, "hostId": await user_id(world, "tina"), "closesAt": given}
    assert (await do(made.sue, "openInspection", **window)).errors == []
    read = "query ($id: ID!) { inspectionGroup(id: $id) { openings { closesAt } } }"
    reply = await made.sue.ask(read, {"id": made.group})
    assert reply.data["inspectionGroup"]["openings"] == [{"closesAt": INSTANTS[given]}]


NO_DAYS = ("2026", "2026-12", "20261201", "2026-W50-1", "2026-335", "2026-12-01T00:00:00Z", "2026-02-29", "0000-01-01", "2026-1-1", "")  # fmt: skip


@pytest.mark.parametrize("given", NO_DAYS)
async def test_a_day_is_written_in_one_way(shared_world, given):
    sue = await shared_world.client("sue")
    asked = "($of: Date) { apprenticeRecords(first: 1, filter: { startDate: { eq: $of } }) { totalCount } }"
    by_variable = await sue.ask("query " + asked, {"of": given})
    by_default = await sue.ask("query " + asked.replace("Date)", f'Date = "{given}")'))
    by_literal = await sue.ask(asked.partition(") ")[2].replace("$of", f'"{given}"'))
    for reply in (by_variable, by_default, by_literal):
        assert (reply.status, "data" in reply.json) == (400, False)
        assert [e["extensions"]["code"] for e in reply.errors] == ["BAD_USER_INPUT"]
    assert by_literal.errors[0]["extensions"]["input"] == "filter.startDate.eq"
    assert by_default.errors[0]["extensions"]["input"] == "$of"


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

    async def withdrawn_before(change, *organisations):
        grant = account["accountId"][4:]
        await world.sql("UPDATE role_grants SET ends_at = 1 WHERE id = :id", id=grant)
        if anew:
            rows = await world.sql("SELECT user_id FROM role_grants WHERE id = :id", id=grant)
            other = await organisation_key(world, "prov two")
            await add_grant(world, rows[0][0], other, "inspection_access.inspector")
        await lock(change, *organisations)

    monkeypatch.setattr(Change, "lock", withdrawn_before)
    client = await world.client(subject="una", email="una@example.test")
    refused = await do(client, "registerInspector", name="Una")
    assert said(refused)[:2] == ("CONFLICT", "NO_ACCOUNT")
    rows = await world.sql("SELECT subject FROM users WHERE email = 'una@example.test'")
    assert [tuple(row) for row in rows] == [(None,)]


# D4-09 «activate»; D4-22 «reactivate it as and when you need it»; S84.
async def test_who_is_taken_up_after_being_withdrawn_is_active_as_who_was_activated(world):
    """Promises equal calls, of them also: what `allowedActions` holds is not unavailable for good."""
    made = await visit(world)
    account = await let_in(made, "nova@example.test", "Nova")
    nova = await world.client(subject="nova", email="nova@example.test")
    await done(nova, "registerInspector", name="Nova")
    for act in ("cancelInspector", "reactivateInspector"):
        await done(made.sue, act, **account)
    reply = await nova.ask("{ me { status allowedActions } }")
    assert reply.data["me"]["status"] == "ACTIVE"
    assert "EMPLOYER_ACCOUNT_CREATE" in reply.data["me"]["allowedActions"]
    create = 'mutation { createAccount(input: { name: "Cedar" }) { organisation { name } } }'
    assert (await nova.ask(create)).data == {"createAccount": {"organisation": {"name": "Cedar"}}}
