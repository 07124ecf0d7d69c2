"""Engine, plain path and oracle say the same of the lab, to everybody, on both databases."""

from __future__ import annotations

import pytest

from differential.comparing import described
from differential.generated import generated
from differential.grown import grown
from differential.question import Question
from lab.oracle.asked import Asked
from lab.seeking import WALKED, sought, walked
from lab.soil import PEOPLE, lab_soil

pytestmark = pytest.mark.asyncio(loop_scope="module")

GROWN = 8
GENERATED = 12
SOUGHT = 9
PLAINLY = 1
"""So many of the documents are put to the plain path, which writes its statements anew each time."""


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", [*PEOPLE, "lou"])
async def test_grown(comparison, person):
    """Each person is asked documents of their own."""
    soil = lab_soil(comparison.oracle.schema)
    questions = grown(soil, GROWN, seed=[*PEOPLE, "lou"].index(person))
    differences = await comparison.all_differences(person, questions, plainly=PLAINLY)
    assert not differences, described(differences)


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", ["sam", "nia", "tariq", "vera"])
async def test_generated(comparison, person):
    questions = generated(lab_soil(comparison.oracle.schema), GENERATED)
    differences = await comparison.all_differences(person, questions, plainly=PLAINLY)
    assert not differences, described(differences)


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", [*PEOPLE, "lou"])
async def test_sought(comparison, person):
    """What a filter keeps, an order sorts and a sum adds up."""
    oracle, seed = comparison.oracle, [*PEOPLE, "lou"].index(person)
    asked = Asked(oracle.world, person, comparison.world.clock.instant, oracle.open_cursor)
    questions = [*sought(asked, oracle.schema, SOUGHT, seed)]
    differences = await comparison.all_differences(person, questions, plainly=PLAINLY)
    assert not differences, described(differences)


@pytest.mark.parametrize("person", ["sam", "dan"])
async def test_walked(comparison, person):
    """From rows in both segments on, and back: a page begins where its cursor stands."""
    oracle, client = comparison.oracle, await comparison.client(person)
    asked = Asked(oracle.world, person, comparison.world.clock.instant, oracle.open_cursor)
    differences = {}
    for place, order in enumerate(walked(asked, oracle.schema)):
        whole = Question(WALKED, {"o": order, "first": 100})
        differences |= await comparison.all_differences(person, [whole])
        edges = (await client.ask(WALKED, whole.variables)).data["records"]["edges"]
        at = [edges[n]["cursor"] for n in {place % len(edges), len(edges) // 2}]
        forth = [Question(WALKED, {"o": order, "first": 4, "after": cursor}) for cursor in at]
        back = [Question(WALKED, {"o": order, "last": 4, "before": cursor}) for cursor in at]
        differences |= await comparison.all_differences(person, [*forth, *back])
    assert not differences, described(differences)
