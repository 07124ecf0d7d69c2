"""What SQLite reads first, once it has statistics: keys and pages, and never a table for each of them.

SQLite knows nothing of the size of a list of keys. With statistics of the tables, which ANALYZE
leaves, it took the records as the outer loop of a join with such a list: one page with a filter
that finds nothing took longer than a statement may.
"""

import asyncio
import re
import sqlite3

import pytest

from authz.rows.principal import Identity
from bench.recording import RecordingDatabase
from db.base import Base
from db.seed.generate import seed_big
from engine.clock import SystemClock
from engine.downloads import Downloads
from engine.engine import Engine, OperationRequest
from engine.limits import Limits
from server.domain import Domain

KEY = bytes(64)
SMALL, SIZES = 3_000, (10_000, 14_000)
"""Where the statistics misled SQLite most; and from where on two people have equally many rows in
scope."""
PEOPLE = ["bench-five-paths", "bench-one-path", "bench-owner", "bench-assigned"]
NOTHING = {"or": [{"lastName": {"contains": 2 * letter}} for letter in "qzxjkvwybfgh"]}
FILTERED = {"f": NOTHING}
PAGES = " ".join(
    f"a{i}: apprenticeRecords(first: 3, filter: $f) {{ nodes {{ id }} }}" for i in range(20)
)
ASKED = {
    "a page": "{ apprenticeRecords(first: 20) { nodes { id lastName } } }",
    "a page by name": "{ apprenticeRecords(first: 20, orderBy: {field: LAST_NAME}) { nodes { id } } }",
    "a page backward": "{ apprenticeRecords(last: 20, orderBy: {field: COST, direction: DESC}) { nodes { id } } }",
    "pages with a twelve-way filter": f"query Q($f: ApprenticeRecordFilter) {{ {PAGES} }}",
    "a filtered total": "query Q($f: ApprenticeRecordFilter) { apprenticeRecords(first: 0, filter: $f) { totalCount } }",
    "pages of accounts": "{ organisations(first: 20) { nodes { name account { team(first: 5) { nodes { user { name } } } } } } }",
    "assignments": "{ apprenticeRecords(first: 20) { nodes { assignees { initials } employer { name } } } }",
    "caseloads": "{ caseloads(first: 20) { totalCount nodes { items(first: 5) { totalCount nodes { record { id } } } } } }",
}  # fmt: skip
UNKNOWN = re.compile(r"h\d+|parents|page|found|[ub]\d+|json_each")
"""What there are no statistics of: keys, a page, rows that were found by several paths."""
TABLES = {table.name for table in Base.metadata.sorted_tables}


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    """Files with worlds of some sizes and the statistics of their tables."""
    folder = tmp_path_factory.mktemp("analysed")
    files = {size: folder / f"{size}.db" for size in (SMALL, *SIZES)}
    for size, file in files.items():
        asyncio.run(seed_big(f"sqlite:///{file}", size))
        connection = sqlite3.connect(file)
        connection.execute("ANALYZE")
        connection.close()
    return files


async def statements(file, subject, document):
    """What an operation reads by, without what reads the grants."""
    domain, database = Domain.published(), RecordingDatabase(f"sqlite:///{file}")
    engine = Engine(
        schema=domain.schema,
        policy=domain.policy,
        scopes=domain.scopes,
        database=database,
        limits=Limits(),
        cursor_keys=[KEY],
        downloads=Downloads([KEY]),
        clock=SystemClock(),
    )
    await database.connect()
    try:
        given = FILTERED if "$f" in document else {}
        answer = await engine.execute(OperationRequest(document, given), Identity(subject))
    finally:
        await database.close()
    assert answer.payload["data"] is not None
    return database.ran[1:]


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
async def test_a_table_is_never_read_whole_around_keys_or_a_page(analysed, name, subject):
    file = analysed[SMALL]
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


def work(file, ran):
    """How often SQLite has done a hundred of its instructions for statements."""
    counted, connection = [], sqlite3.connect(file)
    connection.set_progress_handler(lambda: counted.append(None), 100)
    for text, values in ran:
        connection.execute(text, values).fetchall()
    connection.close()
    return len(counted)


@pytest.mark.parametrize("subject", ["bench-five-paths", "bench-one-path"])
@pytest.mark.parametrize(
    "name", ["a page by name", "pages with a twelve-way filter", "a filtered total"]
)
async def test_a_filter_costs_what_is_in_scope_and_not_what_there_is(analysed, name, subject):
    """Their rows in scope are the same at every size."""
    small, large = [
        work(analysed[size], await statements(analysed[size], subject, ASKED[name]))
        for size in SIZES
    ]
    assert large < 1.5 * small
