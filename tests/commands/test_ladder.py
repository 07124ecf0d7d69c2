"""The ladder of refusals, by hand from the published rows D0-M01 to D0-M08: who gets which answer.

Nothing here asks the product who may: the table below is the source's, the people's roles are the
fixture's, and what a person sees is reading A14.
"""

from __future__ import annotations

import pytest
import pytest_asyncio

from commands.acts import ACTS, do, outcome
from commands.people import ELSEWHERE, EVERYONE, INVITED, STRANGER, TEAMS, speaker
from scenarios.rows import (
    add_grant,
    add_user,
    ids_of,
    insert,
    organisation_id,
    organisation_key,
    user_key,
)

# Source row, action and its cells O T V A (Y allowed, X not), as the table prints them.
MATRIX = {
    "renameAccount": ("D0-M02", "employer_account.rename", "YXXX"),
    "acceptAgreement": ("D0-M04", "agreement.accept", "YXXX"),
    "addPayeScheme": ("D0-M06", "paye_scheme.add", "YXXX"),
    "removePayeScheme": ("D0-M06", "paye_scheme.remove", "YXXX"),
    "addLegalEntity": ("D0-M07", "legal_entity.add", "YXXX"),
    "removeLegalEntity": ("D0-M07", "legal_entity.remove", "YXXX"),
    "inviteUser": ("D0-M08", "team.invite", "YXXX"),
    "changeRole": ("D0-M08", "team.change_role", "YXXX"),
    "removeUser": ("D0-M08", "team.remove", "YXXX"),
    "cancelInvitation": ("D0-M08", "invitation.cancel", "YXXX"),
    "leaveAccount": ("A08", "team.leave", "YXXX"),
}
# Who sees such a row of their account (A14, M03); the organisation's name goes to all four.
SEES = {
    "Organisation": "OTVA",
    "PayeScheme": "OTV",
    "LegalEntity": "OTV",
    "Agreement": "OTV",
    "RoleGrant": "OTV",
    "Invitation": "O",
}
ACCOUNTS = ("alder", "birch", "cherry", "dogwood", "elm")
UNKNOWN, MALFORMED, ANOTHER_TYPE = "unknown", "malformed", "an id of another type"
PREFIX = {
    "Organisation": "org",
    "PayeScheme": "pay",
    "LegalEntity": "len",
    "Agreement": "agr",
    "RoleGrant": "grt",
    "Invitation": "inv",
}
BAD_ID = "BAD_USER_INPUT/ID"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def targets(common_world):
    """For each type one row an account, each in a state in which every command on it would do."""
    world, found = common_world, {}
    for account in ACCOUNTS:
        key = await organisation_key(world, account)
        second = await add_user(world, f"Second of {account}", subject=f"second-{account}")
        await add_grant(world, second, key, "employer_account.owner")
        member = await add_user(world, f"Member of {account}", subject=f"member-{account}")
        entity = await insert(
            world,
            "legal_entities",
            organisation_id=key,
            name="Fresh",
            code=account,
            source="OTHER",
            added_at=1,
        )
        agreement = await insert(
            world,
            "agreements",
            organisation_id=key,
            legal_entity_id=entity,
            version=1,
            status="PENDING",
            offered_at=1,
        )
        invitation = await insert(
            world,
            "invitations",
            organisation_id=key,
            email="ina@example.test",
            name="Ina",
            role="employer_account.viewer",
            status="PENDING",
            invited_at=1,
            expires_at=world.clock.instant + 1,
        )
        found[account] = {
            "Organisation": f"org_{key}",
            "PayeScheme": (await ids_of(world, "paye_schemes", account))[0],
            "LegalEntity": f"len_{entity}",
            "Agreement": f"agr_{agreement}",
            "RoleGrant": f"grt_{await add_grant(world, member, key, 'employer_account.viewer')}",
            "Invitation": f"inv_{invitation}",
        }
    return found


def expected(who: str, name: str, place: str) -> str:
    """The ladder's answer for a row of an account, or for an id that leads to none."""
    _, _, cells = MATRIX[name]
    allowed = {role for role, cell in zip("OTVA", cells, strict=True) if cell == "Y"}
    held = TEAMS.get(who, {})
    if not allowed & set(held.values()):
        return "FORBIDDEN"  # (1) no grant of the caller holds the action anywhere
    if place in {MALFORMED, ANOTHER_TYPE}:
        return BAD_ID
    kind = ACTS[name].kind
    member = kind == "Organisation" and ELSEWHERE.get(who) == place
    if held.get(place, "-") not in SEES[kind] and not member:
        return "NOT_FOUND"  # (2) nothing reaches the row
    if held.get(place) not in allowed:
        return "FORBIDDEN"  # (3) reached, and not by a path that holds the action
    return "ok"


def places(who: str, name: str, targets) -> dict[str, str]:
    """The ids that a person tries: of each account, and of none."""
    kind = ACTS[name].kind
    prefix = PREFIX[kind]
    wrong = "pay" if prefix != "pay" else "len"
    owner = "O" in TEAMS.get(who, {}).values()
    known = ACCOUNTS if owner else {*TEAMS.get(who, {}), "elm"}
    return {account: targets[account][kind] for account in known} | {
        UNKNOWN: f"{prefix}_{'a' * 26}",
        MALFORMED: f"{prefix}_{'A' * 26}",
        ANOTHER_TYPE: wrong + targets["alder"][kind][3:],
    }


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", MATRIX)
async def test_the_ladder(common_world, common_tables, targets, name):
    source, action, _ = MATRIX[name]
    rows = await common_tables.rows()
    before = await common_tables.digests()
    wanted, got, faults = {}, {}, []
    for who in EVERYONE:
        client = await speaker(common_world, who)
        answers = {}
        for place, target in places(who, name, targets).items():
            wanted[who, place] = expected(who, name, place)
            reply = await do(client, name, target)
            got[who, place] = outcome(reply)
            answers[place] = reply.response.content
            request = reply.response.headers["x-request-id"]
            events = await common_tables.audited(request)
            code = None if got[who, place] == "ok" else got[who, place].partition("/")[0]
            noted = [
                (e["action"], e["source"], e["decision"], e["code"], e["subject"]) for e in events
            ]
            if noted != [(action, source, "REFUSED" if code else "ALLOWED", code, who)]:
                faults.append((who, place, "audit", noted))
            if (await common_tables.digests() == before) != (code is not None):
                faults.append((who, place, "tables"))
            if code is None:
                await common_tables.restore(rows)
            elif reply.data != {name: None}:
                faults.append((who, place, "data", reply.data))
        faults += [
            (who, place, "differs from an id that never existed")
            for place in answers
            if got[who, place] == "NOT_FOUND" and answers[place] != answers[UNKNOWN]
        ]
        if set(TEAMS.get(who, {}).values()).isdisjoint("O") and len(set(answers.values())) != 1:
            faults.append((who, "one answer for every id"))
    assert got == wanted
    assert faults == []
    assert {"ok", "FORBIDDEN", "NOT_FOUND", BAD_ID} == set(got.values())


async def test_a_refusal_names_the_action_its_source_and_who_may(common_world, targets):
    for name, (source, action, _) in MATRIX.items():
        vera = await speaker(common_world, "vera")
        [error] = (await do(vera, name, targets["alder"][ACTS[name].kind])).errors
        extensions = error["extensions"]
        assert error["path"] == [name]
        assert extensions["code"] == "FORBIDDEN"
        assert extensions["coordinate"] == f"Mutation.{name}"
        assert extensions["action"] == action
        assert extensions["requires"] == ["EMPLOYER_ACCOUNT_OWNER"]
        assert source in str(extensions["source"])


async def test_a_hidden_row_and_an_unknown_one_cost_the_same_statements(common_world, targets):
    for name in MATRIX:
        kind = ACTS[name].kind
        olga = await speaker(common_world, "olga")
        hidden = await do(olga, name, targets["birch"][kind])
        unknown = await do(olga, name, f"{PREFIX[kind]}_{'a' * 26}")
        assert hidden.response.content == unknown.response.content
        assert hidden.statements == unknown.statements != []
        [error] = hidden.errors
        assert error["extensions"]["input"] == f"input.{ACTS[name].argument}"


async def test_a_refusal_by_role_reads_no_row_of_the_subject(common_world, targets):
    for name in MATRIX:
        kind = ACTS[name].kind
        for who in ("vera", "petra", STRANGER, "lou"):
            client = await speaker(common_world, who)
            reply = await do(client, name, targets["alder"][kind])
            assert outcome(reply) == "FORBIDDEN"
            read = " ".join(reply.statements)
            assert all(
                table not in read
                for table in (
                    "paye_schemes",
                    "legal_entities",
                    "agreements",
                    "invitations",
                    "employer_accounts",
                )
            )


NO_TEAM = [
    ("eric", "inspection_access.employer_user"),
    ("petra", "training_provider.provider_user"),
]
"""Grants of other systems: one at the account itself, one elsewhere."""


@pytest.mark.parametrize("name", ["changeRole", "removeUser"])
@pytest.mark.parametrize(("who", "role"), NO_TEAM)
async def test_only_grants_of_the_team_are_in_reach(common_world, common_tables, name, who, role):
    [[key]] = await common_world.sql(
        "SELECT id FROM role_grants WHERE user_id = :user AND role = :role",
        user=await user_key(common_world, who),
        role=role,
    )
    before = await common_tables.digests()
    olga = await speaker(common_world, "olga")
    assert outcome(await do(olga, name, f"grt_{key}")) == "NOT_FOUND"
    assert await common_tables.digests() == before


@pytest.mark.parametrize("name", ["changeRole", "removeUser"])
async def test_an_owner_of_another_account_sees_her_own_grant_and_may_not_act_on_it(
    common_world, name
):
    """Robin owns Dogwood and sees her own grants everywhere: reached, not held there (3)."""
    robin = await speaker(common_world, "robin")
    own = await common_world.sql(
        "SELECT id, role FROM role_grants WHERE user_id = :user",
        user=await user_key(common_world, "robin"),
    )
    answers = {
        role: outcome(await do(robin, name, f"grt_{key}"))
        for key, role in own
        if "owner" not in role
    }
    assert len(answers) == 3
    assert set(answers.values()) == {"FORBIDDEN"}


@pytest.mark.parametrize("name", ["changeRole", "removeUser"])
async def test_a_grant_that_has_ended_is_not_there(common_world, common_tables, name):
    world = common_world
    rows = await common_tables.rows()
    key = await organisation_key(world, "alder")
    now = world.clock.instant
    olga = await speaker(world, "olga")
    answers = {}
    for ends_at in (now - 1, now, now + 1):
        gone = await add_user(world, f"Gone {ends_at}")
        grant = await add_grant(world, gone, key, "employer_account.viewer", ends_at=ends_at)
        answers[ends_at - now] = outcome(await do(olga, name, f"grt_{grant}"))
    await common_tables.restore(rows)
    assert answers == {-1: "NOT_FOUND", 0: "NOT_FOUND", 1: "ok"}


def may_create(who: str) -> bool:
    """D0-M01 by reading A02: not who is INVITED, nor whose account grants are all AAN."""
    return who not in INVITED and set(TEAMS.get(who, {}).values()) != {"A"}


async def test_who_may_open_an_account(common_world, common_tables):
    rows, before = await common_tables.rows(), await common_tables.digests()
    got = {}
    for who in EVERYONE:
        client = await speaker(common_world, who)
        reply = await do(client, "createAccount")
        got[who] = outcome(reply)
        [event] = await common_tables.audited(reply.response.headers["x-request-id"])
        assert (event["action"], event["source"]) == ("employer_account.create", "D0-M01")
        if got[who] == "ok":
            assert (event["decision"], event["code"]) == ("ALLOWED", None)
            await common_tables.restore(rows)
        else:
            assert (event["decision"], event["code"]) == ("REFUSED", "FORBIDDEN")
        assert await common_tables.digests() == before
    assert got == {who: "ok" if may_create(who) else "FORBIDDEN" for who in EVERYONE}
    assert [who for who in EVERYONE if not may_create(who)] == ["aisha", "ana", *INVITED]


async def test_an_unknown_code_is_unknown_to_everybody(common_world, common_tables):
    before = await common_tables.digests()
    answers = {}
    for who in EVERYONE:
        client = await speaker(common_world, who)
        reply = await do(client, "acceptInvitation")
        [event] = await common_tables.audited(reply.response.headers["x-request-id"])
        assert (event["action"], event["decision"]) == ("invitation.accept", "REFUSED")
        answers.setdefault(
            (outcome(reply), reply.response.content.partition(b'"extensions":{"auth')[0]), []
        ).append(who)
    assert await common_tables.digests() == before
    assert {answer: who for (answer, _), who in answers.items()} == {
        "BAD_USER_INPUT/CODE": [who for who in EVERYONE if who not in INVITED],
        "FORBIDDEN": list(INVITED),
    }
    assert len(answers) == 2


@pytest.mark.parametrize("status", ["INACTIVE", "CANCELLED", "ARCHIVED", "ANONYMISED"])
async def test_who_may_not_sign_in_changes_nothing(common_world, common_tables, targets, status):
    rows = await common_tables.rows()
    olga = await speaker(common_world, "olga")
    await common_world.sql(
        "UPDATE users SET status = :status WHERE subject = 'olga'", status=status
    )
    before = await common_tables.digests()
    answers = {name: await do(olga, name, targets["alder"].get(ACTS[name].kind)) for name in ACTS}
    assert await common_tables.digests() == before
    await common_tables.restore(rows)
    assert {reply.status for reply in answers.values()} == {401}
    assert {reply.response.headers["www-authenticate"] for reply in answers.values()} == {"Bearer"}


async def test_grants_count_from_their_first_instant_to_before_their_last(
    common_world, common_tables, targets
):
    world = common_world
    rows, now = await common_tables.rows(), common_world.clock.instant
    key = await organisation_key(world, "alder")
    windows = {(0, None): "ok", (1, None): "FORBIDDEN", (-2, 0): "FORBIDDEN", (-2, 1): "ok"}
    got = {}
    for start, end in windows:
        subject = f"timely{start}{end}"
        person = await add_user(world, subject, subject=subject)
        await add_grant(
            world,
            person,
            key,
            "employer_account.owner",
            starts_at=now + start,
            ends_at=None if end is None else now + end,
        )
        client = await world.client(subject=subject)
        got[start, end] = outcome(
            await do(client, "renameAccount", targets["alder"]["Organisation"])
        )
    await world.sql("UPDATE organisations SET status = 'CLOSED' WHERE id = :id", id=key)
    olga = await speaker(world, "olga")
    closed = outcome(await do(olga, "renameAccount", await organisation_id(world, "birch")))
    await common_tables.restore(rows)
    assert got == windows
    assert closed == "FORBIDDEN"
