"""What a reviewer who attacked the authorization found, and how it is answered now."""

from dataclasses import replace

import pytest

from scenarios.rows import LONG_AGO, add_grant, insert, organisation_id, organisation_key, user_key

VIEWER = "employer_account.viewer"


async def test_shapes_that_look_alike_do_not_share_an_array(world):
    """Kim is a Viewer of three accounts by grants whose words differ in punctuation only."""
    kim = await user_key(world, "kim")
    accounts = {"birch": "A-B", "cherry": "A_B", "dogwood": "A/B"}
    for name, permissions in accounts.items():
        await insert(
            world,
            "role_grants",
            user_id=kim,
            organisation_id=await organisation_key(world, name),
            role=VIEWER,
            system="employer_account",
            starts_at=LONG_AGO,
            ends_at=None,
            permissions=permissions,
        )
    client = await world.client("kim")
    for name in accounts:
        id_ = await organisation_id(world, name)
        reply = await client.ask(f'{{ organisation(id: "{id_}") {{ account {{ levyStatus }} }} }}')
        assert reply.data["organisation"]["account"]["levyStatus"] is not None, name


@pytest.mark.parametrize("plain", [False, True])
async def test_a_stored_word_that_no_version_knows_is_one_masked_value(world, plain):
    """After a step back to an older version a team still answers, but for the unknown role."""
    vera = await user_key(world, "vera")
    await world.sql(
        "UPDATE role_grants SET role = 'employer_account.emperor' WHERE user_id = :user", user=vera
    )
    client = await world.client("olga")
    reply = await client.ask(
        "{ organisations(first: 1) { nodes { account { team(first: 9) {"
        " nodes { role user { name } } } } } } }",
        plain=plain,
    )
    team = reply.data["organisations"]["nodes"][0]["account"]["team"]["nodes"]
    assert [g["user"]["name"] for g in team if g["role"] is None] == ["Vera"]
    assert set(reply.refusals.values()) == {"INTERNAL_SERVER_ERROR"}
    assert "emperor" not in str(reply.json)


async def test_a_grant_whose_system_is_not_its_roles_gives_nothing(world):
    sue, alder = await user_key(world, "sue"), await organisation_key(world, "alder")
    grant = await add_grant(world, sue, alder, "employer_account.owner")
    client = await world.client("sue")
    document = "{ organisations(first: 9) { nodes { name account { levyStatus } } } }"
    assert "Alder" in str((await client.ask(document)).data)
    await world.sql("UPDATE role_grants SET system = 'record_assignment' WHERE id = :id", id=grant)
    assert "Alder" not in str((await client.ask(document)).data)


@pytest.mark.parametrize("plain", [False, True])
async def test_an_answer_that_repeats_itself_without_end_is_refused(own_world, plain):
    """A hundred grants of one person, spelled out below each other three times, are a million."""
    limits = replace(own_world.settings.limits, positions=5_000)
    own_world.settings = own_world.settings.model_copy(update={"limits": limits})
    tina = await user_key(own_world, "tina")
    for number in range(100):
        key = await insert(
            own_world,
            "organisations",
            kind="EMPLOYER",
            name=f"Farm {number}",
            name_sort=f"farm {number}",
            status="OPEN",
            ukprn=None,
            parent_id=None,
        )
        await add_grant(own_world, tina, key, VIEWER)
    client = await own_world.client("tina")
    document = "{ me { grants { user { grants { user { grants { id } } } } } } }"
    reply = await client.ask(document, plain=plain)
    assert reply.json["errors"][0]["extensions"] == {
        "code": "RESPONSE_TOO_LARGE",
        "reason": "POSITIONS",
        "limit": 5_000,
    }
    assert "data" not in reply.json


async def test_the_schema_is_walked_a_few_times_only(shared_world):
    client = await shared_world.client("olga")
    walk = "{queryType{name}}"
    twice = await client.ask(f"{{ a: __schema{walk} b: __schema{walk} }}")
    assert twice.data["a"] == twice.data["b"]
    thrice = await client.ask(f"{{ a: __schema{walk} b: __schema{walk} c: __schema{walk} }}")
    assert thrice.json["errors"][0]["extensions"]["reason"] == "INTROSPECTIONS"
