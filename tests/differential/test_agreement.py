"""Engine, plain path and oracle say the same to every person on every document."""

from __future__ import annotations

import pytest

from db.demo import PEOPLE
from differential.comparing import NOBODY
from differential.corpus import DOCUMENTS
from differential.generated import generated
from differential.grown import VARIABLES, grown

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERYBODY = [person.handle for person in PEOPLE if person.signs_in] + [NOBODY]
# One of each fingerprint that opens different things; the rest of the world is like one of them.
# The plain path writes its statements anew for each request, so it is put to these alone.
VARIOUS = ["tariq", "vera", "aisha", "robin", "petra", "lou", NOBODY]
# The policy is the same text for everybody who may read it, and long: two people suffice.
PUBLIC = [name for name in DOCUMENTS if name.startswith(("roles", "policy"))]
READERS = ["aisha", "lou"]
GROWN = 60
GENERATED = 30


def described(differences: dict[str, list[str]]) -> str:
    """Return the first few differences, whole, and the names of all."""
    some = list(differences.items())[:3]
    return "\n\n".join(f"{name}\n" + "\n".join(texts) for name, texts in some) + (
        f"\n\nall: {list(differences)}" if differences else ""
    )


@pytest.mark.parametrize("person", EVERYBODY)
async def test_hand_picked(comparison, person):
    differences = {}
    for name, question in DOCUMENTS.items():
        if name in PUBLIC and person not in READERS:
            continue
        found = await comparison.differences(
            person, question.document, question.variables, plainly=person in VARIOUS
        )
        if found:
            differences[name] = found
    assert not differences, described(differences)


@pytest.mark.parametrize("person", ["tariq", "robin", "aisha"])
async def test_grown(comparison, person):
    documents = grown(comparison.oracle.schema, comparison.ids, GROWN)
    kept = await comparison.answerable(documents, VARIABLES)
    assert len(kept) > 0.5 * GROWN
    differences = {}
    for document in kept:
        found = await comparison.differences(person, document, VARIABLES)
        if found:
            differences[document] = found
    assert not differences, described(differences)


@pytest.mark.parametrize("person", ["tariq", "petra"])
async def test_generated(comparison, person):
    documents = generated(comparison.oracle.schema, comparison.ids, GENERATED)
    kept = await comparison.answerable(documents, {})
    assert len(kept) > 0.5 * GENERATED
    differences = {}
    for document in kept:
        found = await comparison.differences(person, document)
        if found:
            differences[document] = found
    assert not differences, described(differences)
