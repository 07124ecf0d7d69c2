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
ADMINISTRATORS = ["max", "ade"]
OF_RECORDS = {
    "assignRecord", "assignRecords", "unassignRecords", "updateTraining", "addEvidence",
    "giveFeedback", "updateEndPointAssessment", "recordAssessmentComponent",
}  # fmt: skip
"""What administrators attempt; all else is for owners."""
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
        for person in (*OWNERS, *ADMINISTRATORS):
            actor = Actor(crawler, person, tables)
            of_records = person in ADMINISTRATORS
            assert (
                await faults_of(actor, lambda name, of=of_records: (name in OF_RECORDS) is of)
            ) == []
            succeeded |= actor.succeeded
    assert succeeded | NEEDS_A_CODE == set(crawler.oracle.schema.mutation_type.fields)
    assert crawler.logged() == []
