"""What is asked, and who asks: the same documents, as they stand, for every server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PEOPLE = {"a": "bench-owner", "b": "bench-assigned", "c": "bench-viewer"}
"""The subjects by the letter that the tables call them: owner, assigned only, viewer."""

_TEN = "id firstName lastName email dateOfBirth uln standardTitle status startDate costPence"

QUESTIONS = {
    "Q1": "query Q1($id: ID!) { record(id: $id) { " + _TEN + " } }",
    "Q2": "query Q2 { records(first: 50) { edges { cursor node { "
    + _TEN
    + """ employer { name } assignments { assignedBy { name } } } }
        pageInfo { hasNextPage endCursor }
    } }""",
    "Q3": """query Q3 { records(first: 1000) { edges { node {
        id firstName lastName email dateOfBirth uln standardTitle status
    } } } }""",
    "Q4": """query Q4 { organisations(first: 20) { edges { node {
        id name members(first: 0) { totalCount }
        records(first: 10) { edges { node { id firstName lastName email status } } }
    } } } }""",
}
"""One record; a page with what stands beside its rows; a thousand records; twenty accounts."""

_CURSORS = frozenset({"cursor", "endCursor"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One question asked by one person: a column of the tables."""

    question: str
    letter: str

    @property
    def name(self) -> str:
        """Its heading: Q2c."""
        return f"{self.question}{self.letter}"

    @property
    def subject(self) -> str:
        """Who asks."""
        return PEOPLE[self.letter]

    def body(self, record: str) -> dict[str, Any]:
        """Return the request; `record` is the global id that Q1 asks for."""
        variables = {"id": record} if self.question == "Q1" else {}
        return {"query": QUESTIONS[self.question], "variables": variables}


CELLS = tuple(Cell(question, letter) for question in QUESTIONS for letter in PEOPLE)
"""Every question by everybody."""


def comparable(answer: dict[str, Any]) -> tuple[Any, list[str]]:
    """Return what must be equal of two servers' answers: the data and the paths of the errors.

    A cursor has the text that its server gives it; that there is one must be equal.
    """
    paths = sorted(".".join(map(str, error["path"])) for error in answer.get("errors", ()))
    return _without_cursors(answer["data"]), paths


def _without_cursors(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_cursors(item) for item in value]
    if isinstance(value, dict):
        return {
            key: below is not None if key in _CURSORS else _without_cursors(below)
            for key, below in value.items()
        }
    return value
