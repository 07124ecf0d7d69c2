"""The demo world behind a `Database`, on both databases."""

import pytest

from db.drivers.database import Database


@pytest.fixture
async def demo(shared_database):
    """The demo world to read; it is shared with the other tests of the module."""
    _, url, _ = shared_database
    database = Database(url, pool_size=2)
    await database.connect()
    yield database
    await database.close()


@pytest.fixture
def fetch(demo):
    """Run one Core statement and give its rows as plain tuples."""

    async def run(executable, **params):
        async with demo.reading() as reader:
            rows = await reader.fetch(demo.compile(executable), params)
        return [tuple(row) for row in rows]

    return run
