"""The three still agree where rows are odd: windows, states, ties, letters and orphans."""

from __future__ import annotations

import pytest

from differential.comparing import described
from differential.corpus import DOCUMENTS
from differential.grown import grown
from differential.inspections import DOCUMENTS as ON_INSPECTIONS
from differential.inspections import LEARNERS, WALKED
from differential.product import soil_of
from differential.question import Question
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
OF_INSPECTIONS = ["ivy", "art", "cyd", "dot", "eli", "sue"]
GROWN = 20
SHOWN = ["ALL", "MY"]
BY_ULN = {"uln": {"in": ["9900000001", "9900000002", "9900000003", "9900000009"]}}
SHORT_OF_INSPECTIONS = ["learners", "groups", "groups one by one", "accounts and groups as nodes"]
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


@pytest.mark.parametrize("person", [*OF_INSPECTIONS, "tina", "robin", "olga", "gen"])
async def test_hand_picked_on_inspections(stirred, person):
    differences = {}
    asked = ON_INSPECTIONS if person in OF_INSPECTIONS else LEARNERS if person == "tina" else None
    for name, question in (asked or {n: ON_INSPECTIONS[n] for n in SHORT_OF_INSPECTIONS}).items():
        found = await stirred.differences(
            person, question.document, question.variables, plainly=person in ("art", "dot", "sue")
        )
        if found:
            differences[name] = found
    assert not differences, described(differences)


@pytest.mark.parametrize("person", ["sue", "tina", "dot"])
async def test_walked_through_learners(stirred, person):
    """A cursor of all learners leads on there, and is one of nothing among one's own."""
    client, asked = await stirred.client(person), []
    for more in ({}, {"o": {"field": "LAST_NAME", "direction": "DESC"}}, {"f": BY_ULN}):
        whole = {name: Question(WALKED, {**more, "show": name, "first": 9}) for name in SHOWN}
        for show, question in whole.items():
            found = await stirred.differences(person, WALKED, question.variables, plainly=False)
            assert not found, described({show: found})
            reply = await client.ask(WALKED, question.variables)
            cursors = [edge["cursor"] for edge in reply.data["learners"]["edges"]]
            for other in SHOWN:
                given = {**more, "show": other}
                for cursor in cursors[:2]:
                    asked.append(Question(WALKED, {**given, "first": 1, "after": cursor}))
                    asked.append(Question(WALKED, {**given, "last": 1, "before": cursor}))
            if cursors:
                given = {"show": show, "first": 1, "after": cursors[0]}
                asked.append(Question(WALKED, {"f": {"uln": {"eq": "1"}}, **given}))
    differences = {}
    for question in asked:
        found = await stirred.differences(person, WALKED, question.variables, plainly=False)
        if found:
            differences[str(question.variables)] = found
    assert not differences, described(differences)


@pytest.mark.parametrize("person", ["tariq", "max", "sue", "art"])
async def test_grown(stirred, person):
    questions = grown(soil_of(stirred), GROWN, seed=2)
    differences = await stirred.all_differences(person, questions, plainly=GROWN)
    assert not differences, described(differences)
