"""The three still agree where rows are odd: windows, states, ties, letters and orphans."""

from __future__ import annotations

import pytest
from differential.comparing import NOBODY
from differential.corpus import DOCUMENTS
from differential.grown import VARIABLES, grown
from differential.test_agreement import PUBLIC, described

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEOPLE = [
    "olga", "otis", "vera", "tariq", "aisha", "tess", "ana", "cora", "robin", "ellis", "petra",
    "kim", "indy", "una", NOBODY,
]  # fmt: skip
GROWN = 60


@pytest.mark.parametrize("person", PEOPLE)
async def test_hand_picked(stirred, person):
    differences = {}
    for name, question in DOCUMENTS.items():
        if name in PUBLIC:
            continue
        found = await stirred.differences(person, question.document, question.variables)
        if found:
            differences[name] = found
    assert not differences, described(differences)


async def test_grown(stirred):
    documents = grown(stirred.oracle.schema, stirred.ids, GROWN, seed=2)
    kept = await stirred.answerable(documents, VARIABLES)
    differences = {}
    for person in ("olga", "tariq", "vera", "robin", "petra"):
        for document in kept:
            found = await stirred.differences(person, document, VARIABLES)
            if found:
                differences[f"{person}: {document}"] = found
    assert len(kept) > 0.75 * GROWN
    assert not differences, described(differences)
