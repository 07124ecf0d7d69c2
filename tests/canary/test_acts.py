"""Whatever anybody tries to change, no answer, mail or line of the log shows more than they may."""

from __future__ import annotations

import pytest

from canary.acts import Actor, faults_of
from canary.houses import NOBODY
from commands.tables import tables_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

# The sweep of `make check` lets everybody try.
PEOPLE = ["vera", "aisha", NOBODY]
OWNERS = ["olga", "ellis"]
NEEDS_A_CODE = {"acceptInvitation"}
"""Nobody has a code: the database holds its digest alone, and the crawl reads no mail of another."""


@pytest.mark.parametrize("person", PEOPLE)
async def test_attempts(crawler, person):
    async with tables_of(crawler.world) as tables:
        assert await faults_of(Actor(crawler, person, tables)) == []
    assert crawler.logged() == []


async def test_every_mutation_is_attempted_with_success(crawler):
    succeeded = set()
    async with tables_of(crawler.world) as tables:
        for person in OWNERS:
            actor = Actor(crawler, person, tables)
            assert await faults_of(actor) == []
            succeeded |= actor.succeeded
    assert succeeded | NEEDS_A_CODE == set(crawler.oracle.schema.mutation_type.fields)
    assert crawler.logged() == []
