"""The one clock: an operation reads it once, and SQL never has a clock of its own."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the instant."""

    def now(self) -> int:
        """Return UTC epoch milliseconds."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Return UTC epoch milliseconds."""
        return time.time_ns() // 1_000_000
