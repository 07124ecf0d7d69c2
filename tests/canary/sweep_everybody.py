"""The crawl, the attempts and the metamorphic test as everybody, for `make sweep`.

pytest finds this file only where it is named: `pytest tests/canary/sweep_everybody.py`.
"""

from __future__ import annotations

import pytest

from canary.acts import Actor, faults_of
from canary.changes import altered, grown
from canary.houses import EVERYBODY
from canary.journeys import Traveller, crawled
from canary.metamorphic import differences
from canary.test_crawl import PEOPLE
from commands.tables import tables_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("person", [each for each in EVERYBODY if each not in PEOPLE])
async def test_crawl(crawler, person):
    shown, faults = await crawled(crawler, person)
    assert not faults, "\n".join(faults[:50])
    assert shown == crawler.readable(person)
    assert crawler.logged() == []


@pytest.mark.parametrize("person", ["tariq", *PEOPLE])
async def test_crawl_on_the_plain_path(crawler, person, monkeypatch):
    monkeypatch.setattr(crawler, "plain", True)
    shown, faults = await crawled(crawler, person)
    assert not faults, "\n".join(faults[:50])
    assert shown == crawler.readable(person)
    assert crawler.logged() == []


@pytest.mark.parametrize("person", EVERYBODY)
async def test_attempts(crawler, person):
    async with tables_of(crawler.world) as tables:
        assert await faults_of(Actor(crawler, person, tables)) == []
    assert crawler.logged() == []


@pytest.mark.parametrize("person", EVERYBODY)
async def test_other_hidden_values_and_more_hidden_rows(crawler, person):
    other, more = altered(crawler, person), grown(crawler, person)
    questions = Traveller(crawler, person).questions()
    assert await differences(crawler, person, questions, other, more) == []
