"""The three still agree where rows are odd: windows, states, ties, letters and orphans."""

from __future__ import annotations

import pytest

from differential.corpus import DOCUMENTS
from differential.grown import VARIABLES, grown
from differential.test_agreement import PUBLIC, SHORT, described

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEOPLE = [
    "olga", "vera", "tariq", "aisha", "tess", "cora", "robin", "petra", "kim", "indy", "una",
]  # fmt: skip
# The odd rows show in a few documents; the whole corpus is for who has most of them in sight.
WHOLE = ["robin"]
PLAINLY = ["robin", "petra"]
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


@pytest.mark.parametrize("person", ["tariq", "robin"])
async def test_grown(stirred, person):
    documents = grown(stirred.oracle.schema, stirred.ids, GROWN, seed=2)
    kept = await stirred.answerable(documents, VARIABLES)
    assert len(kept) > 0.5 * GROWN
    differences = {}
    for document in kept:
        found = await stirred.differences(person, document, VARIABLES)
        if found:
            differences[document] = found
    assert not differences, described(differences)
