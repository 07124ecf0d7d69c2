"""The audit of changes: one row each, in the transaction of the change, for ever as it was written."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.exc import DBAPIError

from commands.acts import ACTS, do, outcome
from commands.tables import audited
from commands.targets import CODE, targets_of
from scenarios.rows import organisation_id, organisation_key, user_key

# Action, source rule and the type of the row that each mutation is about.
AUDITED = {
    "createAccount": ("employer_account.create", "D0-M01", "Organisation"),
    "renameAccount": ("employer_account.rename", "D0-M02", "Organisation"),
    "acceptAgreement": ("agreement.accept", "D0-M04", "Agreement"),
    "addPayeScheme": ("paye_scheme.add", "D0-M06", "Organisation"),
    "removePayeScheme": ("paye_scheme.remove", "D0-M06", "PayeScheme"),
    "addLegalEntity": ("legal_entity.add", "D0-M07", "Organisation"),
    "removeLegalEntity": ("legal_entity.remove", "D0-M07", "LegalEntity"),
    "inviteUser": ("team.invite", "D0-M08", "Organisation"),
    "cancelInvitation": ("invitation.cancel", "D0-M08", "Invitation"),
    "acceptInvitation": ("invitation.accept", "D0-04", "Invitation"),
    "changeRole": ("team.change_role", "D0-M08", "RoleGrant"),
    "removeUser": ("team.remove", "D0-M08", "RoleGrant"),
    "leaveAccount": ("team.leave", "A08", "Organisation"),
}
PERSONAL = ("@", "example", "Olga", "Vera", "Petra", "Nell", "Another", "Cedar", "999/", CODE)


@pytest.mark.parametrize("name", AUDITED)
async def test_a_change_is_one_row(world, name):
    assert AUDITED.keys() == ACTS.keys()
    action, source, kind = AUDITED[name]
    targets, key = await targets_of(world), await organisation_key(world, "alder")
    who = "petra" if name == "acceptInvitation" else "olga"
    client = await world.client(who)
    given = {"code": CODE} if name == "acceptInvitation" else {}
    world.clock.instant += 5
    count = (await world.sql("SELECT count(*) FROM audit_events"))[0][0]
    reply = await do(client, name, targets.get(ACTS[name].kind), **given)
    assert outcome(reply) == "ok"
    assert (await world.sql("SELECT count(*) FROM audit_events"))[0][0] == count + 1
    [event] = await audited(world, reply.response.headers["x-request-id"])
    resource = targets[kind][4:]
    if name == "createAccount":
        resource = key = reply.data["createAccount"]["organisation"]["id"][4:]
    details = event.pop("details")
    assert len(event.pop("id")) == 26
    assert event == {
        "at": world.clock.instant,
        "request_id": reply.response.headers["x-request-id"],
        "subject": who,
        "user_id": await user_key(world, who),
        "action": action,
        "source": source,
        "decision": "ALLOWED",
        "code": None,
        "resource_type": kind,
        "resource_id": resource,
        "organisation_id": key,
    }
    assert isinstance(json.loads(details), dict)
    assert not any(value in details for value in PERSONAL)


async def test_a_refusal_names_who_and_what_rule(world):
    vera, alder = await world.client("vera"), await organisation_id(world, "alder")
    reply = await do(vera, "renameAccount", alder, name="A name that nobody should keep")
    [event] = await audited(world, reply.response.headers["x-request-id"])
    assert event["at"] == world.clock.instant
    assert (event["subject"], event["action"], event["source"]) == (
        "vera",
        "employer_account.rename",
        "D0-M02",
    )
    assert (event["decision"], event["code"]) == ("REFUSED", "FORBIDDEN")
    assert "nobody should keep" not in repr(event)


async def test_a_refusal_names_the_row_and_the_person_it_can_name(world):
    """security.md: each row has subject, action, resource, decision, rule and request id."""
    vera, alder = await world.client("vera"), await organisation_id(world, "alder")
    reply = await do(vera, "renameAccount", alder)
    [event] = await audited(world, reply.response.headers["x-request-id"])
    assert (event["resource_type"], event["resource_id"]) == ("Organisation", alder[4:])
    assert event["user_id"] == await user_key(world, "vera")


async def test_reads_and_requests_that_ran_nothing_write_no_row(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    count = await world.sql("SELECT count(*) FROM audit_events")
    await olga.ask("{ me { name } }")
    await olga.ask(
        "query ($id: ID!) { organisation(id: $id) { account { warnings } } }", {"id": alder}
    )
    await olga.ask("mutation { nothing }")
    await do(olga, "renameAccount", alder, status="CLOSED")
    assert await world.sql("SELECT count(*) FROM audit_events") == count


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET subject = 'nobody'",
        "UPDATE audit_events SET at = at + 1 WHERE decision = 'ALLOWED'",
        "DELETE FROM audit_events",
        "DELETE FROM audit_events WHERE decision = 'REFUSED'",
    ],
)
async def test_nobody_changes_what_was_written(world, statement):
    vera, olga, alder = (
        await world.client("vera"),
        await world.client("olga"),
        await organisation_id(world, "alder"),
    )
    assert outcome(await do(vera, "renameAccount", alder)) == "FORBIDDEN"
    assert outcome(await do(olga, "renameAccount", alder)) == "ok"
    before = await world.sql("SELECT * FROM audit_events ORDER BY id")
    with pytest.raises(DBAPIError):
        await world.sql(statement)
    assert await world.sql("SELECT * FROM audit_events ORDER BY id") == before
    assert len(before) >= 2


async def test_a_change_whose_audit_fails_is_not_made(world, tables):
    """security.md: an insert that fails fails the change."""
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    before = await tables.digests()
    await world.sql("ALTER TABLE audit_events RENAME TO audit_events_away")
    try:
        reply = await do(olga, "renameAccount", alder)
    finally:
        await world.sql("ALTER TABLE audit_events_away RENAME TO audit_events")
    assert reply.status == 500
    assert reply.errors[0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert await tables.digests() == before
    assert outcome(await do(olga, "renameAccount", alder)) == "ok"
