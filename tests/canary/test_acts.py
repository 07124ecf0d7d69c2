"""Whatever anybody tries to change, no answer, mail or line of the log shows more than they may."""

from __future__ import annotations

import pytest

from canary.acts import Actor, faults_of
from canary.houses import NOBODY
from commands.tables import tables_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

# The sweep lets everybody try.
PEOPLE = ["vera", "aisha", NOBODY]
OWNERS = ["olga", "ellis"]
ADMINISTRATORS = ["max", "ade"]
ASSIGNING = {
    "assignRecord", "assignRecords", "unassignRecords", "updateTraining", "addEvidence",
    "giveFeedback", "updateEndPointAssessment", "recordAssessmentComponent",
}  # fmt: skip
"""What administrators attempt."""
INSPECTING = {
    "createInspectionGroup", "addLearners", "removeLearners", "openInspection", "closeInspection",
    "createInspectorAccount", "updateInspectorAccount", "activateInspector",
    "rotateInspectorCredentials", "cancelInspector", "reactivateInspector", "archiveInspector",
    "verifyIlr",
}  # fmt: skip
"""What the superuser attempts; the ILR is for a tutor, and all else for owners."""
TRIED = {**dict.fromkeys(ADMINISTRATORS, ASSIGNING), "sue": INSPECTING, "tina": {"editIlr"}}
NEEDS_MORE = {"acceptInvitation", "registerInspector"}
"""Nobody has a code: the database holds its digest alone, and the crawl reads no mail of another.
And nobody's token has the address of an account: the addresses are canaries."""


@pytest.mark.parametrize("person", PEOPLE)
async def test_attempts(crawler, person):
    async with tables_of(crawler.world) as tables:
        assert await faults_of(Actor(crawler, person, tables)) == []
    assert crawler.logged() == []


async def test_every_mutation_is_attempted_with_success(crawler):
    every = set(crawler.oracle.schema.mutation_type.fields)
    succeeded: set[str] = set()
    tried_by = {**dict.fromkeys(OWNERS, every - ASSIGNING - INSPECTING - {"editIlr"}), **TRIED}
    async with tables_of(crawler.world) as tables:
        for person, tried in tried_by.items():
            actor = Actor(crawler, person, tables)
            assert await faults_of(actor, tried.__contains__) == []
            succeeded |= actor.succeeded
    assert succeeded | NEEDS_MORE == every
    assert crawler.logged() == []
