"""Every column there is holds canaries, or is on a short list that says why it cannot."""

from __future__ import annotations

import pytest

from canary.canaries import Canaries, Cell
from canary.columns import EXCUSED, TABLES, name_of, shown_as_words

pytestmark = pytest.mark.asyncio(loop_scope="module")

COLUMNS = {name_of(column): column for table in TABLES for column in table.columns}


async def test_whatever_is_excused_exists():
    assert set(EXCUSED) <= set(COLUMNS)


async def test_nothing_is_excused_that_the_schema_shows_as_a_word_anyway():
    assert EXCUSED.keys() & shown_as_words() == set()


async def test_every_other_cell_holds_a_canary_and_no_column_is_empty(crawler):
    columns = {
        name: column
        for name, column in COLUMNS.items()
        if name not in EXCUSED.keys() | shown_as_words()
    }
    values = {
        name: [row[column.name] for row in crawler.rows[column.table.name]]
        for name, column in columns.items()
    }
    assert {name for name, found in values.items() if not any(found)} == set()
    assert {
        name
        for name, found in values.items()
        if not all(crawler.canaries.found(str(value)) for value in found if value is not None)
    } == set()


async def test_no_value_stands_in_two_cells(crawler):
    texts = [
        str(row[column.name])
        for table in TABLES
        for row in crawler.rows[table.name]
        for column in table.columns
        if name_of(column) not in EXCUSED.keys() | shown_as_words()
        and not column.foreign_keys
        and not column.name.endswith("_sort")
        and row[column.name] is not None
    ]
    assert len(texts) == len(set(texts))


async def test_a_number_is_found_in_text_but_not_by_chance_in_a_random_name():
    canaries = Canaries()
    cell = Cell("accounts", "a", "levy")
    number = canaries.number(cell)
    for text in (f"{number}", f'{{"levy":{number}}}', f"levy{number}GBP", f"-{number}.00"):
        assert canaries.found(text) == {cell}, text
    assert not canaries.found(f'{{"requestId":"28fbd{number}dfb","document":"{number:064x}"}}')
