"""S02, S03, S06, S08, S09, S11 and S13 over HTTP, from the scenarios' sentences."""

from __future__ import annotations

import pytest

from commands.acts import do, outcome
from db.types import new_key
from scenarios.rows import NOBODYS, add_user, ids_of, insert, names, organisation_id, user_id

GRANTS = "{ me { name grants { id role organisation { id name } } } }"
ACCOUNT = """
query ($id: ID!) { organisation(id: $id) { name account {
  levyStatus warnings payeSchemes { reference } legalEntities { name } agreements { status }
  team(first: 20) { totalCount } invitations(first: 20) { totalCount }
} } }
"""
TEAM = """
query ($id: ID!) { organisation(id: $id) { account { team(first: 50) { nodes { id role user { name } } } } } }
"""


async def grants_of(client) -> dict[str, str]:
    """The roles of the caller by the name of the organisation."""
    reply = await client.ask(GRANTS)
    assert reply.errors == []
    return {g["organisation"]["name"]: g["role"] for g in reply.data["me"]["grants"]}


async def team_of(client, organisation: str) -> dict[str, tuple[str, str]]:
    """The members of an account: id of the grant, and role."""
    reply = await client.ask(TEAM, {"id": organisation})
    assert reply.errors == []
    nodes = reply.data["organisation"]["account"]["team"]["nodes"]
    assert len({node["user"]["name"] for node in nodes}) == len(nodes)
    return {node["user"]["name"]: (node["id"], node["role"]) for node in nodes}


async def mailed_code(world, recipient: str) -> str:
    """The one-time code of the only mail that waits for somebody."""
    [[body]] = await world.sql("SELECT body FROM mails WHERE recipient = :to", to=recipient)
    [code] = [line.strip() for line in body.splitlines() if line.startswith("    ")]
    return code


@pytest.mark.parametrize("known", [False, True], ids=["without a User", "with a User"])
async def test_s02_who_creates_an_account_owns_it(world, known):
    if known:
        await add_user(world, "Noor New", subject="noor")
    noor = await world.client(subject="noor", email="noor.new@example.test")
    reply = await do(noor, "createAccount", name="Cedar")
    assert outcome(reply) == "ok"
    made = reply.data["createAccount"]
    assert made["organisation"]["name"] == "Cedar"
    assert made["grant"]["role"] == "EMPLOYER_ACCOUNT_OWNER"
    assert await grants_of(noor) == {"Cedar": "EMPLOYER_ACCOUNT_OWNER"}
    account = await noor.ask(ACCOUNT, {"id": made["organisation"]["id"]})
    assert account.errors == []
    assert account.data["organisation"]["account"] == {
        "levyStatus": "NON_LEVY",
        "warnings": ["SINGLE_OWNER"],
        "payeSchemes": [],
        "legalEntities": [],
        "agreements": [],
        "team": {"totalCount": 1},
        "invitations": {"totalCount": 0},
    }
    users = await world.sql("SELECT id FROM users WHERE subject = 'noor'")
    held = await world.sql(
        "SELECT role, organisation_id, ends_at FROM role_grants WHERE user_id = :user",
        user=users[0][0],
    )
    assert len(users) == 1
    key = made["organisation"]["id"].removeprefix("org_")
    assert [tuple(row) for row in held] == [("employer_account.owner", key, None)]


async def test_s03_a_transactor_owns_what_she_opens_and_stays_a_transactor(world):
    tess = await world.client("tess")
    assert outcome(await do(tess, "createAccount", name="Cedar")) == "ok"
    assert await grants_of(tess) == {
        "Birch": "EMPLOYER_ACCOUNT_TRANSACTOR",
        "Cedar": "EMPLOYER_ACCOUNT_OWNER",
    }
    birch = await organisation_id(world, "birch")
    assert outcome(await do(tess, "renameAccount", birch)) == "FORBIDDEN"
    cedar = await organisation_id(world, "cedar")
    assert outcome(await do(tess, "renameAccount", cedar, name="Cedar Two")) == "ok"


async def test_s03_an_owner_elsewhere_is_no_owner_here_until_an_owner_says_so(world):
    tariq, olga = await world.client("tariq"), await world.client("olga")
    assert outcome(await do(tariq, "createAccount", name="Tamarind")) == "ok"
    alder = await organisation_id(world, "alder")
    assert (await grants_of(tariq))["Alder"] == "EMPLOYER_ACCOUNT_TRANSACTOR"
    assert outcome(await do(tariq, "renameAccount", alder)) == "FORBIDDEN"

    grant, _ = (await team_of(olga, alder))["Tariq"]
    reply = await do(olga, "changeRole", grant, role="OWNER")
    assert reply.data == {"changeRole": {"grant": {"id": grant, "role": "EMPLOYER_ACCOUNT_OWNER"}}}
    assert outcome(await do(tariq, "renameAccount", alder, name="Alder")) == "ok"
    assert await grants_of(tariq) == {
        "Alder": "EMPLOYER_ACCOUNT_OWNER",
        "Birch": "EMPLOYER_ACCOUNT_OWNER",
        "Tamarind": "EMPLOYER_ACCOUNT_OWNER",
    }
    held = await world.sql(
        "SELECT count(*) FROM role_grants WHERE user_id = :user AND organisation_id = :account"
        " AND system = 'employer_account'",
        user=(await user_id(world, "tariq"))[4:],
        account=alder[4:],
    )
    assert held[0][0] == 1


@pytest.mark.parametrize("known", [False, True], ids=["without a User", "with a User"])
async def test_s06_nothing_is_given_before_nell_accepts(world, known):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    if known:
        await add_user(world, "Nell", subject="nell-sign-in")
    reply = await do(olga, "inviteUser", alder, email="nell@example.test", role="VIEWER")
    invitation = reply.data["inviteUser"]["invitation"]
    assert invitation == {
        "id": invitation["id"],
        "email": "nell@example.test",
        "role": "EMPLOYER_ACCOUNT_VIEWER",
        "status": "PENDING",
    }
    mails = await world.sql("SELECT kind, recipient FROM mails")
    assert [tuple(mail) for mail in mails] == [("invitation", "nell@example.test")]

    nell = await world.client(subject="nell-sign-in", email="nell@example.test")
    reply = await nell.ask(ACCOUNT, {"id": alder})
    assert reply.data == {"organisation": None}
    assert reply.refusals == {"organisation": "NOT_FOUND"}
    reply = await nell.ask("{ organisations(first: 10) { totalCount } me { grants { role } } }")
    assert reply.data["organisations"] == {"totalCount": 0}
    assert reply.data["me"] == ({"grants": []} if known else None)
    assert "Nell" not in await team_of(olga, alder)

    reply = await do(nell, "acceptInvitation", code=await mailed_code(world, "nell@example.test"))
    assert outcome(reply) == "ok"
    assert reply.data["acceptInvitation"]["grant"]["role"] == "EMPLOYER_ACCOUNT_VIEWER"
    assert reply.data["acceptInvitation"]["organisation"] == {"id": alder, "name": "Alder"}
    assert await grants_of(nell) == {"Alder": "EMPLOYER_ACCOUNT_VIEWER"}
    reply = await nell.ask(ACCOUNT, {"id": alder})
    account = reply.data["organisation"]["account"]
    assert account["levyStatus"] == "LEVY"
    assert account["agreements"]
    assert account["team"] == {"totalCount": 6}
    assert reply.refusals == {
        "organisation.account.warnings": "FORBIDDEN",
        "organisation.account.invitations": "FORBIDDEN",
    }
    assert outcome(await do(nell, "renameAccount", alder)) == "FORBIDDEN"
    assert (await team_of(olga, alder))["Nell"][1] == "EMPLOYER_ACCOUNT_VIEWER"
    assert await world.sql("SELECT kind FROM mails WHERE kind <> 'invitation'") == []


async def test_s06_a_person_who_is_invited_to_sign_in_sees_nothing_of_the_account(world):
    """Lou is INVITED: no sign-in of her own yet, so an invitation opens nothing (D0-02, D0-04)."""
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    assert outcome(await do(olga, "inviteUser", alder, email="lou@example.test")) == "ok"
    lou = await world.client("lou")
    reply = await lou.ask(ACCOUNT, {"id": alder})
    assert reply.data == {"organisation": None}
    assert reply.refusals == {"organisation": "FORBIDDEN"}
    code = await mailed_code(world, "lou@example.test")
    assert outcome(await do(lou, "acceptInvitation", code=code)) == "FORBIDDEN"
    assert "Lou" not in await team_of(olga, alder)


async def test_s08_each_next_request_of_vera_obeys_the_commands(world):
    olga, vera = await world.client("olga"), await world.client("vera")  # one token throughout
    alder = await organisation_id(world, "alder")
    grant, role = (await team_of(olga, alder))["Vera"]
    assert role == "EMPLOYER_ACCOUNT_VIEWER"
    owner_only = {
        "organisation.account.warnings": "FORBIDDEN",
        "organisation.account.invitations": "FORBIDDEN",
    }
    assert (await vera.ask(ACCOUNT, {"id": alder})).refusals == owner_only

    assert outcome(await do(olga, "changeRole", grant, role="TRANSACTOR")) == "ok"
    assert await grants_of(vera) == {"Alder": "EMPLOYER_ACCOUNT_TRANSACTOR"}
    assert (await vera.ask(ACCOUNT, {"id": alder})).refusals == owner_only

    assert outcome(await do(olga, "changeRole", grant, role="AAN")) == "ok"
    reply = await vera.ask(ACCOUNT, {"id": alder})
    assert await grants_of(vera) == {"Alder": "EMPLOYER_ACCOUNT_AAN"}
    assert reply.data["organisation"]["name"] == "Alder"
    assert set(reply.data["organisation"]["account"].values()) == {None}
    assert set(reply.refusals.values()) == {"FORBIDDEN"}
    assert len(reply.refusals) == 7

    assert outcome(await do(olga, "removeUser", grant)) == "ok"
    reply = await vera.ask(ACCOUNT, {"id": alder})
    assert reply.data == {"organisation": None}
    assert reply.refusals == {"organisation": "NOT_FOUND"}
    assert await grants_of(vera) == {}
    assert "Vera" not in await team_of(olga, alder)


async def test_s09_any_owner_can_replace_one_who_has_left_the_company(world):
    otis, alder = await world.client("otis"), await organisation_id(world, "alder")
    grant, role = (await team_of(otis, alder))["Olga"]
    assert role == "EMPLOYER_ACCOUNT_OWNER"
    assert outcome(await do(otis, "removeUser", grant)) == "ok"
    reply = await do(
        otis, "inviteUser", alder, email="nora@example.test", name="Nora", role="OWNER"
    )
    assert outcome(reply) == "ok"
    nora = await world.client(subject="nora", email="nora@example.test")
    reply = await do(nora, "acceptInvitation", code=await mailed_code(world, "nora@example.test"))
    assert outcome(reply) == "ok"
    owners = {n for n, (_, r) in (await team_of(nora, alder)).items() if r.endswith("OWNER")}
    assert owners == {"Otis", "Nora"}
    assert outcome(await do(nora, "renameAccount", alder, name="Alder Group")) == "ok"
    olga = await world.client("olga")
    assert outcome(await do(olga, "renameAccount", alder)) == "FORBIDDEN"


async def test_s11_the_only_owner_stays(world, tables):
    tariq, birch = await world.client("tariq"), await organisation_id(world, "birch")
    warnings = "query ($id: ID!) { organisation(id: $id) { account { warnings } } }"
    reply = await tariq.ask(warnings, {"id": birch})
    assert reply.data == {"organisation": {"account": {"warnings": ["SINGLE_OWNER"]}}}
    grant, _ = (await team_of(tariq, birch))["Tariq"]
    before = await tables.digests()
    for role in ("TRANSACTOR", "VIEWER", "AAN"):
        assert outcome(await do(tariq, "changeRole", grant, role=role)) == "CONFLICT/LAST_OWNER"
    assert outcome(await do(tariq, "removeUser", grant)) == "CONFLICT/LAST_OWNER"
    assert outcome(await do(tariq, "leaveAccount", birch)) == "CONFLICT/LAST_OWNER"
    assert await tables.digests() == before


async def test_s11_an_owner_leaves_or_steps_down_while_another_remains(world):
    tariq, birch = await world.client("tariq"), await organisation_id(world, "birch")
    tess_grant, _ = (await team_of(tariq, birch))["Tess"]
    assert outcome(await do(tariq, "changeRole", tess_grant, role="OWNER")) == "ok"
    own, _ = (await team_of(tariq, birch))["Tariq"]
    reply = await do(tariq, "changeRole", own, role="VIEWER")
    assert reply.data == {"changeRole": {"grant": {"id": own, "role": "EMPLOYER_ACCOUNT_VIEWER"}}}
    tess = await world.client("tess")
    assert outcome(await do(tess, "leaveAccount", birch)) == "CONFLICT/LAST_OWNER"
    assert outcome(await do(tess, "changeRole", own, role="OWNER")) == "ok"
    reply = await do(tess, "leaveAccount", birch)
    assert (reply.data, reply.errors) == ({"leaveAccount": {"organisation": None}}, [])
    assert await grants_of(tess) == {}


@pytest.mark.parametrize("status", ["INVITED", "INACTIVE", "CANCELLED", "ARCHIVED", "ANONYMISED"])
async def test_s11_an_owner_who_cannot_sign_in_does_not_count(world, status):
    otis, alder = await world.client("otis"), await organisation_id(world, "alder")
    own, _ = (await team_of(otis, alder))["Otis"]
    await world.sql("UPDATE users SET status = :status WHERE subject = 'olga'", status=status)
    assert outcome(await do(otis, "leaveAccount", alder)) == "CONFLICT/LAST_OWNER"
    assert outcome(await do(otis, "changeRole", own, role="AAN")) == "CONFLICT/LAST_OWNER"
    assert outcome(await do(otis, "removeUser", own)) == "CONFLICT/LAST_OWNER"


HISTORY = """
query ($id: ID!) { organisation(id: $id) { account { agreements { id status history { status by } } } } }
"""


async def test_s13_only_an_owner_accepts_and_only_what_is_pending(world, tables):
    alder = await organisation_id(world, "alder")
    before = await tables.digests()
    for handle in ("vera", "tariq"):
        client = await world.client(handle)
        reply = await client.ask(HISTORY, {"id": alder})
        assert reply.errors == []
        agreements = reply.data["organisation"]["account"]["agreements"]
        assert sorted(names(agreements, "status")) == ["PENDING", "SIGNED"]
        for agreement in agreements:
            reply = await do(client, "acceptAgreement", agreement["id"])
            assert outcome(reply) == "FORBIDDEN"
    assert await tables.digests() == before

    olga = await world.client("olga")
    by_status = {agreement["status"]: agreement["id"] for agreement in agreements}
    reply = await do(olga, "acceptAgreement", by_status["SIGNED"])
    assert outcome(reply) == "CONFLICT/NOT_PENDING"
    assert await tables.digests() == before
    reply = await do(olga, "acceptAgreement", by_status["PENDING"])
    assert reply.data["acceptAgreement"]["agreement"] == {
        "id": by_status["PENDING"],
        "status": "SIGNED",
        "signedBy": "Olga",
    }
    reply = await olga.ask(HISTORY, {"id": alder})
    history = {a["id"]: a["history"] for a in reply.data["organisation"]["account"]["agreements"]}
    assert history[by_status["PENDING"]] == [
        {"status": "PENDING", "by": None},
        {"status": "SIGNED", "by": "Olga"},
    ]
    assert (
        outcome(await do(olga, "acceptAgreement", by_status["PENDING"])) == "CONFLICT/NOT_PENDING"
    )


async def test_a_legal_entity_brings_an_agreement_and_stays_once_it_is_signed(world):
    """D0-M07 with D0-M04: what was signed for is not taken away."""
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    reply = await do(olga, "addLegalEntity", alder)
    made = reply.data["addLegalEntity"]
    assert made["agreement"]["status"] == "PENDING"
    reply = await do(olga, "addLegalEntity", alder)
    assert outcome(reply) == "CONFLICT/ALREADY_ADDED"
    assert outcome(await do(olga, "removeLegalEntity", made["legalEntity"]["id"])) == "ok"
    assert outcome(await do(olga, "acceptAgreement", made["agreement"]["id"])) == "NOT_FOUND"
    made = (await do(olga, "addLegalEntity", alder)).data["addLegalEntity"]
    assert outcome(await do(olga, "acceptAgreement", made["agreement"]["id"])) == "ok"
    reply = await do(olga, "removeLegalEntity", made["legalEntity"]["id"])
    assert outcome(reply) == "CONFLICT/HAS_AGREEMENT"


async def test_a_paye_scheme_that_was_removed_can_be_added_again(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    scheme, other = await ids_of(world, "paye_schemes", "alder")
    [[reference]] = await world.sql(
        "SELECT reference FROM paye_schemes WHERE id = :id", id=scheme[4:]
    )
    assert outcome(await do(olga, "removePayeScheme", scheme)) == "ok"
    assert await ids_of(world, "paye_schemes", "alder") == [other]
    assert outcome(await do(olga, "removePayeScheme", scheme)) == "NOT_FOUND"
    reply = await do(olga, "addPayeScheme", alder, reference=reference)
    assert reply.data["addPayeScheme"]["payeScheme"]["reference"] == reference


async def test_a_person_without_a_user_needs_a_name_for_nothing_else(world):
    """A02: who holds no employer account grant may open an account, whatever else they do."""
    for handle in ("petra", "ann", "eric"):
        client = await world.client(handle)
        assert outcome(await do(client, "createAccount", name=f"{handle} and Sons")) == "ok"
    stranger = await world.client(subject="sam-stranger", email=NOBODYS)
    assert outcome(await do(stranger, "createAccount", name="Strangers")) == "ok"
    assert outcome(await do(stranger, "createAccount", name="Strangers")) == "ok"
    assert len((await stranger.ask(GRANTS)).data["me"]["grants"]) == 2
    assert len(await world.sql("SELECT id FROM users WHERE subject = 'sam-stranger'")) == 1


DOCUMENTS = """
query ($id: ID!) { organisation(id: $id) { account { agreements { id status document { url } } } } }
"""


async def test_s13_the_document_is_an_owners_and_its_link_is_decided_again(world):
    """D0-M05 with D0-10: what was an Owner's to download is not a Viewer's, link in hand or not."""
    olga, otis = await world.client("olga"), await world.client("otis")
    alder = await organisation_id(world, "alder")
    for handle in ("vera", "tariq"):
        reply = await (await world.client(handle)).ask(DOCUMENTS, {"id": alder})
        agreements = reply.data["organisation"]["account"]["agreements"]
        assert [set(each) for each in agreements] == [{"id", "status", "document"}] * 2
        assert names(agreements, "document") == [None, None]
        assert sorted(names(agreements, "status")) == ["PENDING", "SIGNED"]
        assert set(reply.refusals.values()) == {"FORBIDDEN"}
    reply = await otis.ask(DOCUMENTS, {"id": alder})
    links = names(reply.data["organisation"]["account"]["agreements"], "document", "url")
    assert [(await otis.get(link)).status_code for link in links] == [200, 200]
    grant, _ = (await team_of(olga, alder))["Otis"]
    assert outcome(await do(olga, "changeRole", grant, role="VIEWER")) == "ok"
    assert not {(await otis.get(link)).is_success for link in links} & {True}
    assert outcome(await do(olga, "changeRole", grant, role="OWNER")) == "ok"
    assert [(await otis.get(link)).status_code for link in links] == [200, 200]
    vera_grant, _ = (await team_of(olga, alder))["Vera"]
    assert outcome(await do(olga, "changeRole", vera_grant, role="OWNER")) == "ok"
    reply = await (await world.client("vera")).ask(DOCUMENTS, {"id": alder})
    assert reply.errors == []


# D0-M04 «Accept an agreement»; facts: an agreement is PENDING, SIGNED, and SUPERSEDED by its next.
async def test_s13_an_accepted_version_supersedes_the_one_before(world):
    alder = await organisation_id(world, "alder")
    olga = await world.client("olga")
    reply = await olga.ask(HISTORY, {"id": alder})
    agreements = reply.data["organisation"]["account"]["agreements"]
    [signed] = [each["id"] for each in agreements if each["status"] == "SIGNED"]
    rows = await world.sql("SELECT * FROM agreements WHERE id = :id", id=signed[4:])
    second = {**rows[0]._mapping, "version": 2, "status": "PENDING"}  # noqa: SLF001 -- SQLAlchemy's public name for it
    second |= {"id": new_key(), "signed_at": None, "signed_by": None, "signed_by_id": None}
    key = await insert(world, "agreements", **second)
    reply = await do(olga, "acceptAgreement", f"{signed[:4]}{key}")
    assert reply.data["acceptAgreement"]["agreement"]["status"] == "SIGNED"
    reply = await olga.ask(HISTORY, {"id": alder})
    found = {each["id"]: each for each in reply.data["organisation"]["account"]["agreements"]}
    assert found[signed]["status"] == "SUPERSEDED"
    assert found[signed]["history"][-1] == {"status": "SUPERSEDED", "by": None}
    assert found[f"{signed[:4]}{key}"]["history"] == [{"status": "SIGNED", "by": "Olga"}]
    others = [each for each in agreements if each["status"] != "SIGNED"]
    assert [found[each["id"]] for each in others] == others  # another entity's stays as it is
    assert outcome(await do(olga, "acceptAgreement", signed)) == "CONFLICT/NOT_PENDING"
