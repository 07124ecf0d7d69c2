"""The plain path on the whole corpus, and more people who find rows by variables, for `make sweep`."""

from __future__ import annotations

import pytest

from differential.comparing import described
from differential.corpus import DOCUMENTS
from differential.finding import by_variables
from differential.generated import generated
from differential.grown import grown
from differential.product import soil_of
from differential.test_agreement import GENERATED, GROWN, PLAINLY, PUBLIC, READERS, WHOLE
from differential.test_finding import differing

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", [each for each in WHOLE if each not in PLAINLY])
async def test_hand_picked(comparison, person):
    differences = {}
    for name, question in DOCUMENTS.items():
        if name in PUBLIC and person not in READERS:
            continue
        found = await comparison.differences(person, question.document, question.variables)
        if found:
            differences[name] = found
    assert not differences, described(differences)


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", ["tariq", "robin", "aisha"])
async def test_grown(comparison, person):
    questions = grown(soil_of(comparison), GROWN)
    differences = await comparison.all_differences(person, questions, plainly=GROWN)
    assert not differences, described(differences)


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", ["tariq", "petra"])
async def test_generated(comparison, person):
    questions = generated(soil_of(comparison), GENERATED)
    differences = await comparison.all_differences(person, questions, plainly=GENERATED)
    assert not differences, described(differences)


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", ["olga", "lou"])
async def test_found_by_variables(comparison, person):
    found = await differing(comparison, person, by_variables())
    assert not found, described(found)
