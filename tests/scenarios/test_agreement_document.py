"""S13, the document: an Owner's alone, null for the others while its siblings are answered."""

import pytest

from scenarios.rows import organisation_id

AGREEMENTS = """
query ($id: ID!) { organisation(id: $id) { name account {
  agreements { id status version document { url expiresAt } history { status } }
} } }
"""


async def asked(world, handle, organisation, *, plain=False):
    client = await world.client(handle)
    identifier = await organisation_id(world, organisation)
    reply = await client.ask(AGREEMENTS, {"id": identifier}, plain=plain)
    return client, reply, reply.data["organisation"]["account"]["agreements"]


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
@pytest.mark.parametrize("handle", ["vera", "tariq"])
async def test_s13_who_may_only_view_has_no_document_and_all_the_rest(shared_world, handle, plain):
    _, reply, agreements = await asked(shared_world, handle, "alder", plain=plain)
    assert len(agreements) == 2
    for agreement in agreements:
        assert agreement.pop("document", "left out") is None
        assert all(agreement.values())
    path = "organisation.account.agreements.{}.document"
    assert reply.refusals == {path.format(0): "FORBIDDEN", path.format(1): "FORBIDDEN"}
    extensions = reply.errors[0]["extensions"]
    assert extensions["coordinate"] == "Agreement.document"
    assert extensions["action"] == "agreement.download"
    assert extensions["requires"] == ["EMPLOYER_ACCOUNT_OWNER"]
    assert extensions["source"] == "D0-M05"


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
@pytest.mark.parametrize(("handle", "organisation"), [("olga", "alder"), ("tariq", "birch")])
async def test_s13_an_owner_has_a_link_that_opens(shared_world, handle, organisation, plain):
    client, reply, agreements = await asked(shared_world, handle, organisation, plain=plain)
    assert reply.errors == []
    assert len({agreement["document"]["url"] for agreement in agreements}) == len(agreements)
    for agreement in agreements:
        assert agreement["document"]["expiresAt"] == "2026-11-02T09:05:00+00:00"
        opened = await client.get(agreement["document"]["url"])
        assert opened.status_code == 200
        assert agreement["id"] in opened.text


async def test_s13_one_person_is_decided_for_each_agreement(shared_world):
    tariq = await shared_world.client("tariq")
    reply = await tariq.ask(
        "{ organisations(first: 9) { nodes { name account { agreements { document { url } } } } } }"
    )
    shown = {
        node["name"].split()[0]: [a["document"] is None for a in node["account"]["agreements"]]
        for node in reply.data["organisations"]["nodes"]
    }
    assert shown == {"Alder": [True, True], "Birch": [False]}
    assert set(reply.refusals.values()) == {"FORBIDDEN"}
    assert len(reply.refusals) == 2


async def test_both_paths_give_the_same_link(shared_world):
    _, planned, _ = await asked(shared_world, "olga", "alder")
    _, plainly, _ = await asked(shared_world, "olga", "alder", plain=True)
    assert planned.json == plainly.json
