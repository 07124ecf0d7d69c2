"""What a filter costs while the world grows: what is in scope, and not what there is."""

import sqlite3

import pytest

from analysed import BY_NAME, FILTERED, TOTAL, analysed, statements

SIZES = (10_000, 20_000)
"""From the first on, two people of the world have equally many rows in scope."""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("analysed")
    return [analysed(folder, size) for size in SIZES]


def work(file, ran):
    """How often SQLite has done a hundred of its instructions for statements."""
    counted, connection = [], sqlite3.connect(file)
    connection.set_progress_handler(lambda: counted.append(None), 100)
    for text, values in ran:
        connection.execute(text, values).fetchall()
    connection.close()
    return len(counted)


@pytest.mark.parametrize("subject", ["bench-five-paths", "bench-one-path"])
@pytest.mark.parametrize("document", [BY_NAME, FILTERED, TOTAL], ids=["page", "filter", "total"])
async def test_a_filter_costs_what_is_in_scope_and_not_what_there_is(files, document, subject):
    """Their rows in scope are the same at every size."""
    small, large = [work(file, await statements(file, subject, document)) for file in files]
    assert large < 1.5 * small
