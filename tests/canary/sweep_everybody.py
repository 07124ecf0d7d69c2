"""The crawl, the attempts and the metamorphic test as everybody, and every mutation, for `make sweep`."""

from __future__ import annotations

import pytest

from canary.acts import Actor, faults_of
from canary.changes import altered, grown
from canary.journeys import Traveller, crawled
from canary.metamorphic import differences
from canary.planted import EVERYBODY
from canary.sweep_visits import questions
from canary.sweep_visits import worlds as visits
from canary.test_crawl import PEOPLE
from commands.tables import tables_of
from differential.test_agreement import OF_RECORDS, WHOLE

pytestmark = pytest.mark.asyncio(loop_scope="module")

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
VISITED = ["tina", "eric"]
"""A tutor of learners who are shown, and an employer user of theirs."""
NEEDS_MORE = {"acceptInvitation", "registerInspector"}
"""Nobody has a code: the database holds its digest alone, and the crawl reads no mail of another.
And nobody's token has the address of an account: the addresses are canaries."""


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", [each for each in EVERYBODY if each not in PEOPLE])
async def test_crawl(crawler, person):
    shown, faults = await crawled(crawler, person)
    assert not faults, "\n".join(faults[:50])
    assert shown == crawler.readable(person)
    assert crawler.logged() == []


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", ["tariq", *PEOPLE])
async def test_crawl_on_the_plain_path(crawler, person, monkeypatch):
    monkeypatch.setattr(crawler, "plain", True)
    shown, faults = await crawled(crawler, person)
    assert not faults, "\n".join(faults[:50])
    assert shown == crawler.readable(person)
    assert crawler.logged() == []


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", [*WHOLE, *OF_RECORDS, "ivy", "art", "cyd", "dot"])
async def test_attempts(crawler, person):
    """As one of each standing; who has several roles is one of them."""
    async with tables_of(crawler.world) as tables:
        assert await faults_of(Actor(crawler, person, tables)) == []
    assert crawler.logged() == []


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", EVERYBODY)
async def test_other_hidden_values_and_more_hidden_rows(crawler, person):
    other = grown(crawler, person, altered(crawler, person))
    asked = Traveller(crawler, person).questions()
    assert await differences(crawler, person, asked, other) == []


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


@pytest.mark.dealt
async def test_it_changes_what_the_inspector_is_answered(crawler):
    for name, other in visits(crawler).items():
        found = await differences(crawler, "ivy", questions(crawler, "ivy"), other)
        assert bool(found) is (name != "opens"), name  # which is a group of somebody else


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", VISITED)
async def test_a_visit_changes_no_answer_of(crawler, person):
    others = visits(crawler).values()
    assert await differences(crawler, person, questions(crawler, person), *others) == []
