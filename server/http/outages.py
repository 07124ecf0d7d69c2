"""A database that is away is expected: one line a second says how many requests met it."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from db.drivers.faults import Busy
from server.http.replies import HttpRefusal
from server.logs import LOGGER

if TYPE_CHECKING:
    from db.drivers.faults import NotAnswered

_SECONDS_BETWEEN_LINES = 1.0
_SECONDS_TO_RETRY = 1


class Outages:
    """Counts what was not answered because of the database, and writes it down now and then."""

    def __init__(self, seconds: float = _SECONDS_BETWEEN_LINES) -> None:
        """Take how many seconds there are between two lines."""
        self._seconds = seconds
        self._met: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None

    def note(self, fault: NotAnswered) -> None:
        """Count one; the first of a series is written down at once."""
        self._met[f"{type(fault).__name__}: {fault}"] += 1
        if self._timer is None:
            self._write()

    def refusal(self, fault: NotAnswered) -> HttpRefusal:
        """Count one, and return what its client is told: nothing of the fault itself."""
        self.note(fault)
        busy = isinstance(fault, Busy)
        return HttpRefusal(
            503,
            "BUSY" if busy else "DATABASE",
            "Fieldgate cannot reach its database now: send the request again in a moment."
            if not busy
            else "Too much is under way now: send the request again in a moment.",
            code="SERVICE_UNAVAILABLE",
            headers={"retry-after": str(_SECONDS_TO_RETRY)},
        )

    def _write(self) -> None:
        if not self._met:
            self._timer = None
            return
        fields = {"count": self._met.total(), "causes": dict(self._met)}
        LOGGER.warning("database", extra={"fields": fields})
        self._met.clear()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._write)
