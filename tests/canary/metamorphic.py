"""What one person is answered, to the byte, to be compared between two worlds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from canary.changes import standing
from canary.columns import Rows
from canary.crawling import Crawler

OWN_TO_EACH_ANSWER = {"x-request-id", "date"}

Question = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Answered:
    """One answer whole, and how many statements it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: int


async def answers(crawler: Crawler, person: str, questions: list[Question]) -> dict[str, Answered]:
    """Return what a person is answered, by what was asked."""
    found = {}
    for name, document, variables in questions:
        reply = await crawler.ask(person, document, variables)
        headers = tuple(
            (key, value)
            for key, value in reply.response.headers.multi_items()
            if key not in OWN_TO_EACH_ANSWER
        )
        found[name] = Answered(reply.status, headers, reply.response.content, len(reply.statements))
    return found


async def differences(
    crawler: Crawler, person: str, questions: Iterable[Question], *others: Rows
) -> list[str]:
    """Return the questions that a person is answered differently in any of the other worlds."""
    asked = list(questions)
    before = await answers(crawler, person, asked)
    found = []
    for other in others:
        async with standing(crawler.world, crawler.rows, other):
            after = await answers(crawler, person, asked)
        found += [name for name, answer in before.items() if after[name] != answer]
    return found
