"""What members read of their accounts: S11, S13, S25 and one person with two roles (D0-13)."""

import pytest

from scenarios.rows import add_grant, add_user, names, organisation_id, organisation_key

ACCOUNT = """
  name
  account { levyStatus warnings payeSchemes { reference } invitations(first: 10) { totalCount } }
"""


async def test_s11_a_sole_owner_is_warned(world):
    tariq = await world.client("tariq")
    birch = await organisation_id(world, "birch")
    document = f'{{ organisation(id: "{birch}") {{ account {{ warnings }} }} }}'
    reply = await tariq.ask(document)
    assert reply.json["data"] == {"organisation": {"account": {"warnings": ["SINGLE_OWNER"]}}}
    assert reply.errors == []
    second = await add_user(world, "Una Second")
    grant = await add_grant(
        world, second, await organisation_key(world, "birch"), "employer_account.owner"
    )
    reply = await tariq.ask(document)
    assert reply.data == {"organisation": {"account": {"warnings": []}}}
    await world.sql("UPDATE users SET status = 'INVITED' WHERE id = :id", id=second)
    reply = await tariq.ask(document)
    assert reply.data == {"organisation": {"account": {"warnings": ["SINGLE_OWNER"]}}}
    await world.sql("UPDATE users SET status = 'ACTIVE' WHERE id = :id", id=second)
    await world.sql(
        "UPDATE role_grants SET ends_at = :now WHERE id = :id", id=grant, now=world.clock.instant
    )
    reply = await tariq.ask(document)
    assert reply.data == {"organisation": {"account": {"warnings": ["SINGLE_OWNER"]}}}


async def test_s11_two_owners_are_not_warned(shared_world):
    olga = await shared_world.client("olga")
    alder = await organisation_id(shared_world, "alder")
    reply = await olga.ask(f'{{ organisation(id: "{alder}") {{ account {{ warnings }} }} }}')
    assert reply.data == {"organisation": {"account": {"warnings": []}}}
    assert reply.errors == []


AGREEMENTS = """
query ($id: ID!) { organisation(id: $id) { name account {
  agreements { status version signedBy signedAt offeredAt legalEntity { name }
    history { status at by } }
} } }
"""


@pytest.mark.parametrize("handle", ["olga", "otis", "tariq", "vera"])
async def test_s13_agreements_and_their_history(shared_world, handle):
    client = await shared_world.client(handle)
    alder = await organisation_id(shared_world, "alder")
    reply = await client.ask(AGREEMENTS, {"id": alder})
    assert reply.errors == []
    agreements = reply.data["organisation"]["account"]["agreements"]
    assert names(agreements, "offeredAt") == sorted(names(agreements, "offeredAt"))
    by_status = {agreement["status"]: agreement for agreement in agreements}
    assert sorted(by_status) == ["PENDING", "SIGNED"]
    assert len(agreements) == 2
    signed = by_status["SIGNED"]
    assert names(signed["history"], "status") == ["PENDING", "SIGNED"]
    assert names(signed["history"], "at") == sorted(names(signed["history"], "at"))
    assert signed["signedBy"].startswith("Olga")
    assert signed["history"][-1]["by"] == signed["signedBy"]
    assert signed["signedAt"] == signed["history"][-1]["at"]
    assert by_status["PENDING"]["signedBy"] is None
    assert by_status["PENDING"]["signedAt"] is None
    assert all(agreement["legalEntity"]["name"] for agreement in agreements)


async def test_s13_aisha_is_refused_the_agreements(shared_world):
    aisha = await shared_world.client("aisha")
    alder = await organisation_id(shared_world, "alder")
    reply = await aisha.ask(AGREEMENTS, {"id": alder})
    assert reply.data["organisation"]["account"] == {"agreements": None}
    assert reply.data["organisation"]["name"]
    (error,) = reply.errors
    assert error["path"] == ["organisation", "account", "agreements"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["extensions"]["action"] == "agreement.read"
    assert "D0-M03" in str(error["extensions"]["source"])
    assert len(error["extensions"]["requires"]) == 3


async def test_s13_a_transactor_and_an_owner_elsewhere_read_their_agreements(shared_world):
    tariq = await shared_world.client("tariq")
    reply = await tariq.ask(
        "{ organisations(first: 10) { nodes { name account { agreements { status } } } } }"
    )
    assert reply.errors == []
    found = reply.data["organisations"]["nodes"]
    assert len(found) == 2
    assert all("SIGNED" in names(node["account"]["agreements"], "status") for node in found)


async def test_s25_aisha_has_the_name_and_nothing_else(shared_world):
    aisha = await shared_world.client("aisha")
    reply = await aisha.ask(
        "{ me { name grants { role organisation { id kind name account { levyStatus warnings"
        " payeSchemes { reference } legalEntities { name } agreements { status }"
        " team(first: 10) { totalCount nodes { role } } invitations(first: 10) { totalCount }"
        " } } } } }"
    )
    (grant,) = reply.data["me"]["grants"]
    assert reply.status == 200
    assert grant["role"] == "EMPLOYER_ACCOUNT_AAN"
    assert grant["organisation"]["id"] == await organisation_id(shared_world, "alder")
    assert grant["organisation"]["kind"] == "EMPLOYER"
    assert grant["organisation"]["name"].startswith("Alder")
    fields = (
        "levyStatus", "warnings", "payeSchemes", "legalEntities", "agreements", "team",
        "invitations",
    )  # fmt: skip
    assert grant["organisation"]["account"] == dict.fromkeys(fields)
    path = ["me", "grants", 0, "organisation", "account"]
    assert sorted(error["path"] for error in reply.errors) == sorted([*path, f] for f in fields)
    assert {error["extensions"]["code"] for error in reply.errors} == {"FORBIDDEN"}
    assert {error["extensions"]["coordinate"] for error in reply.errors} == {
        f"EmployerAccount.{f}" for f in fields
    }
    withheld = reply.json["extensions"]["authorization"]["withheld"]
    assert {(line["coordinate"], line["code"], line["count"]) for line in withheld} == {
        (f"EmployerAccount.{f}", "FORBIDDEN", 1) for f in fields
    }


async def test_s25_the_same_through_node(shared_world):
    aisha = await shared_world.client("aisha")
    alder = await organisation_id(shared_world, "alder")
    reply = await aisha.ask(
        f'{{ node(id: "{alder}") {{ __typename ... on Organisation {{ name'
        " account { payeSchemes { reference } } } } }"
    )
    assert reply.data["node"]["__typename"] == "Organisation"
    assert reply.data["node"]["name"].startswith("Alder")
    assert reply.data["node"]["account"] == {"payeSchemes": None}
    assert reply.refusals == {"node.account.payeSchemes": "FORBIDDEN"}


async def test_one_person_with_two_roles_has_the_rights_of_each(shared_world):
    tariq = await shared_world.client("tariq")
    alder = await organisation_id(shared_world, "alder")
    birch = await organisation_id(shared_world, "birch")
    reply = await tariq.ask(
        "query ($alder: ID!, $birch: ID!) {"
        " transactor: organisation(id: $alder) { ...Both }"
        " owner: organisation(id: $birch) { ...Both }"
        " me { grants { role organisation { ...Both } } } }"
        " fragment Both on Organisation {" + ACCOUNT + "}",
        {"alder": alder, "birch": birch},
    )
    as_transactor, as_owner = reply.data["transactor"], reply.data["owner"]
    assert as_transactor["name"].startswith("Alder")
    assert as_transactor["account"]["levyStatus"] == "LEVY"
    assert len(as_transactor["account"]["payeSchemes"]) == 2
    assert as_transactor["account"]["warnings"] is None
    assert as_transactor["account"]["invitations"] is None
    assert as_owner["name"].startswith("Birch")
    assert as_owner["account"]["levyStatus"] == "NON_LEVY"
    assert as_owner["account"]["warnings"] == ["SINGLE_OWNER"]
    assert as_owner["account"]["invitations"] == {"totalCount": 0}
    nested = {grant["role"]: grant["organisation"] for grant in reply.data["me"]["grants"]}
    assert nested == {
        "EMPLOYER_ACCOUNT_TRANSACTOR": as_transactor,
        "EMPLOYER_ACCOUNT_OWNER": as_owner,
    }
    at = next(
        index
        for index, grant in enumerate(reply.data["me"]["grants"])
        if grant["role"] == "EMPLOYER_ACCOUNT_TRANSACTOR"
    )
    expected = {f"transactor.account.{f}": "FORBIDDEN" for f in ("warnings", "invitations")}
    expected |= {
        f"me.grants.{at}.organisation.account.{f}": "FORBIDDEN" for f in ("warnings", "invitations")
    }
    assert reply.refusals == expected


async def test_contact_is_decided_for_each_member_by_the_account_they_share(shared_world):
    tariq = await shared_world.client("tariq")
    reply = await tariq.ask("{ users(first: 50) { nodes { name email status } } }")
    nodes = reply.data["users"]["nodes"]
    shown = {node["name"].split()[0].lower(): node["email"] for node in nodes}
    assert shown == {
        "tariq": "tariq@example.test",
        "tess": "tess@example.test",
        "vic": "vic@example.test",
        "ana": "ana@example.test",
        "olga": None,
        "otis": None,
        "vera": None,
        "aisha": None,
    }
    refused = [index for index, node in enumerate(nodes) if node["email"] is None]
    assert reply.refusals == {
        f"users.nodes.{index}.{field}": "FORBIDDEN"
        for index in refused
        for field in ("email", "status")
    }


async def test_an_owner_is_an_owner_of_nothing_else(shared_world):
    for handle, hidden in (("olga", "birch"), ("cora", "alder"), ("tess", "alder")):
        client = await shared_world.client(handle)
        organisation = await organisation_id(shared_world, hidden)
        reply = await client.ask(f'{{ organisation(id: "{organisation}") {{ name }} }}')
        assert reply.data == {"organisation": None}
        assert reply.refusals == {"organisation": "NOT_FOUND"}


async def test_strict_mode_keeps_the_whole_answer(shared_world):
    vera = await shared_world.client("vera")
    alder = await organisation_id(shared_world, "alder")
    document = f'{{ organisation(id: "{alder}") {{ name account {{ warnings }} }} }}'
    reply = await vera.ask(document, mode="strict")
    assert reply.status == 403
    assert reply.data is None
    assert "Alder" not in reply.response.text
    reply = await vera.ask(f'{{ organisation(id: "{alder}") {{ name }} }}', mode="strict")
    assert reply.status == 200
    assert reply.data["organisation"]["name"].startswith("Alder")
