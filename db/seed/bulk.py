"""Filling an empty database with many rows at once: COPY on PostgreSQL, executemany on SQLite."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar, cast

import aiosqlite
import asyncpg
from sqlalchemy import Dialect, Index, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, DropIndex

from db.base import Base, indexes
from db.drivers.addresses import Address, parse_address
from db.migrate import upgrade

_SQLITE_SETTINGS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "cache_size = -200000",  # 200 MB: keys are random, so every insert visits another page
)

Rows = Iterable[Mapping[str, object]]


class NotEmpty(Exception):
    """A world was to be written into a database that already holds rows."""

    def __init__(self, address: Address, table: str) -> None:
        """Name the database, without its password, and a table that holds rows."""
        super().__init__(
            f"The database {address.sqlalchemy.render_as_string()} already holds rows in {table}; "
            "a world is only written into an empty one."
        )


class Filler(ABC):
    """Writes rows of models over one driver connection, inside one transaction."""

    _dialect: ClassVar[Dialect]

    async def write(self, model: type[Base], rows: Rows) -> None:
        """Write rows, given by column name; a column left out is NULL where it may be."""
        columns = cast("Table", model.__table__).columns
        names = [column.name for column in columns]
        records = [
            tuple(
                row.get(column.name) if column.nullable else row[column.name] for column in columns
            )
            for row in rows
        ]
        await self._insert(model.__tablename__, names, records)

    async def refuse_rows(self, address: Address) -> None:
        """Raise NotEmpty when any table holds a row."""
        for table in Base.metadata.sorted_tables:
            if await self._holds_rows(f"SELECT 1 FROM {table.name} LIMIT 1"):  # noqa: S608 - our own table
                raise NotEmpty(address, table.name)

    async def drop_indexes(self) -> None:
        """Drop the indexes that hold no row back; each row would visit a random page of each."""
        for index in self._indexes():
            await self._execute(str(DropIndex(index).compile(dialect=self._dialect)))

    async def create_indexes(self) -> None:
        """Create the indexes that were dropped, of all rows at once."""
        for index in self._indexes():
            await self._execute(str(CreateIndex(index).compile(dialect=self._dialect)))

    def _indexes(self) -> list[Index]:
        tables, kind = Base.metadata.sorted_tables, self._dialect.name
        found = (each for table in tables for each in indexes(table, kind) if not each.unique)
        return sorted(found, key=lambda index: str(index.name))

    @abstractmethod
    async def _execute(self, text: str) -> None: ...

    @abstractmethod
    async def _holds_rows(self, text: str) -> bool: ...

    @abstractmethod
    async def _insert(
        self, table: str, columns: list[str], records: Sequence[tuple[Any, ...]]
    ) -> None: ...


class _SqliteFiller(Filler):
    _dialect = sqlite.dialect()

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def _execute(self, text: str) -> None:
        await self._connection.execute_fetchall(text)

    async def _holds_rows(self, text: str) -> bool:
        return bool(await self._connection.execute_fetchall(text))

    async def _insert(
        self, table: str, columns: list[str], records: Sequence[tuple[Any, ...]]
    ) -> None:
        names = ", ".join(f'"{column}"' for column in columns)
        marks = ", ".join("?" * len(columns))
        text = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
        await self._connection.executemany(text, records)


class _PostgresqlFiller(Filler):
    _dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._connection = connection

    async def _execute(self, text: str) -> None:
        await self._connection.execute(text)

    async def _holds_rows(self, text: str) -> bool:
        return bool(await self._connection.fetch(text))

    async def _insert(
        self, table: str, columns: list[str], records: Sequence[tuple[Any, ...]]
    ) -> None:
        await self._connection.copy_records_to_table(table, columns=columns, records=records)


@asynccontextmanager
async def _sqlite(path: str) -> AsyncIterator[Filler]:
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        for setting in _SQLITE_SETTINGS:
            await connection.execute_fetchall(f"PRAGMA {setting}")
        await connection.execute_fetchall("BEGIN IMMEDIATE")
        yield _SqliteFiller(connection)
        await connection.execute_fetchall("COMMIT")
        await connection.execute_fetchall("ANALYZE")


@asynccontextmanager
async def _postgresql(dsn: str) -> AsyncIterator[Filler]:
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            yield _PostgresqlFiller(connection)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


@asynccontextmanager
async def filling(url: str, *, large: bool = False) -> AsyncIterator[Filler]:
    """Migrate the database, refuse one that holds rows, and write a whole world or nothing.

    The indexes of a large world are made when all its rows are there.
    """
    await upgrade(url)
    address = parse_address(url)
    open_filler = _sqlite if address.dialect == "sqlite" else _postgresql
    async with open_filler(address.driver) as filler:
        await filler.refuse_rows(address)
        if large:
            await filler.drop_indexes()
        yield filler
        if large:
            await filler.create_indexes()
