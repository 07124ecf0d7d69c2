"""Whatever anybody tries to change, no answer, mail or line of the log shows more than they may."""

from __future__ import annotations

import pytest

from canary.acts import Actor, faults_of
from canary.planted import NOBODY
from commands.tables import tables_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

# The sweep lets everybody try.
PEOPLE = ["vera", "aisha", NOBODY]


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", PEOPLE)
async def test_attempts(crawler, person):
    async with tables_of(crawler.world) as tables:
        assert await faults_of(Actor(crawler, person, tables)) == []
    assert crawler.logged() == []
