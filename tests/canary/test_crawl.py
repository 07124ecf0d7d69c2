"""Every person crawls the whole schema by every route and finds what the oracle finds, exactly."""

from __future__ import annotations

import pytest

from canary.houses import NOBODY
from canary.journeys import crawled

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Who has masks, who sees hardly anything, who is assigned records, who is let in and who lets in,
# and who is a stranger; the
# sweep asks everybody else, and first of all who has several accounts.
PEOPLE = ["vera", "aisha", "ann", "ivy", "art", "sue", NOBODY]


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
