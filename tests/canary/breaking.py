"""What the tests that break the application on purpose have in common: to break, and to look again."""

from __future__ import annotations

import pytest

from authz.policy import Policy
from canary.acts import Actor
from canary.canaries import Cell
from canary.columns import Rows
from canary.crawling import Crawler
from canary.journeys import Traveller
from canary.metamorphic import Question, differences
from commands.tables import tables_of

BEGINNINGS = ("me", "organisations", "users", "nodes 0")


def questions(crawler: Crawler, person: str) -> list[Question]:
    """Return the maximal documents about rows that begin at a person and at a list."""
    return [each for each in Traveller(crawler, person).maximal() if each[0] in BEGINNINGS]


async def faults(crawler: Crawler, person: str) -> list[str]:
    """Return what the crawl complains of, in what somebody asks first."""
    looks = [await crawler.look(person, question[1]) for question in questions(crawler, person)]
    return [fault for look in looks for fault in look.faults]


async def answered_otherwise(crawler: Crawler, person: str, other: Rows) -> list[str]:
    """Return which of these a person is answered differently when other rows stand there."""
    return await differences(crawler, person, questions(crawler, person), other)


def decided(patch: pytest.MonkeyPatch, action: str, decision: object) -> None:
    """Let everybody have one decision of one action."""
    decide = Policy.decide
    patch.setattr(
        Policy,
        "decide",
        lambda policy, asked, *of: decision if asked == action else decide(policy, asked, *of),
    )


def strangers_cell(crawler: Crawler, person: str, table: str, column: str) -> Cell:
    """Return a cell that a person may not read."""
    cells = (Cell(table, row["id"], column) for row in crawler.rows[table])
    return next(cell for cell in cells if cell not in crawler.readable(person))


def value_of(crawler: Crawler, cell: Cell) -> str:
    [row] = [row for row in crawler.rows[cell.table] if row["id"] == cell.key]
    return str(row[cell.column])


async def attempted(crawler: Crawler, person: str, field: str) -> list[str]:
    """Return what the crawl complains of when somebody attempts one mutation in every way."""
    async with tables_of(crawler.world) as tables:
        actor = Actor(crawler, person, tables)
        found = [await actor.faults(each) for each in actor.attempts() if each.field == field]
    assert field in actor.succeeded
    return [fault for faults in found for fault in faults]
