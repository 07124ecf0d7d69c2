"""`allowedActions` and `me.can` say exactly what the calls then do, in worlds of every deal."""

from __future__ import annotations

import random

import pytest

from commands.acts import ACTS, do, outcome
from commands.people import INVITED, STRANGER, TEAMS, speaker
from scenarios.rows import LONG_AGO, add_grant, ids_of, insert, organisation_key, user_key

# The action of each mutation, as the enum of the schema spells it.
ACTIONS = {
    "createAccount": "EMPLOYER_ACCOUNT_CREATE",
    "renameAccount": "EMPLOYER_ACCOUNT_RENAME",
    "acceptAgreement": "AGREEMENT_ACCEPT",
    "addPayeScheme": "PAYE_SCHEME_ADD",
    "removePayeScheme": "PAYE_SCHEME_REMOVE",
    "addLegalEntity": "LEGAL_ENTITY_ADD",
    "removeLegalEntity": "LEGAL_ENTITY_REMOVE",
    "inviteUser": "TEAM_INVITE",
    "cancelInvitation": "INVITATION_CANCEL",
    "acceptInvitation": "INVITATION_ACCEPT",
    "changeRole": "TEAM_CHANGE_ROLE",
    "removeUser": "TEAM_REMOVE",
    "leaveAccount": "TEAM_LEAVE",
}
TYPES = ("Organisation", "PayeScheme", "LegalEntity", "Agreement", "RoleGrant", "Invitation")
TABLES = ("paye_schemes", "legal_entities", "agreements", "role_grants", "invitations")
ACCOUNTS = ("alder", "birch", "dogwood")
WHO = (*TEAMS, "eric", "petra", "lou", STRANGER)
REFUSED = {"FORBIDDEN", "NOT_FOUND", "PRECONDITION"}
SEEN = (
    "query ($id: ID!) { node(id: $id) { __typename "
    + " ".join(f"... on {each} {{ allowedActions }}" for each in TYPES)
    + " } }"
)
# Inputs that the state refuses where that is possible, so that little has to be put back.
HARMLESS = {
    "renameAccount": {"ifVersion": 999_999},
    "acceptAgreement": {"ifVersion": 999_999},
    "cancelInvitation": {"ifVersion": 999_999},
    "changeRole": {"ifVersion": 999_999},
}


async def deal(world, seed: int) -> None:
    """Give everybody another place in three accounts: roles, windows, and an invitation each."""
    dealer, now = random.Random(seed), world.clock.instant
    roles = ["employer_account." + role for role in ("owner", "transactor", "viewer", "aan")]
    await world.sql("DELETE FROM role_grants WHERE system = 'employer_account'")
    for account in ACCOUNTS:
        key = await organisation_key(world, account)
        for who in (*TEAMS, "eric", "petra", "lou"):
            if dealer.random() < 0.5:
                await add_grant(
                    world,
                    await user_key(world, who),
                    key,
                    dealer.choice(roles),
                    starts_at=dealer.choice([LONG_AGO, LONG_AGO, now, now + 1]),
                    ends_at=dealer.choice([None, None, None, now + 1, now]),
                )


async def invitations(world) -> None:
    for account in ACCOUNTS:
        await insert(
            world,
            "invitations",
            organisation_id=await organisation_key(world, account),
            email="ina@example.test",
            name="Ina",
            role="employer_account.viewer",
            status="PENDING",
            invited_at=1,
            expires_at=world.clock.instant + 1,
        )


async def called(client, tables, rows, name: str, target: str | None) -> bool:
    """Call a mutation for real and put the rows back; was it let past the ladder?"""
    ended = outcome(await do(client, name, target, **HARMLESS.get(name, {})))
    if ended == "ok":
        await tables.restore(rows)
    return ended.partition("/")[0] not in REFUSED


async def can(client, action: str, organisation: str) -> bool | None:
    document = f"query ($at: ID!) {{ me {{ can(action: {action}, organisationId: $at) }} }}"
    reply = await client.ask(document, {"at": organisation})
    return reply.data["me"] and reply.data["me"]["can"]


@pytest.mark.parametrize("seed", [None, 1, 2])
async def test_what_is_promised_is_what_happens(common_world, common_tables, seed):
    world, tables = common_world, common_tables
    original = await tables.rows()
    if seed is not None:
        await deal(world, seed)
    await invitations(world)
    rows = await tables.rows()
    objects = [
        (account, target)
        for account in ACCOUNTS
        for target in (
            f"org_{await organisation_key(world, account)}",
            *[each for table in TABLES for each in await ids_of(world, table, account)],
        )
    ]
    promised, kept, seen = {}, {}, 0
    for who in WHO:
        client = await speaker(world, who)
        past: dict[tuple[str, str], set[bool]] = {}
        for account, target in objects:
            node = (await client.ask(SEEN, {"id": target})).data["node"]
            kind = node["__typename"] if node else None
            seen += node is not None
            for name, act in ACTS.items():
                if act.kind == kind is not None:
                    promised[who, target, name] = ACTIONS[name] in node["allowedActions"]
                    kept[who, target, name] = await called(client, tables, rows, name, target)
                    past.setdefault((account, name), set()).add(kept[who, target, name])
            if node is None and target.startswith("org_"):
                names = [name for name, act in ACTS.items() if act.kind == "Organisation"]
                for name in names:
                    past[account, name] = {await called(client, tables, rows, name, target)}
        if who == STRANGER:
            continue
        for account in ACCOUNTS:
            organisation = f"org_{await organisation_key(world, account)}"
            for name, act in ACTS.items():
                answer = await can(client, ACTIONS[name], organisation)
                if act.kind is None:
                    promised[who, account, name] = answer
                    kept[who, account, name] = await called(client, tables, rows, name, None)
                elif (account, name) in past:
                    promised[who, account, name] = answer
                    kept[who, account, name] = True in past[account, name]
    await tables.restore(original)
    assert promised == kept
    assert seen > 50
    assert {True, False} == set(kept.values())
    assert {name for (_, _, name), held in kept.items() if held} >= {
        n for n, a in ACTS.items() if a.kind
    }


async def test_can_at_an_organisation_that_is_hidden_or_unknown_is_no(common_world):
    olga = await speaker(common_world, "olga")
    elm, nowhere = f"org_{await organisation_key(common_world, 'elm')}", f"org_{'a' * 26}"
    for action in set(ACTIONS.values()) - {"EMPLOYER_ACCOUNT_CREATE", "INVITATION_ACCEPT"}:
        assert await can(olga, action, elm) is False
        assert await can(olga, action, nowhere) is False


async def test_the_rights_of_others_are_their_own_business(common_world):
    """`can` answers for the caller; on another person it is withheld."""
    olga = await speaker(common_world, "olga")
    alder = f"org_{await organisation_key(common_world, 'alder')}"
    document = "query ($who: ID!, $at: ID!) { user(id: $who) { name can(action: TEAM_INVITE, organisationId: $at) } }"
    reply = await olga.ask(
        document, {"who": f"usr_{await user_key(common_world, 'vera')}", "at": alder}
    )
    assert reply.data == {"user": {"name": "Vera", "can": None}}
    assert reply.refusals == {"user.can": "FORBIDDEN"}


async def test_a_page_of_allowed_actions_costs_one_look_up(common_world):
    olga = await speaker(common_world, "olga")
    document = "query ($id: ID!) { organisation(id: $id) { account { team(first: 50) { nodes { id %s } } } } }"
    alder = {"id": f"org_{await organisation_key(common_world, 'alder')}"}
    without = await olga.ask(document % "", alder)
    with_actions = await olga.ask(document % "allowedActions", alder)
    assert len(with_actions.statements) == len(without.statements)
    nodes = with_actions.data["organisation"]["account"]["team"]["nodes"]
    assert {tuple(node["allowedActions"]) for node in nodes} == {
        ("TEAM_CHANGE_ROLE", "TEAM_REMOVE")
    }


async def test_nobody_who_is_invited_is_promised_anything(common_world):
    alder = f"org_{await organisation_key(common_world, 'alder')}"
    for who in INVITED:
        client = await speaker(common_world, who)
        reply = await client.ask(
            f'{{ me {{ can(action: TEAM_INVITE, organisationId: "{alder}") }} }}'
        )
        assert reply.data == {"me": None}
        assert reply.refusals == {"me": "FORBIDDEN"}
