"""Large worlds on SQLite with the statistics of their tables, and what is read of them."""

import asyncio
import sqlite3

from authz.rows.principal import Identity
from bench.recording import RecordingDatabase
from db.seed.generate import seed_big
from engine.clock import SystemClock
from engine.downloads import Downloads
from engine.engine import Engine, OperationRequest
from engine.limits import Limits
from server.domain import Domain

KEY = bytes(64)
NOTHING = {"or": [{"lastName": {"contains": 2 * letter}} for letter in "qzxjkvwybfgh"]}
"""A twelve-way filter that finds nothing."""
PAGES = " ".join(
    f"a{i}: apprenticeRecords(first: 3, filter: $f) {{ nodes {{ id }} }}" for i in range(20)
)
BY_NAME = "{ apprenticeRecords(first: 20, orderBy: {field: LAST_NAME}) { nodes { id } } }"
FILTERED = f"query Q($f: ApprenticeRecordFilter) {{ {PAGES} }}"
TOTAL = (
    "query Q($f: ApprenticeRecordFilter) { apprenticeRecords(first: 0, filter: $f) { totalCount } }"
)


def analysed(folder, size):
    """Make a world of so many records, with statistics of its tables; its file."""
    file = folder / f"{size}.db"
    asyncio.run(seed_big(f"sqlite:///{file}", size))
    connection = sqlite3.connect(file)
    connection.execute("ANALYZE")
    connection.close()
    return file


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
        given = {"f": NOTHING} if "$f" in document else {}
        answer = await engine.execute(OperationRequest(document, given), Identity(subject))
    finally:
        await database.close()
    assert answer.payload["data"] is not None
    return database.ran[1:]
