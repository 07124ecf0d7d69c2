"""A preview is the whole answer that the inspector would get: of themselves, too (S82, D4-04)."""

from __future__ import annotations

import pytest

from scenarios.inspecting import TWO, WHOLE, done, sealed_off, visit
from scenarios.records import ids, the_error
from scenarios.rows import add_grant, organisation_key, user_id
from scenarios.test_inspections_unseen import cells, compact

PREVIEW = (
    "query ($id: ID!, $account: ID, $permissions: [InspectorPermission!], $channels:"
    " [InspectorChannel!], $document: String!, $variables: JSON) { inspectionGroup(id: $id) {"
    " previewAccess(accountId: $account, permissions: $permissions, channels: $channels, document:"
    " $document, variables: $variables) } }"
)
ONESELF = (
    "{ me { __typename id name email status allowedActions grants { id role startsAt endsAt"
    " editVersion allowedActions user { id name } organisation { id name kind } } }"
    " users(first: 9) { totalCount edges { node { id name email status } } }"
    " organisations(first: 9) { totalCount nodes { id name account { levyStatus } } }"
    " roles { name } caseloads(first: 9) { totalCount } inspectionGroups(first: 9) { nodes { id"
    " openings { status host { name } closesAt allLearners } inspectors(first: 2) { totalCount } }"
    " } }"
)
FOUND = (
    "query ($name: String!, $ids: [ID!]!, $id: ID!) { users(first: 9, filter: {name: {startsWith:"
    " $name}, status: {in: [ACTIVE, CANCELLED]}}, orderBy: {field: NAME, direction: DESC}) {"
    " totalCount nodes { name grants { organisation { name } } } } none: users(first: 9, filter:"
    ' {or: [{name: {eq: "Tina"}}, {email: {contains: "tina"}}, {status: {eq: INVITED}}]}) {'
    " totalCount nodes { id } } nodes(ids: $ids) { __typename id ... on User { name } ... on"
    " RoleGrant { role } } user(id: $id) { id name } apprenticeRecords(first: 9, filter: {"
    ' lastName: {startsWith: "L"}}) { totalCount } }'
)


def _documents(ids_of_self, hidden):
    return {
        "oneself": (ONESELF, None),
        "found": (FOUND, {"name": "iv", "ids": [*ids_of_self, *hidden], "id": hidden[0]}),
        "own user": (FOUND, {"name": "I", "ids": ids_of_self, "id": ids_of_self[0]}),
        "whole": (WHOLE, None),
    }


async def _previewed(made, document, variables, **given):
    asked = {"id": made.group, "document": document, "variables": variables, **given}
    reply = await made.sue.ask(PREVIEW, asked)
    assert reply.errors == []
    return reply.data["inspectionGroup"]["previewAccess"]


@pytest.mark.parametrize("who", ["ivy", "nova"])
async def test_a_preview_of_an_account_is_its_whole_answer(world, who):
    """Of somebody whom the world knows, and of somebody who registers."""
    made = await visit(world)
    await made.add(1, 2)
    payload = await done(
        made.sue, "createInspectorAccount",
        groupId=made.group, email=f"{who}@example.test", name=who.title(), emailKind="PERSONAL",
    )  # fmt: skip
    made.accounts[who] = payload["account"]["id"]
    real = await world.client(subject=who, email=f"{who}@example.test")
    if who == "nova":
        registered = await real.ask(
            'mutation { registerInspector(input: {name: "Nova"}) { user { id } } }'
        )
        assert registered.errors == []
    await made.act("activateInspector", who)
    await made.open()
    mine = await real.ask("{ me { id grants { id } } }")
    me = mine.data["me"]
    hidden = [
        await user_id(world, "tina"),
        await user_id(world, "sue"),
        *ids(3),
        made.accounts[who],
    ]
    documents = _documents([me["id"], me["grants"][0]["id"]], hidden)
    for name, (document, variables) in documents.items():
        foreseen = await _previewed(made, document, variables, account=made.accounts[who])
        answer = await real.ask(document, variables)
        assert cells(foreseen) == cells(answer.json), name
        assert sealed_off(compact(foreseen)) == sealed_off(compact(answer.json)), name
        authorization = foreseen["extensions"]["authorization"]
        assert authorization == answer.json["extensions"]["authorization"], name


async def test_a_preview_for_nobody_yet_is_of_somebody(world):
    """D4-04: «a dummy administrator account first»: a person with a name, and no one's id."""
    made = await visit(world)
    await made.add(1, 2)
    foreseen = await _previewed(made, ONESELF, None, permissions=TWO, channels=["CONSOLE"])
    me = foreseen["data"]["me"]
    assert (me["name"], me["status"]) == ("Inspector", "ACTIVE")
    assert [grant["role"] for grant in me["grants"]] == ["INSPECTION_ACCESS_INSPECTOR"]
    assert foreseen["data"]["users"]["totalCount"] == 1
    assert foreseen["data"]["organisations"]["nodes"][0]["name"] == "Prov"
    assert foreseen == await _previewed(made, ONESELF, None)  # the recommended permissions
    rows = await world.sql("SELECT id FROM users WHERE id = :id", id=me["id"][4:])
    assert rows == []
    real = await made.account()
    await made.open()
    answer, foreseen = await real.ask(ONESELF), await _previewed(made, ONESELF, None)
    expected, found = cells(answer.json), cells(foreseen)
    ours = {"id", "name", "email", "startsAt", "editVersion"}  # of a person who is not there yet
    assert expected.keys() == found.keys()
    different = {at for at in expected if expected[at] != found[at]}
    assert {at.rpartition(".")[2] for at in different} <= ours


async def test_a_preview_shows_nothing_of_a_person_from_elsewhere(world):
    made = await visit(world)
    await made.account("tina", kind="PERSONAL")
    await world.sql("UPDATE users SET name = 'Secret', name_sort = 'secret', email = 's@e.test' WHERE subject = 'tina'")  # fmt: skip
    person = (await user_id(world, "tina"))[4:]
    await add_grant(world, person, await organisation_key(world, "alder"), "employer_account.owner")
    asked = {"account": made.accounts["tina"]}
    foreseen = await _previewed(made, ONESELF, None, **asked)
    assert foreseen["data"]["me"]["name"] == "Tina"
    assert foreseen["data"]["me"]["email"] == "tina@example.test"
    assert len(foreseen["data"]["me"]["grants"]) == 1
    assert [each["name"] for each in foreseen["data"]["organisations"]["nodes"]] == ["Prov"]
    text = compact(foreseen)
    assert "Secret" not in text
    assert "Alder" not in text


@pytest.mark.parametrize(
    ("account", "code"),
    [
        ("ins_" + "a" * 26, "NOT_FOUND"),
        ("other", "NOT_FOUND"),
        ("nonsense", "BAD_USER_INPUT"),
        ("usr_" + "a" * 26, "BAD_USER_INPUT"),
    ],
)
async def test_a_preview_is_of_an_account_of_this_group_alone(world, account, code):
    made = await visit(world)
    other = await visit(world, "Another")
    await other.account()
    given = other.accounts["ivy"] if account == "other" else account
    reply = await made.sue.ask(
        PREVIEW, {"id": made.group, "document": "{ me { name } }", "account": given}
    )
    assert reply.data == {"inspectionGroup": {"previewAccess": None}}
    assert the_error(reply)["code"] == code
