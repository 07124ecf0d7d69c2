"""Whether the process lives (/healthz), and whether it can answer (/readyz)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse

from db.migrate import is_current

if TYPE_CHECKING:
    from starlette.requests import Request

    from db.drivers.database import Database

_NOT_READY = 503
_SECONDS = 3


class Health:
    """The two probes of a process supervisor; they need no token and say nothing of the rows."""

    def __init__(self, database: Database) -> None:
        """Take the database that answers depend on."""
        self._database = database
        self._current = False

    async def alive(self, _request: Request) -> JSONResponse:
        """Answer 200 as long as the process can."""
        return _no_store({"status": "alive"})

    async def ready(self, _request: Request) -> JSONResponse:
        """Answer 200 when the database can be reached, takes writes and has this version's tables.

        It is asked on a connection of its own: requests that fill the pools change nothing here.
        """
        found = await self._database.probe.found()
        if found.reachable and not self._current:
            # Tables never go back, so a yes is asked for once.
            with suppress(OSError, SQLAlchemyError):
                async with asyncio.timeout(_SECONDS):
                    self._current = await is_current(self._database.url)
        checks = {
            "database": found.reachable,
            "migrations": found.reachable and self._current,
            "writable": found.writable,
        }
        ready = all(checks.values())
        status = "ready" if ready else "not ready"
        return _no_store({"status": status, "checks": checks}, 200 if ready else _NOT_READY)


def _no_store(payload: object, status: int = 200) -> JSONResponse:
    return JSONResponse(payload, status, {"cache-control": "no-store"})
