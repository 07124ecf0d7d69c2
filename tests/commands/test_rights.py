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
# Those that act on nothing yet, and so need no organisation either.
ALONE = {
    "createAccount": "EMPLOYER_ACCOUNT_CREATE",
    "acceptInvitation": "INVITATION_ACCEPT",
    "registerInspector": "INSPECTOR_ACCOUNT_REGISTER",
}
TYPES = ("Organisation", "PayeScheme", "LegalEntity", "Agreement", "RoleGrant", "Invitation")
TABLES = ("paye_schemes", "legal_entities", "agreements", "role_grants", "invitations")
ACCOUNTS = ("alder", "birch", "dogwood")
WHO = (*TEAMS, "eric", "petra", "lou", STRANGER)
REFUSED = {"FORBIDDEN", "NOT_FOUND", "PRECONDITION"}
SEEN = (
    "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename "
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


async def can(client, organisation: str) -> dict[str, bool]:
    """What the caller is told they can do at an organisation, by mutation."""
    asked = " ".join(
        f"{name}: can(action: {action}, organisationId: $at)" for name, action in ACTIONS.items()
    )
    reply = await client.ask(f"query ($at: ID!) {{ me {{ {asked} }} }}", {"at": organisation})
    assert reply.errors == []
    return reply.data["me"]


async def alone(client, *, plain: bool = False) -> dict[str, bool]:
    """What the caller is told they can do with nothing there: at the root, and by `me` alike."""
    asked = " ".join(f"{name}: can(action: {action})" for name, action in ALONE.items())
    document = f"{{ allowedActions me {{ allowedActions {asked} }} }}"
    reply = await client.ask(document, plain=plain)
    actions, me = reply.data["allowedActions"] or [], reply.data["me"]
    told = {name: action in actions for name, action in ALONE.items()}
    if me is not None:
        assert me.pop("allowedActions") == sorted(actions)
        assert me == told
    assert len(actions) == sum(told.values())
    return told


async def see(client, ids: list[str]) -> dict[str, dict[str, object]]:
    """The objects in sight by id, each with its type and its allowedActions."""
    reply = await client.ask(SEEN, {"ids": ids})
    seen = zip(ids, reply.data["nodes"] or [None] * len(ids), strict=True)
    return {each: node for each, node in seen if node is not None}


class Promises:
    """What one person is promised of every object and account, and what then happens."""

    def __init__(self, who, client, tables, rows) -> None:
        self.who, self.client, self.tables, self.rows = who, client, tables, rows
        self.promised: dict[tuple[str, ...], bool] = {}
        self.kept: dict[tuple[str, ...], bool] = {}
        self.past: dict[tuple[str, str], bool] = {}

    async def call(self, account: str, name: str, target: str | None) -> bool:
        """Call a mutation for real and put the rows back; was it let past the ladder?"""
        ended = outcome(await do(self.client, name, target, **HARMLESS.get(name, {})))
        if ended == "ok":
            await self.tables.restore(self.rows)
        past = ended.partition("/")[0] not in REFUSED
        self.past[account, name] = past or self.past.get((account, name), False)
        return past

    async def of_object(self, account: str, target: str, node) -> None:
        """Try all that could be done with an object, and, with an account, even out of sight."""
        kind = node["__typename"] if node else "Organisation" if target.startswith("org_") else None
        for name, act in ACTS.items():
            if act.kind == kind is not None:
                past = await self.call(account, name, target)
                self.kept[self.who, target, name] = past
                self.promised[self.who, target, name] = bool(
                    node and ACTIONS[name] in node["allowedActions"]
                )

    async def of_nothing(self) -> None:
        """Hold what the root says, and `me` where there is one, against what the calls do."""
        answers = await alone(self.client)
        for name in ALONE:
            self.promised[self.who, "nothing", name] = answers[name]
            self.kept[self.who, "nothing", name] = await self.call("nothing", name, None)

    async def of_account(self, account: str, organisation: str) -> None:
        """Hold `can` against what the calls there did."""
        for name, answer in (await can(self.client, organisation)).items():
            if ACTS[name].kind is None:
                await self.call(account, name, None)
            if (account, name) in self.past:
                self.promised[self.who, account, name] = answer
                self.kept[self.who, account, name] = self.past[account, name]


async def keeps_what_it_promises(world, tables, seed: int | None) -> None:
    """Ask everybody what they may do, let them do it, and hold the one against the other."""
    original = await tables.rows()
    if seed is not None:
        await deal(world, seed)
    await invitations(world)
    rows = await tables.rows()
    organisations = {a: f"org_{await organisation_key(world, a)}" for a in ACCOUNTS}
    objects = {org: account for account, org in organisations.items()} | {
        each: account
        for account in ACCOUNTS
        for table in TABLES
        for each in await ids_of(world, table, account)
    }
    promised, kept, seen = {}, {}, 0
    for who in WHO:
        person = Promises(who, await speaker(world, who), tables, rows)
        nodes = await see(person.client, list(objects))
        seen += len(nodes)
        for target, account in objects.items():
            await person.of_object(account, target, nodes.get(target))
        await person.of_nothing()
        if who not in {STRANGER, *INVITED}:  # of whom there is no `me`
            for account, organisation in organisations.items():
                await person.of_account(account, organisation)
        promised |= person.promised
        kept |= person.kept
    await tables.restore(original)
    assert promised == kept
    assert seen > 30
    assert {name for (_, _, name), held in kept.items() if held} == {*ACTS, *ALONE}
    held_by = {
        person: {n for (w, _, n), held in kept.items() if held and w == person} for person in WHO
    }
    assert held_by[STRANGER] == set(ALONE)
    assert not any(held_by[who] for who in WHO if who in INVITED)


@pytest.mark.dealt
async def test_what_is_promised_is_what_happens(common_world, common_tables):
    """Where everybody has the place of the demo world; the sweep deals the places anew."""
    await keeps_what_it_promises(common_world, common_tables, None)


async def test_can_at_an_organisation_that_is_hidden_or_unknown_is_no(common_world):
    olga = await speaker(common_world, "olga")
    elm, nowhere = f"org_{await organisation_key(common_world, 'elm')}", f"org_{'a' * 26}"
    anywhere = {"createAccount", "acceptInvitation"}
    for organisation in (elm, nowhere):
        assert await can(olga, organisation) == {name: name in anywhere for name in ACTIONS}


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


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_may_i_open_an_account_has_a_natural_answer(common_world, plain):
    """A02: anybody signed in but who is AAN alone; a stranger has no `me`, who is invited nothing."""
    may = dict.fromkeys(ALONE, True)
    expected = {
        "olga": may,
        "petra": may,
        STRANGER: may,
        "aisha": may | {"createAccount": False},
        "lou": dict.fromkeys(ALONE, False),
    }
    got = {who: await alone(await speaker(common_world, who), plain=plain) for who in expected}
    assert got == expected
    lou = await speaker(common_world, "lou")
    reply = await lou.ask("{ allowedActions }", plain=plain)
    assert reply.data == {"allowedActions": None}
    assert reply.errors[0]["extensions"]["reason"] == "INVITED"


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_where_an_organisation_is_needed_it_is_asked_for(common_world, plain):
    olga = await speaker(common_world, "olga")
    for given in ("", ", organisationId: null"):
        reply = await olga.ask(f"{{ me {{ name can(action: TEAM_INVITE{given}) }} }}", plain=plain)
        assert reply.data == {"me": {"name": "Olga", "can": None}}
        [error] = reply.errors
        extensions = error["extensions"]
        assert (extensions["code"], extensions["reason"]) == ("BAD_USER_INPUT", "REQUIRED")
        assert extensions["input"] == "organisationId"
        assert error["path"] == ["me", "can"]
        for action in ALONE.values():
            reply = await olga.ask(f"{{ me {{ can(action: {action}{given}) }} }}", plain=plain)
            assert reply.data == {"me": {"can": True}}
    for wrong in ("", "usr_" + "a" * 26):
        document = f'{{ me {{ can(action: EMPLOYER_ACCOUNT_CREATE, organisationId: "{wrong}") }} }}'
        reply = await olga.ask(document, plain=plain)
        assert reply.refusals == {"me.can": "BAD_USER_INPUT"}


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_what_one_may_alone_is_told_of_oneself_only(common_world, plain):
    """On a colleague's row nothing is allowed of what its owner may do with nothing there."""
    olga = await speaker(common_world, "olga")
    vera = f"usr_{await user_key(common_world, 'vera')}"
    document = "query ($id: ID!) { user(id: $id) { name allowedActions } }"
    reply = await olga.ask(document, {"id": vera}, plain=plain)
    assert reply.data == {"user": {"name": "Vera", "allowedActions": []}}
