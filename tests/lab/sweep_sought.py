"""More of what a filter keeps, an order sorts and a sum adds up, for `make sweep`."""

from __future__ import annotations

import pytest

from differential.comparing import described
from lab.oracle.asked import Asked
from lab.seeking import sought
from lab.soil import PEOPLE
from lab.test_three_ways import SOUGHT

pytestmark = pytest.mark.asyncio(loop_scope="module")

MORE = 3 * SOUGHT


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", [*PEOPLE, "lou"])
async def test_sought(comparison, person):
    """Those that every run asks come first, and are not asked again."""
    oracle, seed = comparison.oracle, [*PEOPLE, "lou"].index(person)
    asked = Asked(oracle.world, person, comparison.world.clock.instant, oracle.open_cursor)
    questions = [*sought(asked, oracle.schema, MORE, seed)][SOUGHT:]
    differences = await comparison.all_differences(person, questions, plainly=SOUGHT)
    assert not differences, described(differences)
