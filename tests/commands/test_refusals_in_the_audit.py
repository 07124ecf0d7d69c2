"""A refusal is audited with the organisation whose row was named, in whoever's sight that row is."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from commands.acts import ACTS, EVERY_ACT, do, outcome
from commands.people import STRANGER
from commands.staged import staged
from commands.tables import audited
from commands.targets import CODE, targets_of
from db.seed.demo.fixed import organisation_key as key_of
from scenarios.rows import record_id

PREFIX = {
    "Organisation": "org",
    "PayeScheme": "pay",
    "LegalEntity": "len",
    "Agreement": "agr",
    "RoleGrant": "grt",
    "Invitation": "inv",
    "ApprenticeRecord": "rec",
    "InspectionGroup": "grp",
    "InspectorAccount": "ins",
}
AIMED = [name for name, act in EVERY_ACT.items() if act.kind]
AT_EPA = {
    "assignRecord", "assignRecords", "unassignRecords", "updateEndPointAssessment",
    "recordAssessmentComponent",
}  # fmt: skip
"""Records are assigned to assessors, and assessed, at the EPAO; the rest of theirs is the provider's."""


@pytest_asyncio.fixture(loop_scope="module")
async def places(world):
    of_accounts = await targets_of(world)
    found = {name: of_accounts.get(act.kind) for name, act in ACTS.items()}
    found |= {n: record_id(4) for n, act in EVERY_ACT.items() if act.kind == "ApprenticeRecord"}
    return found | await staged(world)


def organisation_of(name: str) -> str:
    """Whose rows a command acts on in these places."""
    return key_of("alder" if name in ACTS else "epa" if name in AT_EPA else "prov")


def aimed(name: str, place: str) -> object:
    return [place] if EVERY_ACT[name].argument == "recordIds" else place


async def event_of(world, reply) -> dict[str, object]:
    [event] = await audited(world, reply.response.headers["x-request-id"])
    assert event["decision"] == "REFUSED"
    return event


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", AIMED)
async def test_whoever_was_refused_the_organisation_of_the_row_is_told(world, places, name):
    """A stranger is refused by the role, Ellis and Una by the row: the audit names whose it is."""
    place, resource = aimed(name, places[name]), places[name][4:]
    many = isinstance(place, list)
    clients = [await world.client(subject=STRANGER), await world.client("ellis")]
    clients.append(await world.client(subject="una"))
    for client in clients:
        reply = await do(client, name, place)
        event = await event_of(world, reply)
        assert event["code"] in {"FORBIDDEN", "NOT_FOUND"}
        assert event["organisation_id"] == organisation_of(name)
        assert event["resource_type"] == EVERY_ACT[name].kind
        assert event["resource_id"] == (None if many else resource)
    unknown = aimed(name, f"{PREFIX[EVERY_ACT[name].kind]}_{'a' * 26}")
    for client in clients:
        event = await event_of(world, await do(client, name, unknown))
        assert event["organisation_id"] is None


async def test_by_state_and_by_input_it_is_told_too(world, places):
    olga, alder = await world.client("olga"), organisation_of("renameAccount")
    for name, given in (
        ("renameAccount", {"name": ""}),
        ("renameAccount", {"ifVersion": 9}),
        ("changeRole", {"ifVersion": 9}),
    ):
        event = await event_of(world, await do(olga, name, places[name], **given))
        assert event["organisation_id"] == alder
    event = await event_of(world, await do(olga, "renameAccount", "org_no-id-at-all"))
    assert (event["resource_id"], event["organisation_id"]) == (None, None)


async def test_a_record_without_the_side_that_is_acted_for_is_its_providers(world):
    """R7 has no EPAO: who assesses it is refused, and it is Prov's learner all the same."""
    ann = await world.client("ann")
    reply = await do(ann, "updateEndPointAssessment", record_id(7))
    assert outcome(reply) == "NOT_FOUND"
    assert (await event_of(world, reply))["organisation_id"] == key_of("prov")


async def test_rows_of_several_organisations_are_told_of_all(world):
    ade = await world.client("ade")
    reply = await do(ade, "assignRecords", [record_id(4), record_id(9), "rec_" + "a" * 26])
    assert outcome(reply) == "NOT_FOUND"
    event = await event_of(world, reply)
    assert (event["resource_id"], event["organisation_id"]) == (None, None)
    several = sorted([key_of("epa"), key_of("epa-two")])
    assert json.loads(event["details"]) == {"organisations": several}


async def test_a_code_in_wrong_hands_is_told_to_the_operator_alone(world, places):
    """A17: the same bytes as for a code that never existed; whose invitation it was is audited."""
    vera = await world.client("vera")
    stolen, wrong = [await do(vera, "acceptInvitation", code=code) for code in (CODE, "x" * 18)]
    assert stolen.response.content == wrong.response.content
    assert stolen.statements == wrong.statements
    event = await event_of(world, stolen)
    assert event["organisation_id"] == key_of("alder")
    assert event["resource_type"] == "Invitation"
    assert f"inv_{event['resource_id']}" == places["cancelInvitation"]
    event = await event_of(world, wrong)
    assert (event["resource_id"], event["organisation_id"]) == (None, None)


async def test_what_was_refused_after_the_checks_found_it_is_told(world):
    await targets_of(world, open_for=0)
    petra = await world.client("petra")
    reply = await do(petra, "acceptInvitation", code=CODE)
    assert outcome(reply) == "CONFLICT/NOT_PENDING"
    assert (await event_of(world, reply))["organisation_id"] == key_of("alder")


async def test_what_was_not_made_is_not_told(world):
    """A command without a target that is refused has nobody's row to name."""
    event = await event_of(world, await do(await world.client("aisha"), "createAccount"))
    assert (event["resource_type"], event["organisation_id"]) == (None, None)
