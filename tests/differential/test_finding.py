"""The three find the same rows in the same order, whatever is asked for and however it is given."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from differential.comparing import Comparison, described
from differential.finding import SORTED, by_variables
from differential.question import Question

pytestmark = pytest.mark.asyncio(loop_scope="module")

WALKED = (
    "query ($f: UserFilter, $o: UserOrder, $first: Int, $after: String, $last: Int, $before:"
    " String) { users(first: $first, after: $after, last: $last, before: $before, filter: $f,"
    " orderBy: $o) { totalCount edges { cursor node { name email } } pageInfo { hasNextPage"
    " hasPreviousPage startCursor endCursor } } }"
)


async def differing(
    comparison: Comparison, person: str, questions: Iterable[Question], *, plainly: bool = False
) -> dict[str, list[str]]:
    """Return the differences of each question that has any, by its variables."""
    found = {}
    for question in questions:
        given = question.variables
        texts = await comparison.differences(person, question.document, given, plainly=plainly)
        if texts:
            found[f"{person}: {question.document} {json.dumps(given)}"] = texts
    return found


PEOPLE = ["vera", "tariq"]
"""Who has masks, and who has several accounts; the sweep asks more."""


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", PEOPLE)
async def test_found_by_variables(comparison, person):
    found = await differing(comparison, person, by_variables())
    assert not found, described(found)


@pytest.mark.parametrize("person", ["tariq"])
async def test_found_on_the_plain_path(comparison, person):
    found = await differing(comparison, person, list(by_variables())[::3], plainly=True)
    assert not found, described(found)


@pytest.mark.parametrize("person", ["robin"])
async def test_found_among_odd_rows(stirred, person):
    found = await differing(stirred, person, by_variables())
    assert not found, described(found)


@pytest.mark.parametrize("person", ["tariq"])
async def test_walked_through_both_segments(stirred, person):
    """Each cursor leads on, both ways; with another order or filter it is one of nothing."""
    client = await stirred.client(person)
    asked: list[Question] = []
    for at, order in enumerate(SORTED):
        given = {"f": {"name": {"contains": "e"}}, "o": order}
        whole = Question(WALKED, {**given, "first": 50})
        found = await differing(stirred, person, [whole])  # which makes its cursors known
        assert not found, described(found)
        reply = await client.ask(WALKED, whole.variables)
        cursors = [edge["cursor"] for edge in reply.data["users"]["edges"]]
        assert len(cursors) > 3
        for cursor in cursors:
            asked.append(Question(WALKED, {**given, "first": 2, "after": cursor}))
            asked.append(Question(WALKED, {**given, "last": 2, "before": cursor}))
        for other in ({"o": SORTED[at - 1]}, {"f": {"name": {"contains": "E"}}}, {"f": {}}):
            asked.append(Question(WALKED, {**given, **other, "first": 2, "after": cursors[0]}))
            asked.append(Question(WALKED, {**given, **other, "last": 2, "before": cursors[-1]}))
    found = await differing(stirred, person, asked)
    assert not found, described(found)
