"""An edit that changes nothing succeeds and changes nothing (X11): no version, no audit row, no mail."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from commands.acts import ACTS, EVERY_ACT, INSPECTION_ACTS, RECORD_ACTS, outcome
from commands.staged import staged
from commands.tables import audited
from commands.targets import CODE, targets_of
from scenarios.rows import add_record, organisation_id, record_id, user_id

NEW_EACH_TIME = "ok, and something new"
UNCHANGED = "ok, and nothing"
# How each ends that is sent once more, a second later, word for word.
AGAIN = {
    "createAccount": NEW_EACH_TIME,
    "renameAccount": UNCHANGED,
    "acceptAgreement": "CONFLICT/NOT_PENDING",
    "addPayeScheme": "CONFLICT/ALREADY_ADDED",
    "removePayeScheme": "NOT_FOUND",
    "addLegalEntity": "CONFLICT/ALREADY_ADDED",
    "removeLegalEntity": "NOT_FOUND",
    "inviteUser": "CONFLICT/ALREADY_INVITED",
    "cancelInvitation": "CONFLICT/NOT_PENDING",
    "acceptInvitation": "BAD_USER_INPUT/CODE",
    "changeRole": UNCHANGED,
    "removeUser": "NOT_FOUND",
    "leaveAccount": "FORBIDDEN",
    "assignRecord": UNCHANGED,
    "assignRecords": UNCHANGED,
    "unassignRecords": UNCHANGED,
    "updateTraining": UNCHANGED,
    "addEvidence": NEW_EACH_TIME,
    "giveFeedback": NEW_EACH_TIME,
    "updateEndPointAssessment": UNCHANGED,
    "recordAssessmentComponent": NEW_EACH_TIME,
    "createInspectionGroup": NEW_EACH_TIME,
    "addLearners": UNCHANGED,
    "removeLearners": UNCHANGED,
    "openInspection": "CONFLICT/ALREADY_OPEN",
    "closeInspection": "CONFLICT/NOT_OPEN",
    "createInspectorAccount": "CONFLICT/UNAVAILABLE",
    "updateInspectorAccount": UNCHANGED,
    "activateInspector": "CONFLICT/NOT_INVITED",
    "rotateInspectorCredentials": NEW_EACH_TIME,
    "cancelInspector": "CONFLICT/NOT_ACTIVE",
    "reactivateInspector": "CONFLICT/NOT_CANCELLED",
    "archiveInspector": "CONFLICT/NOT_CANCELLED",
    "registerInspector": "FORBIDDEN",  # they are INVITED by now
    "editIlr": UNCHANGED,
    "verifyIlr": "CONFLICT/ALREADY_VERIFIED",
}
DOERS = {
    **dict.fromkeys(ACTS, "olga"),
    **dict.fromkeys(INSPECTION_ACTS, "sue"),
    **dict.fromkeys(RECORD_ACTS, "ade"),
    **dict.fromkeys(("updateTraining", "addEvidence", "giveFeedback", "editIlr"), "tina"),
    **dict.fromkeys(("updateEndPointAssessment", "recordAssessmentComponent"), "ann"),
    "acceptInvitation": "petra",
}
GIVEN = {"acceptInvitation": {"code": CODE}, "verifyIlr": {"verified": True}}


@pytest_asyncio.fixture(loop_scope="module")
async def places(world):
    """The id that each command is sent."""
    of_accounts = await targets_of(world)
    found = {name: of_accounts.get(act.kind) for name, act in ACTS.items()}
    found |= {name: record_id(4 if name.startswith("assign") else 2) for name in RECORD_ACTS}
    return found | await staged(world)


async def sent(world, name, place, /, **given):
    """Send a command with exactly this input beside its id; it is made as its usual doer."""
    act = EVERY_ACT[name]
    if name == "registerInspector":
        client = await world.client(subject="wanda-1", email="wanda@example.test")
    else:
        client = await world.client(DOERS[name])
    aimed = [place] if act.argument == "recordIds" else place
    target = {act.argument: aimed} if act.argument else {}
    return await client.ask(act.document, {"input": target | given})


async def rows_of(world, reply):
    """The audit rows of a command itself, without those of what its payload shows."""
    events = await audited(world, reply.response.headers["x-request-id"])
    return [each for each in events if "read" not in each["action"]]


def test_every_command_is_sent_again():
    assert AGAIN.keys() == EVERY_ACT.keys()


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", AGAIN)
async def test_sent_again_it_is_refused_or_changes_nothing(world, tables, places, name):
    given = EVERY_ACT[name].given | GIVEN.get(name, {})
    first = await sent(world, name, places.get(name), **given)
    assert outcome(first) == "ok"
    assert len(await rows_of(world, first)) == 1
    before = await tables.digests()
    world.clock.instant += 1_000
    reply = await sent(world, name, places.get(name), **given)
    events = await rows_of(world, reply)
    same = await tables.digests() == before
    if AGAIN[name] == NEW_EACH_TIME:
        assert (outcome(reply), same) == ("ok", False)
        assert [each["decision"] for each in events] == ["ALLOWED"]
    elif AGAIN[name] == UNCHANGED:
        assert (outcome(reply), same, events) == ("ok", True, [])
        assert reply.data == first.data  # the version included, where the payload shows it
    else:
        assert (outcome(reply), same) == (AGAIN[name], True)
        assert [each["decision"] for each in events] == ["REFUSED"]


# What there is to edit already stands so, or nothing is said of it.
NOTHING = {
    "a training, nothing said": ("updateTraining", {}),
    "an assessment, nothing said": ("updateEndPointAssessment", {}),
    "an ILR, nothing said": ("editIlr", {}),
    "an ILR that is not verified": ("verifyIlr", {"verified": False}),
    "an inspector, nothing said": ("updateInspectorAccount", {}),
    "an inspector, as it stands": (
        "updateInspectorAccount",
        {
            "permissions": ["VIEW_ALL_IN_ASSIGNED_GROUP", "TRAINEE_ASSESSOR"],
            "channels": ["CONSOLE"],
        },
    ),
    "the name as it stands": ("renameAccount", {"name": "  Alder "}),
    "the role as it stands": ("changeRole", {"role": "VIEWER"}),
    "who has it already": ("assignRecord", {"kind": "ASSESSOR"}),
    "nobody has it": ("unassignRecords", {"kind": "ASSESSOR", "confirm": True}),
    "learners in the group": ("addLearners", {"recordIds": [record_id(1), record_id(2)]}),
    "a learner who is not in the group": ("removeLearners", {"recordIds": [record_id(3)]}),
}
ELSEWHERE = {"who has it already": record_id(1), "nobody has it": record_id(4)}
VERSIONED = {
    "updateTraining", "updateEndPointAssessment", "editIlr", "verifyIlr", "renameAccount",
    "changeRole",
}  # fmt: skip


@pytest.mark.dealt("case")
@pytest.mark.parametrize("case", NOTHING)
async def test_nothing_to_change_changes_nothing(world, tables, places, case):
    name, given = NOTHING[case]
    if name == "assignRecord":
        given = given | {"userId": await user_id(world, "ann")}
    before, mails = await tables.digests(), len(await world.mails())
    reply = await sent(world, name, ELSEWHERE.get(case, places[name]), **given)
    assert outcome(reply) == "ok"
    assert await rows_of(world, reply) == []
    assert len(await world.mails()) == mails
    assert await tables.digests() == before


@pytest.mark.dealt("case")
@pytest.mark.parametrize("case", [case for case, (name, _) in NOTHING.items() if name in VERSIONED])
async def test_a_stale_version_is_told_though_there_is_nothing_to_change(
    world, tables, places, case
):
    name, given = NOTHING[case]
    before = await tables.digests()
    reply = await sent(world, name, places[name], **given, ifVersion=999)
    assert outcome(reply) == "CONFLICT/STALE"
    assert [each["code"] for each in await rows_of(world, reply)] == ["CONFLICT"]
    assert await tables.digests() == before


@pytest.mark.parametrize("name", ["updateTraining", "updateEndPointAssessment"])
async def test_nothing_said_of_what_is_not_there_makes_no_row(world, tables, name):
    record = "rec_" + await add_record(world, 2)
    await world.sql(
        "UPDATE caseload_items SET record_id = :new WHERE record_id = :old",
        new=record[4:],
        old=record_id(2)[4:],
    )
    before = await tables.digests()
    reply = await sent(world, name, record)
    assert outcome(reply) == "ok"
    assert await rows_of(world, reply) == []
    assert await tables.digests() == before


async def test_of_an_edit_only_what_differs_is_told(world):
    """One of two values stands already: the version is raised once, for the other one."""
    first = await sent(world, "updateTraining", record_id(2), progressPercent=41, loggedHours=7)
    version = first.data["updateTraining"]["record"]["training"]["editVersion"]
    reply = await sent(world, "updateTraining", record_id(2), progressPercent=41, loggedHours=8)
    assert reply.data["updateTraining"]["record"]["training"]["editVersion"] == version + 1
    [event] = await rows_of(world, reply)
    assert json.loads(event["details"]) == {"fields": ["logged_hours"]}


async def test_of_several_made_together_each_is_watched_by_itself(world):
    """In one transaction of a strict mutation: what changed is audited, what did not is not."""
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    rename = 'renameAccount(input: {{ organisationId: $at, name: "{}" }}) {{ __typename }}'
    names = ("Alder", "Elsewhere", "Elsewhere", "Anywhere")
    fields = " ".join(f"f{at}: {rename.format(name)}" for at, name in enumerate(names))
    reply = await olga.ask(f"mutation ($at: ID!) {{ {fields} }}", {"at": alder}, mode="strict")
    assert reply.errors == []
    assert len(await rows_of(world, reply)) == 2
    [[revision]] = await world.sql(
        "SELECT revision FROM organisations WHERE id = :id", id=alder[4:]
    )
    assert revision == 3
