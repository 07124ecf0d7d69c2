"""Hidden values are changed and hidden rows are added: no answer changes by a byte."""

from __future__ import annotations

import pytest

from canary.changes import altered, changed_columns, grown
from canary.columns import APPEND_ONLY, TABLES
from canary.journeys import Traveller
from canary.metamorphic import differences
from canary.planted import NOBODY

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Of whom much is hidden in rows in sight; the sweep takes everybody.
PEOPLE = ["vera"]
OTHERS = ["vera", "aisha", "tariq", "ellis", "petra", NOBODY]


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", PEOPLE)
async def test_other_hidden_values_and_more_hidden_rows(crawler, person):
    other, more = altered(crawler, person), grown(crawler, person)
    assert all(len(more[table.name]) > len(crawler.rows[table.name]) for table in TABLES)
    questions = Traveller(crawler, person).questions()
    assert await differences(crawler, person, questions, other, more) == []


@pytest.mark.dealt
async def test_every_column_of_hidden_cells_is_changed(crawler):
    changeable = {
        cell
        for cell in crawler.canaries.cells
        if cell.column != "id" and cell.table not in APPEND_ONLY
    }
    found = set()
    for person in OTHERS:
        readable = crawler.readable(person)
        changed = changed_columns(crawler.rows, altered(crawler, person))
        assert {f"{cell.table}.{cell.column}" for cell in changeable - readable} <= changed
        found |= changed
    assert found >= {f"{cell.table}.{cell.column}" for cell in changeable}


@pytest.mark.dealt
async def test_a_readable_value_is_left_alone(crawler):
    for person in OTHERS:
        readable = crawler.readable(person)
        other = altered(crawler, person)
        for cell in readable:
            [before], [after] = (
                [row[cell.column] for row in rows[cell.table] if row["id"] == cell.key]
                for rows in (crawler.rows, other)
            )
            assert before == after
