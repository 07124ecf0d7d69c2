"""The time that a request has, from its first byte to the last of its answer."""

from __future__ import annotations

import asyncio


class Deadline:
    """One moment for everything that a request waits for: body, queue, statements, the audit."""

    __slots__ = ("_at",)

    def __init__(self, seconds: float) -> None:
        """Begin now."""
        self._at = asyncio.get_running_loop().time() + seconds

    def within(self, seconds: float | None = None) -> asyncio.Timeout:
        """Return what ends a block by TimeoutError: now by the deadline, or sooner."""
        if seconds is None:
            return asyncio.timeout_at(self._at)
        return asyncio.timeout_at(min(self._at, asyncio.get_running_loop().time() + seconds))

    def after(self, seconds: float) -> asyncio.Timeout:
        """Return what ends a block by TimeoutError so many seconds after the deadline."""
        return asyncio.timeout_at(self._at + seconds)
