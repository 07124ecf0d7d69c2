"""Bringing a database to the tables of this version, and knowing whether it is there."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Index, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from db.base import indexes
from db.drivers.addresses import Address, parse_address
from db.drivers.locking import begin_with_write_lock

_ONE_AT_A_TIME = 0x66676D67  # an arbitrary number, the same in every process of Fieldgate


class UnknownRevision(ValueError):
    """The tables are of a revision that this version does not know; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Migration:
    """What was done to a database: from which revision, none where it was empty, to which."""

    before: str | None
    after: str
    steps: int

    def __str__(self) -> str:
        """Return it as a sentence."""
        if self.steps == 0:
            return f"The tables are at revision {self.after} already: nothing to do."
        steps = "1 step" if self.steps == 1 else f"{self.steps} steps"
        if self.before is None:
            return f"Made the tables of revision {self.after}, in {steps}."
        return f"Brought the tables from revision {self.before} to {self.after}, in {steps}."


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


@asynccontextmanager
async def transaction(url: str) -> AsyncIterator[AsyncConnection]:
    """Open one SQLAlchemy connection in a transaction that commits all its changes or none."""
    address = parse_address(url)
    async with _engine(address) as engine:
        if address.dialect == "sqlite":
            begin_with_write_lock(engine)
        async with engine.begin() as connection:
            yield connection


@asynccontextmanager
async def _engine(address: Address) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(address.sqlalchemy, poolclass=NullPool)
    try:
        yield engine
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> Migration:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
    config = _config()
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    before = _head(connection)
    _require_known(before, script)
    after = str(script.get_current_head())
    steps = sum(1 for _ in script.iterate_revisions(after, before or "base"))
    command.upgrade(config, "head")
    return Migration(before, after, steps)


def _require_known(revision: str | None, script: ScriptDirectory) -> None:
    if revision not in {None, *(each.revision for each in script.walk_revisions())}:
        raise UnknownRevision(
            f"The tables are at revision {revision}, which this version does not know: "
            "a newer one made them."
        )


async def upgrade(url: str) -> Migration:
    """Bring the database to the newest revision; a SQLite file that is missing is created.

    Raises UnknownRevision where that would be the way back.
    """
    address = parse_address(url)
    if address.dialect == "sqlite":
        Path(address.driver).parent.mkdir(parents=True, exist_ok=True)
    async with transaction(url) as connection:
        return await connection.run_sync(_upgrade)


def compared(connection: Connection) -> Callable[..., bool]:
    """Return Alembic's `include_object`: which parts of the models this database should have.

    Otherwise an index of PostgreSQL's kinds would be missed on SQLite.
    """
    dialect = connection.dialect.name

    def included(part: object, *_: Any) -> bool:
        if not isinstance(part, Index) or part.table is None:
            return True
        return part in indexes(part.table, dialect)

    return included


def _is_missing(address: Address) -> bool:
    return address.dialect == "sqlite" and not Path(address.driver).is_file()


def _head(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def is_current(url: str) -> bool:
    """Say whether the database stands at the newest revision; one that is missing does not."""
    address = parse_address(url)
    if _is_missing(address):
        return False
    async with _engine(address) as engine, engine.connect() as connection:
        head = await connection.run_sync(_head)
    return head == ScriptDirectory.from_config(_config()).get_current_head()
