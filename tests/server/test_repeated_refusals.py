"""Who is refused the same at full speed leaves one row of the audit a minute, and how often."""

import asyncio
import json

import pytest

from commands.acts import do, outcome
from scenarios.rows import organisation_id

MINUTE = 60_000


@pytest.fixture
def together(world):
    """A world that counts repeats, as it does where nothing else is set."""
    default = type(world.settings).model_fields["refusals_together_seconds"].default
    assert default == 60
    update = {"refusals_together_seconds": default}
    world.settings = world.settings.model_copy(update=update)
    return world


async def refused(client, account, name="Vera's"):
    assert outcome(await do(client, "renameAccount", account, name=name)) == "FORBIDDEN"


async def rows(world):
    """The refusals in the audit with how often each was met, oldest first."""
    return [
        tuple(row)
        for row in await world.sql(
            "SELECT e.subject, e.action, coalesce(r.times, 1), e.at, r.last_at FROM audit_events e"
            " LEFT JOIN audit_repeats r ON r.event_id = e.id WHERE e.decision = 'REFUSED'"
            " ORDER BY e.at, e.subject, e.action, e.id"
        )
    ]


async def test_repeats_within_a_minute_are_counted_in_one_row(together):
    world = together
    world.clock.instant -= world.clock.instant % MINUTE
    vera, alder = await world.client("vera"), await organisation_id(world, "alder")
    began = world.clock.instant
    for second in range(5):
        world.clock.instant = began + second * 1000
        await refused(vera, alder)
    assert await rows(world) == [("vera", "employer_account.rename", 5, began, began + 4000)]
    world.clock.instant = began + MINUTE
    vera = await world.client("vera")
    await refused(vera, alder)
    assert [row[2] for row in await rows(world)] == [5, 1]


async def test_refusals_that_differ_have_rows_of_their_own(together):
    world = together
    vera, tariq = await world.client("vera"), await world.client("tariq")
    alder, birch = [await organisation_id(world, name) for name in ("alder", "birch")]
    await refused(vera, alder)
    await refused(tariq, alder)
    assert outcome(await do(vera, "renameAccount", birch, name="B")) in {"NOT_FOUND", "FORBIDDEN"}
    assert outcome(await do(vera, "leaveAccount", birch)) in {"NOT_FOUND", "FORBIDDEN"}
    found = await rows(world)
    assert [row[2] for row in found] == [1, 1, 1, 1]


async def test_repeats_at_once_are_all_counted(together):
    """By several connections at the same moment, as by several processes."""
    world = together
    alder = await organisation_id(world, "alder")
    clients = [await world.client("vera") for _ in range(5)]
    await asyncio.gather(*(refused(each, alder) for each in clients for _ in range(4)))
    assert [row[2] for row in await rows(world)] == [20]


async def test_what_is_made_is_never_counted_together(together):
    world = together
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    for n in range(3):
        assert outcome(await do(olga, "renameAccount", alder, name=f"Alder {n}")) == "ok"
    [[made]] = await world.sql("SELECT count(*) FROM audit_events WHERE decision = 'ALLOWED' AND action = 'employer_account.rename'")  # fmt: skip
    assert made == 3


async def test_the_audit_is_listed_with_how_often(together, run):
    world = together
    vera, alder = await world.client("vera"), await organisation_id(world, "alder")
    for _ in range(3):
        await refused(vera, alder)
    listed = await run("audit", "list", "--subject", "vera", "--format", "json")
    assert [json.loads(line)["times"] for line in listed.stdout.splitlines()] == [3]
    assert "3 times" in (await run("audit", "list", "--subject", "vera")).stdout
