"""Every person crawls the whole schema by every route and finds what the oracle finds, exactly."""

from __future__ import annotations

import pytest

from canary.journeys import crawled
from canary.planted import NOBODY

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Who has masks, two who are let in, and who is a stranger; the sweep asks everybody.
PEOPLE = ["vera", "ivy", NOBODY, "art"]


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", PEOPLE)
async def test_crawl(crawler, person):
    shown, faults = await crawled(crawler, person)
    assert not faults, "\n".join(faults[:50])
    assert shown == crawler.readable(person)
    assert crawler.logged() == []


async def test_no_two_of_them_read_the_same(crawler):
    readable = {person: crawler.readable(person) for person in PEOPLE}
    assert len(set(readable.values())) == len(PEOPLE)
    assert [person for person, cells in readable.items() if not cells] == [NOBODY]
