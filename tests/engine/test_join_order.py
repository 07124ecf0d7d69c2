"""What SQLite reads first, once it has statistics: keys and pages, and never a table for each of them.

SQLite knows nothing of the size of a list of keys. With statistics of the tables, which ANALYZE
leaves, it took the records as the outer loop of a join with such a list: one page with a filter
that finds nothing took longer than a statement may.
"""

import re
import sqlite3

import pytest

from analysed import BY_NAME, FILTERED, TOTAL, analysed, statements
from db.base import Base

SMALL = 3_000
"""Where the statistics misled SQLite most."""
PEOPLE = ["bench-five-paths", "bench-one-path", "bench-owner", "bench-assigned"]
ASKED = {
    "a page": "{ apprenticeRecords(first: 20) { nodes { id lastName } } }",
    "a page by name": BY_NAME,
    "a page backward": "{ apprenticeRecords(last: 20, orderBy: {field: COST, direction: DESC}) { nodes { id } } }",
    "pages with a twelve-way filter": FILTERED,
    "a filtered total": TOTAL,
    "pages of accounts": "{ organisations(first: 20) { nodes { name account { team(first: 5) { nodes { user { name } } } } } } }",
    "assignments": "{ apprenticeRecords(first: 20) { nodes { assignees { initials } employer { name } } } }",
    "caseloads": "{ caseloads(first: 20) { totalCount nodes { items(first: 5) { totalCount nodes { record { id } } } } } }",
}  # fmt: skip
UNKNOWN = re.compile(r"h\d+|parents|page|found|[ub]\d+|json_each")
"""What there are no statistics of: keys, a page, rows that were found by several paths."""
TABLES = {table.name for table in Base.metadata.sorted_tables}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return analysed(tmp_path_factory.mktemp("analysed"), SMALL)


def loops(connection, text, values):
    """The nested loops of a statement, each from the outside in: what is read, and how."""
    plan = connection.execute(f"EXPLAIN QUERY PLAN {text}", values).fetchall()
    steps = {}
    for _, parent, _, said in plan:
        if how := re.match(r"(SCAN|SEARCH) (\w+)", said):
            steps.setdefault(parent, []).append(how.groups())
    return steps.values()


@pytest.mark.parametrize("subject", PEOPLE)
@pytest.mark.parametrize("name", ASKED)
async def test_a_table_is_never_read_whole_around_keys_or_a_page(file, name, subject):
    ran = await statements(file, subject, ASKED[name])
    assert ran or name == "caseloads"
    connection = sqlite3.connect(file)
    for text, values in ran:
        for (how, outer), *inner in loops(connection, text, values):
            aliased = re.search(rf"(\w+) AS {outer}\b", text)
            is_table = (aliased[1] if aliased else outer) in TABLES
            unknown = [name for _, name in inner if UNKNOWN.fullmatch(name)]
            assert not (how == "SCAN" and is_table and unknown), (text, outer, inner)
    connection.close()
