"""A hidden row is no row: same bytes, same statements, and nothing that changes in it shows."""

import pytest

from differential.corpus import DOCUMENTS
from oracle.names import filled, names_of
from oracle.world import read_world
from scenarios.rows import (
    FAR_AWAY,
    LONG_AGO,
    add_grant,
    add_user,
    insert,
    organisation_id,
    organisation_key,
    user_id,
    user_key,
)

NODE = """
query ($id: ID!) { node(id: $id) { id __typename
  ... on Organisation { name account { levyStatus } } ... on User { name email }
  ... on RoleGrant { role } ... on PayeScheme { reference } ... on LegalEntity { name }
  ... on Agreement { status } ... on Invitation { email } } }
"""
TYPED = {
    "org": "query ($id: ID!) { organisation(id: $id) { id name account { levyStatus } } }",
    "usr": "query ($id: ID!) { user(id: $id) { id name email grants { role } } }",
}
# who asks, what is hidden from them, an id that no row has
HIDDEN = [
    ("vera", "birch", "unknown_org"),
    ("vera", "elm", "unknown_org"),
    ("vera", "cora", "unknown_usr"),
    ("vera", "birch_grant", "unknown_grt"),
    ("vera", "birch_paye", "unknown_pay"),
    ("vera", "birch_entity", "unknown_len"),
    ("vera", "birch_signed", "unknown_agr"),
    ("olga", "elm_invitation", "unknown_inv"),
    ("olga", "birch", "unknown_org"),
    ("tariq", "elm_invitation", "unknown_inv"),
    ("tariq", "cora", "unknown_usr"),
    ("aisha", "birch", "unknown_org"),
    ("aisha", "vera", "unknown_usr"),
    ("aisha", "alder_grant", "unknown_grt"),
    ("petra", "alder", "unknown_org"),
    ("petra", "vera", "unknown_usr"),
    ("petra", "alder_grant", "unknown_grt"),
    ("sam", "prov", "unknown_org"),
    ("robin", "alder", "unknown_org"),
    ("robin", "alder_paye", "unknown_pay"),
]


@pytest.mark.parametrize(("handle", "hidden", "unknown"), HIDDEN)
async def test_hidden_and_unknown_are_the_same_answer(shared_world, handle, hidden, unknown):
    ids = names_of(await read_world(shared_world.url))
    client = await shared_world.client(handle)
    documents = [NODE]
    if ids[hidden][:3] in TYPED:
        documents.append(TYPED[ids[hidden][:3]])
    for document in documents:
        await client.ask(document, {"id": ids[unknown]})
        first = await client.ask(document, {"id": ids[hidden]})
        second = await client.ask(document, {"id": ids[unknown]})
        assert [error["extensions"]["code"] for error in first.errors] == ["NOT_FOUND"]
        assert list(first.data.values()) == [None]
        assert first.response.content == second.response.content
        assert first.status == second.status
        assert first.statements == second.statements
        assert first.statements
        assert ids[hidden] not in first.response.text


# A role that the caller holds nowhere is refused before any read: visible, hidden, unknown alike.
REFUSED = [
    ("aisha", ("alder_paye", "birch_paye", "unknown_pay")),
    ("aisha", ("alder_signed", "birch_signed", "unknown_agr")),
    ("aisha", ("alder_entity", "birch_entity", "unknown_len")),
    ("vera", ("elm_invitation", "unknown_inv")),
    ("petra", ("alder_paye", "unknown_pay")),
    ("petra", ("elm_invitation", "unknown_inv")),
]


@pytest.mark.parametrize(("handle", "names"), REFUSED)
async def test_a_refused_type_is_refused_without_a_read(shared_world, handle, names):
    ids = names_of(await read_world(shared_world.url))
    client = await shared_world.client(handle)
    await client.ask("{ me { id } }")
    nothing = (await client.ask("{ __typename }")).statements
    replies = [await client.ask(NODE, {"id": ids[name]}) for name in names]
    assert {reply.response.content for reply in replies} == {replies[0].response.content}
    assert replies[0].refusals == {"node": "FORBIDDEN"}
    for reply in replies:
        assert reply.statements == nothing  # the grants of the caller, and no more


async def test_malformed_ids_are_bad_input_and_read_nothing(shared_world):
    olga = await shared_world.client("olga")
    nothing = (await olga.ask("{ __typename }")).statements
    alder = await organisation_id(shared_world, "alder")
    wrong = ["", "nonsense", alder.upper(), alder + " ", alder[:-1], f"xyz_{alder[4:]}"]
    for document, ids in [
        ("query ($id: ID!) { it: node(id: $id) { id } }", wrong),
        ("query ($id: ID!) { it: organisation(id: $id) { id } }", [*wrong, f"usr_{alder[4:]}"]),
        ("query ($id: ID!) { it: user(id: $id) { id } }", [*wrong, alder]),
    ]:
        for id_ in ids:
            reply = await olga.ask(document, {"id": id_})
            assert reply.data == {"it": None}
            (error,) = reply.errors
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert error["extensions"]["reason"] == "ID"
            assert error["path"] == ["it"]
            assert reply.statements == nothing


async def change_birch(world):
    """Change and add what belongs to Birch, which its own members alone may see."""
    birch = await organisation_key(world, "birch")
    tess = await user_key(world, "tess")
    await world.sql(
        "UPDATE organisations SET name = 'Zelkova', name_sort = 'a' WHERE id = :id", id=birch
    )
    await world.sql(
        "UPDATE employer_accounts SET levy_status = 'LEVY' WHERE organisation_id = :id", id=birch
    )
    await world.sql("UPDATE users SET name = 'Changed', name_sort = 'a' WHERE id = :id", id=tess)
    await fill(world, birch)


async def change_alder(world):
    """Change what an AAN member of Alder, or somebody elsewhere, may not see of it."""
    alder = await organisation_key(world, "alder")
    await world.sql(
        "UPDATE employer_accounts SET levy_status = 'NON_LEVY' WHERE organisation_id = :id",
        id=alder,
    )
    await world.sql(
        "UPDATE users SET name = 'Changed', name_sort = 'a', email = 'changed@example.test'"
        " WHERE subject IN ('olga', 'otis', 'vera')"
    )
    await world.sql(
        "UPDATE agreements SET status = 'EXPIRED' WHERE organisation_id = :id", id=alder
    )
    await fill(world, alder)


async def change_what_owners_see(world):
    """Change what only the Owners of Alder may see: contact, warnings and invitations."""
    alder = await organisation_key(world, "alder")
    await invite(world, alder)
    await world.sql(
        "UPDATE users SET email = 'changed@example.test', status = 'INACTIVE'"
        " WHERE subject IN ('otis', 'aisha')"
    )
    await change_birch(world)


async def change_accounts(world):
    """Change every employer account at once."""
    await change_alder(world)
    await change_birch(world)
    await fill(world, await organisation_key(world, "elm"))


async def change_elm(world):
    """Change Elm, a background organisation."""
    elm = await organisation_key(world, "elm")
    await world.sql("UPDATE organisations SET name = 'A', name_sort = 'a' WHERE id = :id", id=elm)
    await fill(world, elm)


async def fill(world, organisation):
    """Add one row of every kind to an account."""
    entity = await insert(
        world,
        "legal_entities",
        organisation_id=organisation,
        name="A new entity",
        code="00000001",
        source="OTHER",
        added_at=LONG_AGO,
    )
    agreement = await insert(
        world,
        "agreements",
        organisation_id=organisation,
        legal_entity_id=entity,
        version=9,
        status="PENDING",
        offered_at=LONG_AGO,
    )
    await insert(
        world,
        "agreement_events",
        agreement_id=agreement,
        organisation_id=organisation,
        status="PENDING",
        at=LONG_AGO,
    )
    await insert(
        world,
        "paye_schemes",
        organisation_id=organisation,
        reference=f"000/{organisation[:6]}",
        name="A new scheme",
        added_at=LONG_AGO,
    )
    member = await add_user(world, "Aaron Added")
    await add_grant(world, member, organisation, "employer_account.owner")
    await invite(world, organisation)


async def invite(world, organisation):
    await insert(
        world,
        "invitations",
        organisation_id=organisation,
        email="new@example.test",
        name="A new guest",
        role="employer_account.viewer",
        status="PENDING",
        invited_at=LONG_AGO,
        expires_at=FAR_AWAY,
    )


# The documents that between them ask for everything there is.
BROAD = [
    "crawl",
    *(f"everything about {name}" for name in ("alder", "birch", "elm")),
    "first organisation",
    "last organisation",
    "last users",
    "users by id",
    "team in depth",
    "nested pages",
    "nested page errors",
    "rights of others",
    "nodes of no row",
]
UNSEEN = [
    (change_birch, ["olga"]),
    (change_what_owners_see, ["vera"]),
    (change_alder, ["aisha", "tess"]),
    (change_accounts, ["cora", "robin", "petra", "lou"]),
    (change_elm, ["tariq"]),
]


@pytest.mark.parametrize(("change", "handles"), UNSEEN)
async def test_nothing_hidden_shows(world, change, handles):
    ids = names_of(await read_world(world.url))
    questions = [
        (name, filled(DOCUMENTS[name].document, ids), filled(DOCUMENTS[name].variables, ids))
        for name in BROAD
    ]
    clients = {handle: await world.client(handle) for handle in handles}
    before = {
        (handle, name): (await client.ask(*asked)).response
        for handle, client in clients.items()
        for name, *asked in questions
    }
    await change(world)
    for (handle, name), response in before.items():
        [asked] = [asked for known, *asked in questions if known == name]
        after = await clients[handle].ask(*asked)
        assert after.response.content == response.content, (handle, name)
        assert after.status == response.status_code


async def test_what_is_in_sight_does_show(world):
    """The same changes do show to a person who may see them: the test above is not blind."""
    ids = names_of(await read_world(world.url))
    client = await world.client("tess")
    question = DOCUMENTS["everything about birch"]
    asked = filled(question.document, ids), filled(question.variables, ids)
    before = await client.ask(*asked)
    await change_birch(world)
    after = await client.ask(*asked)
    assert after.data["organisation"]["name"] == "Zelkova"
    assert after.response.content != before.response.content
    assert after.data["organisation"]["account"]["team"]["totalCount"] == 5


async def test_a_person_out_of_sight_stays_out_by_every_road(shared_world):
    vera = await shared_world.client("vera")
    for handle in ("cora", "tess", "petra", "robin"):
        id_ = await user_id(shared_world, handle)
        reply = await vera.ask(
            "query ($id: ID!) { user(id: $id) { name } node(id: $id) { id } nodes(ids: [$id]) { id }"
            " users(first: 100) { nodes { id } } }",
            {"id": id_},
        )
        assert reply.data["user"] is reply.data["node"] is None
        assert reply.data["nodes"] == [None]
        assert id_ not in [node["id"] for node in reply.data["users"]["nodes"]]
        assert reply.refusals == {
            "user": "NOT_FOUND", "node": "NOT_FOUND", "nodes.0": "NOT_FOUND",
        }  # fmt: skip
