"""What a probe asks of the database, on a connection that no request waits for or holds."""

import asyncio
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiosqlite
import asyncpg

from db.drivers.addresses import Address, existing
from db.drivers.faults import NotAnswered, Unavailable, fault_of, told

_SECONDS = 3.0
_SECONDS_BETWEEN_WRITES = 5.0
_NOT_CONNECTED = "the database is not connected"


@dataclass(frozen=True, slots=True)
class Found:
    """Whether the database answers, and takes what is written: a full disk does not."""

    reachable: bool
    writable: bool


class Probe(ABC):
    """Asks on every call, and writes at most once in `seconds_between_writes`."""

    def __init__(self, address: Address) -> None:
        """Take where the database is; nothing is connected yet."""
        self._address = address
        self._one_at_a_time = asyncio.Lock()
        self._open = False
        self._raw: Any = None
        self._writable = False
        self._wrote_at = float("-inf")
        self.seconds_between_writes = _SECONDS_BETWEEN_WRITES

    def open(self) -> None:
        """Allow asking."""
        self._open = True

    async def close(self) -> None:
        """Close the connection, if there is one."""
        self._open = False
        async with self._one_at_a_time:
            await self._drop()

    async def found(self) -> Found:
        """Ask the database, on a new connection where the one at hand has ended."""
        async with self._one_at_a_time:
            known = self._raw is not None
            found = await self._asked()
            return await self._asked() if known and not found.reachable else found

    async def _asked(self) -> Found:
        try:
            async with asyncio.timeout(_SECONDS):
                with told():
                    await self._ask()
                    return Found(reachable=True, writable=await self._takes_writes())
        except (NotAnswered, TimeoutError):
            await self._drop()
            return Found(reachable=False, writable=False)

    async def _ask(self) -> None:
        if not self._open:
            raise Unavailable(_NOT_CONNECTED)
        if self._raw is None:
            self._raw = await self._connect()
        await self._read()

    async def _takes_writes(self) -> bool:
        now = time.monotonic()
        if now - self._wrote_at >= self.seconds_between_writes:
            try:
                await self._write()
            except Exception as error:  # noqa: BLE001 - what is no fault of the database does not matter here
                self._writable = fault_of(error, writing=True) is None or self._is_held(error)
            else:
                self._writable = True
            self._wrote_at = now
        return self._writable

    async def _drop(self) -> None:
        raw, self._raw = self._raw, None
        self._wrote_at = float("-inf")
        if raw is not None:
            with suppress(Exception):
                await self._disconnect(raw)

    @abstractmethod
    async def _connect(self) -> Any: ...

    @abstractmethod
    async def _disconnect(self, raw: Any) -> None: ...

    @abstractmethod
    async def _read(self) -> None: ...

    @abstractmethod
    async def _write(self) -> None: ...

    @staticmethod
    def _is_held(_error: Exception) -> bool:
        """Tell whether somebody else writes at this moment, which is no reason to be unready."""
        return False


class _SqliteProbe(Probe):
    async def _connect(self) -> aiosqlite.Connection:
        uri = existing(self._address.driver)
        raw = await aiosqlite.connect(uri, uri=True, isolation_level=None)
        await raw.execute_fetchall("PRAGMA busy_timeout = 0")
        return raw

    async def _disconnect(self, raw: aiosqlite.Connection) -> None:
        await raw.close()

    async def _read(self) -> None:
        await self._raw.execute_fetchall("PRAGMA schema_version")

    async def _write(self) -> None:
        # a page of the write-ahead log: nothing else tells whether there is room for one
        await self._raw.execute_fetchall("UPDATE alembic_version SET version_num = version_num")

    @staticmethod
    def _is_held(error: Exception) -> bool:
        name = str(getattr(error, "sqlite_errorname", ""))
        return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


class _PostgresqlProbe(Probe):
    async def _connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        settings = {
            "application_name": "fieldgate probe",
            "statement_timeout": str(round(_SECONDS * 1000)),
        }
        return await asyncpg.connect(self._address.driver, server_settings=settings)

    async def _disconnect(self, raw: "asyncpg.Connection[asyncpg.Record]") -> None:
        raw.terminate()

    async def _read(self) -> None:
        await self._raw.execute("SELECT 1")

    async def _write(self) -> None:
        # needs a new file and a place in the log, and leaves no row anywhere
        async with self._raw.transaction():
            await self._raw.execute("CREATE TEMPORARY TABLE probe ON COMMIT DROP AS SELECT 1 AS n")


def probe_of(address: Address) -> Probe:
    """Return the probe of a database."""
    return _SqliteProbe(address) if address.dialect == "sqlite" else _PostgresqlProbe(address)
