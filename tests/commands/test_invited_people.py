"""Who is INVITED is told that their account is why, be it that a refusal names their own role."""

from __future__ import annotations

import pytest

from commands.acts import EVERY_ACT, do
from commands.people import INVITED
from commands.targets import targets_of
from scenarios.rows import organisation_id, record_id

SENTENCE = (
    "which no role gives you yet: your account is INVITED, and gives nothing before the invitation"
    " is accepted or the account activated"
)
ASKED = {
    "a field": "{ me { name } }",
    "a list": "{ apprenticeRecords(first: 5) { totalCount } }",
    "a filter": '{ users(first: 5, filter: {name: {startsWith: "A"}}) { totalCount } }',
    "a choice": "{ learners(show: ALL, first: 5) { totalCount } }",
    "public data": "{ roles { name } }",
    "an id": '{ node(id: "%s") { id } }' % ("rec_" + "a" * 26),
    "one of several ids": '{ nodes(ids: ["%s"]) { id } }' % ("rec_" + "a" * 26),
}


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
@pytest.mark.parametrize("who", INVITED)
async def test_a_refused_read_says_that_the_account_is_invited(common_world, who, plain):
    client = await common_world.client(who)
    for document in ASKED.values():
        reply = await client.ask(document, plain=plain)
        [error] = reply.errors
        assert error["extensions"]["code"] == "FORBIDDEN"
        assert error["extensions"]["reason"] == "INVITED", document
        assert SENTENCE in error["message"]
        assert "no role of yours" not in error["message"]


async def test_their_own_role_is_among_those_that_would_do(common_world):
    """Lou is to be a Training Coordinator, who may read records: the account is why not."""
    lou = await common_world.client("lou")
    [error] = (await lou.ask(ASKED["a list"])).errors
    assert "RECORD_ASSIGNMENT_TRAINING_COORDINATOR" in error["extensions"]["requires"]
    assert error["extensions"]["reason"] == "INVITED"


async def test_a_refused_command_says_so_too(world):
    targets, lou = await targets_of(world), await world.client("lou")
    for name, act in EVERY_ACT.items():
        target = targets.get(act.kind) or (act.kind and record_id(1))
        aimed = [target] if act.argument == "recordIds" else target
        [error] = (await do(lou, name, aimed)).errors
        assert (error["extensions"]["code"], error["extensions"].get("reason")) == (
            "FORBIDDEN",
            "INVITED",
        ), name


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_nobody_else_is_told_so(common_world, plain):
    """A stranger and a member are refused for their roles, as ever."""
    alder = await organisation_id(common_world, "alder")
    document = "query ($id: ID!) { organisation(id: $id) { account { warnings } } }"
    for client in (
        await common_world.client("vera"),
        await common_world.client(subject="nobody-we-know"),
    ):
        for error in (await client.ask(document, {"id": alder}, plain=plain)).errors:
            assert error["extensions"].get("reason") != "INVITED"
            assert "INVITED" not in error["message"]
