"""The three still agree where rows are odd: windows, states, ties, letters and orphans."""

from __future__ import annotations

import pytest

from differential.comparing import described
from differential.corpus import DOCUMENTS
from differential.grown import grown
from differential.product import soil_of
from differential.records import DOCUMENTS as ON_RECORDS
from differential.test_agreement import PUBLIC, SHORT

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEOPLE = [
    "olga", "vera", "tariq", "aisha", "tess", "cora", "robin", "petra", "kim", "indy", "una",
]  # fmt: skip
# The odd rows show in a few documents; the whole corpus is for who has most of them in sight.
WHOLE = ["robin"]
PLAINLY = ["robin", "petra"]
OF_RECORDS = ["max", "sen", "kim", "leo"]
GROWN = 20
ODD = [
    *SHORT, "everything about birch", "everything about cherry", "users and their grants",
    "rights at birch", "rights of others",
]  # fmt: skip


@pytest.mark.parametrize("person", PEOPLE)
async def test_hand_picked(stirred, person):
    differences = {}
    for name, question in DOCUMENTS.items():
        if name in PUBLIC or (name not in ODD and person not in WHOLE):
            continue
        found = await stirred.differences(
            person, question.document, question.variables, plainly=person in PLAINLY
        )
        if found:
            differences[name] = found
    assert not differences, described(differences)


@pytest.mark.parametrize("person", OF_RECORDS)
async def test_hand_picked_on_records(stirred, person):
    differences = {}
    for name, question in ON_RECORDS.items():
        found = await stirred.differences(
            person, question.document, question.variables, plainly=person == "sen"
        )
        if found:
            differences[name] = found
    assert not differences, described(differences)


@pytest.mark.parametrize("person", ["tariq", "max"])
async def test_grown(stirred, person):
    questions = grown(soil_of(stirred), GROWN, seed=2)
    differences = await stirred.all_differences(person, questions, plainly=GROWN)
    assert not differences, described(differences)
