"""Two administrators assign and take away the same records at once: one goes behind the other."""

from __future__ import annotations

import pytest

from commands.test_races import Attempt, Track, person, track  # noqa: F401 -- `track` is a fixture
from db.seed.demo import demo_key
from scenarios.rows import record_id

RECORDS = tuple(record_id(number) for number in (4, 5, 6))
ANN, ABE = (f"usr_{demo_key(f'user:{who}')}" for who in ("ann", "abe"))


def assigning(who: str, user: str = ANN, records: tuple[str, ...] = RECORDS) -> Attempt:
    given = (("recordIds", list(records)), ("kind", "ASSESSOR"), ("userId", user))
    return Attempt(person(who), "assignRecords", None, given)


def taking(who: str) -> Attempt:
    given = (("recordIds", list(RECORDS)), ("kind", "ASSESSOR"), ("confirm", True))
    return Attempt(person(who), "unassignRecords", None, given)


async def assessors(track: Track) -> list[tuple[str, str]]:  # noqa: F811 -- the fixture's name
    """Who R4 to R6 are assigned to as assessors."""
    found = await track.sql(
        "SELECT r.first_name, u.name FROM caseload_items i JOIN users u ON u.id = i.owner_id"
        " JOIN apprentice_records r ON r.id = i.record_id"
        " WHERE i.kind = 'ASSESSOR' AND r.first_name IN ('L4', 'L5', 'L6')"
    )
    return sorted(found)


async def fresh(track: Track) -> None:  # noqa: F811 -- the fixture's name
    """Nobody is assigned R4 to R6, and Sen has no caseload."""
    await track.sql(
        "DELETE FROM caseload_items WHERE kind = 'ASSESSOR' AND record_id IN"
        " (SELECT id FROM apprentice_records WHERE first_name IN ('L4', 'L5', 'L6'))",
        "DELETE FROM caseloads WHERE owner_id = :sen",
        sen=demo_key("user:sen"),
    )


EACH = [(f"L{number}", "Ann") for number in (4, 5, 6)]


async def test_one_assigns_what_the_other_takes_away(track):  # noqa: F811 -- a fixture
    for _ in range(track.rounds):
        await fresh(track)
        ended = await track.race(assigning("ade"), taking("sam"))
        assert [outcome for outcome, _ in ended] == ["ok", "ok"]
        assert await assessors(track) in ([], EACH)
    await fresh(track)


@pytest.mark.parametrize("user", ["ann", "sen"])
async def test_two_assign_the_same_records_to_the_same_person(track, user):  # noqa: F811 -- a fixture
    """Once each, in one caseload: also in one that both would have made (Sen's)."""
    key = demo_key(f"user:{user}")
    for _ in range(track.rounds):
        await fresh(track)
        ended = await track.race(assigning("ade", f"usr_{key}"), assigning("sam", f"usr_{key}"))
        assert [outcome for outcome, _ in ended] == ["ok", "ok"]
        assert await assessors(track) == [(name, user.title()) for name, _ in EACH]
        assert await track.sql("SELECT count(*) FROM caseloads WHERE owner_id = :key", key=key) == [
            (1,)
        ]
    await fresh(track)


async def test_two_assign_overlapping_records_to_two_people(track):  # noqa: F811 -- a fixture
    """The other way round, too: nobody waits for ever."""
    for _ in range(track.rounds):
        await fresh(track)
        ended = await track.race(
            assigning("ade", ANN, RECORDS[:2]), assigning("sam", ABE, RECORDS[:0:-1])
        )
        assert [outcome for outcome, _ in ended] == ["ok", "ok"]
        assert await assessors(track) == [
            ("L4", "Ann"), ("L5", "Abe"), ("L5", "Ann"), ("L6", "Abe"),
        ]  # fmt: skip
    await fresh(track)
