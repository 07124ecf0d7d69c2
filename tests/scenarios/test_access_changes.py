"""What a person may read follows the rows at once: S08, windows of grants, and status of a sign-in."""

import pytest

from scenarios.rows import (
    NOBODYS,
    add_grant,
    add_user,
    organisation_id,
    organisation_key,
    remove_member,
    set_role,
    user_key,
)

DOCUMENT = """
query ($id: ID!) { me { grants { role } } organisation(id: $id) { name account {
  levyStatus warnings payeSchemes { reference } team(first: 10) { totalCount }
  invitations(first: 10) { totalCount }
} } }
"""
ACCOUNT = "organisation.account."
OWNER_ONLY = {ACCOUNT + "warnings": "FORBIDDEN", ACCOUNT + "invitations": "FORBIDDEN"}
ALL = OWNER_ONLY | {ACCOUNT + field: "FORBIDDEN" for field in ("levyStatus", "payeSchemes", "team")}


async def test_s08_each_next_request_of_vera_obeys(world):
    vera = await world.client("vera")  # one token throughout
    alder = {"id": await organisation_id(world, "alder")}
    reply = await vera.ask(DOCUMENT, alder)
    assert reply.data["me"] == {"grants": [{"role": "EMPLOYER_ACCOUNT_VIEWER"}]}
    assert reply.refusals == OWNER_ONLY
    assert reply.data["organisation"]["account"]["team"] == {"totalCount": 5}

    await set_role(world, "vera", "alder", "employer_account.transactor")
    reply = await vera.ask(DOCUMENT, alder)
    assert reply.data["me"] == {"grants": [{"role": "EMPLOYER_ACCOUNT_TRANSACTOR"}]}
    assert reply.refusals == OWNER_ONLY

    await set_role(world, "vera", "alder", "employer_account.aan")
    reply = await vera.ask(DOCUMENT, alder)
    assert reply.data["me"] == {"grants": [{"role": "EMPLOYER_ACCOUNT_AAN"}]}
    assert reply.refusals == ALL
    assert reply.data["organisation"]["name"].startswith("Alder")

    await set_role(world, "vera", "alder", "employer_account.owner")
    reply = await vera.ask(DOCUMENT, alder)
    assert reply.refusals == {}
    assert reply.data["organisation"]["account"]["invitations"] == {"totalCount": 0}

    await remove_member(world, "vera", "alder")
    reply = await vera.ask(DOCUMENT, alder)
    assert reply.data == {"me": {"grants": []}, "organisation": None}
    assert reply.refusals == {"organisation": "NOT_FOUND"}


# The effective window of a grant: starts_at <= now < ends_at, both in milliseconds from now.
WINDOWS = [
    (0, None, True),
    (1, None, False),
    (-1, None, True),
    (-1000, 0, False),
    (-1000, 1, True),
    (-1000, -1, False),
    (0, 0, False),
]


@pytest.mark.parametrize(("starts", "ends", "effective"), WINDOWS)
async def test_a_grant_is_effective_in_its_window_only(world, starts, ends, effective):
    now = world.clock.instant
    user = await add_user(world, "Wanda Window", subject="wanda")
    alder = await organisation_key(world, "alder")
    await add_grant(
        world,
        user,
        alder,
        "employer_account.viewer",
        starts_at=now + starts,
        ends_at=None if ends is None else now + ends,
    )
    wanda = await world.client(subject="wanda", email=NOBODYS)
    reply = await wanda.ask(DOCUMENT, {"id": f"org_{alder}"})
    assert (reply.data["organisation"] is not None) is effective
    not_ended = ends is None or ends > 0
    assert reply.data["me"]["grants"] == [{"role": "EMPLOYER_ACCOUNT_VIEWER"}] * not_ended
    if not effective:
        assert reply.refusals == {"organisation": "NOT_FOUND"}


async def test_a_window_opens_and_closes_by_the_clock(world):
    now = world.clock.instant
    user = await add_user(world, "Wanda Window", subject="wanda")
    alder = await organisation_key(world, "alder")
    await add_grant(
        world, user, alder, "employer_account.viewer", starts_at=now + 1000, ends_at=now + 2000
    )
    wanda = await world.client(subject="wanda", email=NOBODYS)
    seen = []
    for _ in range(4):
        reply = await wanda.ask(DOCUMENT, {"id": f"org_{alder}"})
        seen.append(reply.data["organisation"] is not None)
        world.clock.advance(milliseconds=999 if len(seen) == 1 else 1)
        if len(seen) == 3:
            world.clock.advance(milliseconds=998)
    assert seen == [False, False, True, True]
    reply = await wanda.ask(DOCUMENT, {"id": f"org_{alder}"})
    assert reply.data["organisation"] is None


async def test_a_closed_organisation_gives_no_rights(world):
    vera = await world.client("vera")
    alder = {"id": await organisation_id(world, "alder")}
    await world.sql("UPDATE organisations SET status = 'CLOSED' WHERE id = :id", id=alder["id"][4:])
    reply = await vera.ask(DOCUMENT, alder)
    assert reply.data["organisation"] is None
    assert reply.refusals == {"organisation": "NOT_FOUND"}
    assert reply.data["me"] == {"grants": [{"role": "EMPLOYER_ACCOUNT_VIEWER"}]}
    reply = await vera.ask(
        "{ me { grants { organisation { name } } } users(first: 9) { totalCount } }"
    )
    assert reply.errors == []
    assert reply.data == {"me": {"grants": [{"organisation": None}]}, "users": {"totalCount": 1}}


STATUSES = [
    ("ACTIVE", 200),
    ("INVITED", 200),
    ("INACTIVE", 401),
    ("CANCELLED", 401),
    ("ARCHIVED", 401),
    ("ANONYMISED", 401),
]


@pytest.mark.parametrize(("status", "expected"), STATUSES)
async def test_the_status_of_a_user_is_obeyed_at_once(world, status, expected):
    olga = await world.client("olga")
    await world.sql("UPDATE users SET status = :status WHERE subject = 'olga'", status=status)
    reply = await olga.ask("{ me { name } }")
    assert reply.status == expected
    if expected == 401:
        assert reply.response.headers["WWW-Authenticate"].startswith("Bearer")
        assert reply.data is None
        assert "Olga" not in reply.response.text
        assert status not in reply.response.text


EVERYTHING = """
{ me { id } organisations(first: 5) { totalCount } users(first: 5) { totalCount }
  roles { name } policy { action } }
"""


async def test_an_invited_person_is_refused_everything(shared_world):
    for handle in ("lou", "abi"):
        client = await shared_world.client(handle)
        reply = await client.ask(EVERYTHING)
        fields = ("me", "organisations", "users", "roles", "policy")
        assert reply.data == dict.fromkeys(fields)
        assert reply.refusals == dict.fromkeys(fields, "FORBIDDEN")


async def test_an_invited_person_is_refused_every_id_alike(shared_world):
    lou = await shared_world.client("lou")
    prov = await organisation_id(shared_world, "prov")
    own = "usr_" + await user_key(shared_world, "lou")
    texts = set()
    for id_ in (prov, await organisation_id(shared_world, "alder"), own, "org_" + "a" * 26):
        reply = await lou.ask("query ($id: ID!) { node(id: $id) { id } }", {"id": id_})
        assert reply.data == {"node": None}
        assert reply.refusals == {"node": "FORBIDDEN"}
        texts.add((id_[:3], reply.response.text))
    assert len(texts) == 2  # one a type, whatever the id


async def test_a_member_who_is_invited_again_loses_every_right(world):
    vera = await world.client("vera")
    await world.sql("UPDATE users SET status = 'INVITED' WHERE subject = 'vera'")
    reply = await vera.ask(DOCUMENT, {"id": await organisation_id(world, "alder")})
    assert reply.data == {"me": None, "organisation": None}
    assert reply.refusals == {"me": "FORBIDDEN", "organisation": "FORBIDDEN"}


async def test_an_unknown_subject_is_nobody(shared_world):
    client = await shared_world.client(subject="auth0|nobody", email=NOBODYS)
    alder = await organisation_id(shared_world, "alder")
    reply = await client.ask(
        "query ($id: ID!) { me { id } organisation(id: $id) { name } node(id: $id) { id }"
        " organisations(first: 5) { totalCount nodes { id } } users(first: 5) { totalCount }"
        " roles(system: EMPLOYER_ACCOUNT) { name } }",
        {"id": alder},
    )
    assert reply.status == 200
    assert reply.data["me"] is None
    assert reply.data["organisations"] == {"totalCount": 0, "nodes": []}
    assert reply.data["users"] == {"totalCount": 0}
    assert len(reply.data["roles"]) == 4
    assert reply.refusals == {"organisation": "NOT_FOUND", "node": "NOT_FOUND"}


async def test_an_unknown_subject_with_a_members_address_is_still_nobody(shared_world):
    client = await shared_world.client(subject="mallory", email="olga@example.test")
    reply = await client.ask("{ me { id } organisations(first: 5) { totalCount } }")
    assert reply.data == {"me": None, "organisations": {"totalCount": 0}}


async def test_a_subject_is_compared_to_the_letter(shared_world):
    for subject in ("Olga", "OLGA", "olga.", "olg"):
        client = await shared_world.client(subject=subject, email=NOBODYS)
        reply = await client.ask("{ me { id } }")
        assert reply.data == {"me": None}


async def test_an_unknown_subject_becomes_known_on_the_next_request(world):
    client = await world.client(subject="nell", email=NOBODYS)
    reply = await client.ask("{ me { name } }")
    assert reply.data == {"me": None}
    user = await add_user(world, "Nell New", subject="nell")
    await add_grant(world, user, await organisation_key(world, "alder"), "employer_account.viewer")
    reply = await client.ask("{ me { name } organisations(first: 5) { totalCount } }")
    assert reply.data == {"me": {"name": "Nell New"}, "organisations": {"totalCount": 1}}
