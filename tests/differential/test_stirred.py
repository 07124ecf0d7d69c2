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
# The rows are odd around these; for the others they show in the short list.
WHOLE = ["tariq", "robin", "petra"]
PLAINLY = ["robin", "petra"]
GROWN = 30
ODD = [
    *SHORT, "my accounts, whole", "everything about birch", "everything about cherry",
    "organisations and accounts", "users and their grants", "team in depth", "rights at birch",
    "rights of others", "nested pages",
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
