"""What reaches people who did not ask for it is done so often and no more: accounts, invitations."""

import asyncio
from dataclasses import replace

import pytest

from commands.acts import do, outcome
from engine.limits import Allowances
from scenarios.rows import organisation_id

DAY = 24 * 60 * 60 * 1000
FEW = Allowances(
    accounts_per_subject=2,
    accounts_per_address=3,
    invitations_per_subject=2,
    invitations_per_address=4,
    invitations_per_account=3,
    open_invitations=100,
)


@pytest.fixture
def bounded(world):
    """A world in which little is allowed; more where a test says so."""

    def allow(**more):
        world.settings = world.settings.model_copy(update={"allowances": replace(FEW, **more)})
        return world

    return allow


async def invited(client, account, address):
    """What is said to an invitation to an account."""
    return outcome(await do(client, "inviteUser", organisationId=account, email=address, name="Guest", role="VIEWER"))  # fmt: skip


async def opened(client, name):
    return outcome(await do(client, "createAccount", name=name))


async def mails(world):
    return (await world.sql("SELECT count(*) FROM mails"))[0][0]


async def test_a_stranger_opens_few_accounts_a_day(bounded):
    world = bounded()
    stranger = await world.client(subject="stranger", email="stranger@example.test")
    assert [await opened(stranger, f"Account {n}") for n in range(4)] == ["ok", "ok"] + 2 * ["RATE_LIMITED/ACCOUNTS"]  # fmt: skip
    [[left]] = await world.sql("SELECT count(*) FROM organisations WHERE name LIKE 'Account %'")
    assert left == 2
    reply = await do(stranger, "createAccount", name="One more")
    [error] = reply.errors
    told = error["extensions"]
    assert (told["per"], told["limit"]) == ("subject", 2)
    assert 0 < told["retryAfterSeconds"] <= DAY / 1000
    world.clock.instant += told["retryAfterSeconds"] * 1000
    stranger = await world.client(subject="stranger", email="stranger@example.test")
    assert await opened(stranger, "Tomorrow") == "ok"


async def test_strangers_of_one_address_share_what_is_allowed_there(bounded):
    world = bounded()
    people = [await world.client(subject=f"s{n}", email=f"s{n}@example.test") for n in range(4)]
    said = [await opened(each, f"Account of {n}") for n, each in enumerate(people)]
    assert said == 3 * ["ok"] + ["RATE_LIMITED/ACCOUNTS"]


async def test_invitations_are_bounded_by_who_invites_and_by_account(bounded):
    world = bounded()
    olga, otis = await world.client("olga"), await world.client("otis")
    alder = await organisation_id(world, "alder")
    before = await mails(world)
    assert [await invited(olga, alder, f"a{n}@example.test") for n in range(3)] == ["ok", "ok", "RATE_LIMITED/INVITATIONS"]  # fmt: skip
    assert [await invited(otis, alder, f"b{n}@example.test") for n in range(2)] == ["ok", "RATE_LIMITED/INVITATIONS"]  # fmt: skip
    assert await mails(world) == before + 3


async def test_what_is_refused_for_another_reason_uses_nothing(bounded):
    world = bounded()
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    for _ in range(5):
        assert (await invited(olga, alder, "no address")).startswith("BAD_USER_INPUT")
    assert await invited(olga, alder, "a@example.test") == "ok"
    assert await invited(olga, alder, "a@example.test") == "CONFLICT/ALREADY_INVITED"
    assert await invited(olga, alder, "b@example.test") == "ok"
    assert await invited(olga, alder, "c@example.test") == "RATE_LIMITED/INVITATIONS"


async def test_who_may_not_invite_is_told_that_and_not_how_often(bounded):
    world = bounded(invitations_per_subject=0)
    vera, alder = await world.client("vera"), await organisation_id(world, "alder")
    assert (await invited(vera, alder, "a@example.test")).startswith("FORBIDDEN")


async def test_few_invitations_wait_at_once(bounded):
    world = bounded(invitations_per_subject=100, invitations_per_account=100, invitations_per_address=100, open_invitations=2)  # fmt: skip
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    await world.sql("UPDATE invitations SET status = 'DELETED' WHERE status = 'PENDING'")
    said = [await invited(olga, alder, f"a{n}@example.test") for n in range(3)]
    assert said == ["ok", "ok", "CONFLICT/OPEN_INVITATIONS"]
    world.clock.instant += 9 * DAY  # those that waited have ended
    olga = await world.client("olga")
    assert await invited(olga, alder, "later@example.test") == "ok"


async def test_all_or_nothing_uses_nothing_where_one_is_too_many(bounded):
    """Two invitations of which one is allowed: strict makes neither, and the other is left."""
    world = bounded(invitations_per_subject=1)
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    document = "mutation M($one: InviteUserInput!, $two: InviteUserInput!) { one: inviteUser(input: $one) { invitation { id } } two: inviteUser(input: $two) { invitation { id } } }"
    given = {name: {"organisationId": alder, "email": f"{name}@example.test", "name": name, "role": "VIEWER"} for name in ("one", "two")}  # fmt: skip
    before = await mails(world)
    reply = await olga.ask(document, given, mode="strict")
    assert reply.status == 400
    assert {e["extensions"]["code"] for e in reply.errors} == {"RATE_LIMITED"}
    assert await mails(world) == before
    assert await invited(olga, alder, "one@example.test") == "ok"


async def test_two_at_once_are_not_both_the_last(bounded):
    world = bounded(accounts_per_subject=1)
    clients = [await world.client(subject="racer", email="racer@example.test") for _ in range(4)]
    said = await asyncio.gather(*(opened(each, f"Race {n}") for n, each in enumerate(clients)))
    [[made]] = await world.sql("SELECT count(*) FROM organisations WHERE name LIKE 'Race %'")
    assert made == said.count("ok") == 1
