"""Connections: how long a client may keep one waiting, and how many there may be at once.

uvicorn's own protocol bounds only how long a connection idles between two requests.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.http.addresses import is_trusted

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from server.http.addresses import Network
    from server.settings.fields import HttpLimits

_LOG = logging.getLogger("fieldgate")

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 21\r\n"
    b"retry-after: 1\r\nconnection: close\r\n\r\nToo many connections."
)
_LINGERING_SECONDS = 2.0
_LINGERING_BYTES = 1 << 20
_UNREAD = frozenset({h11.SEND_BODY, h11.ERROR})
_WHOLE = frozenset({h11.DONE, h11.MUST_CLOSE})
_ANSWERING = frozenset({h11.SEND_RESPONSE, h11.SEND_BODY})


@dataclass(slots=True)
class Occupancy:
    """Who holds how many of the connections that there may be."""

    limits: HttpLimits
    trusted: Sequence[Network] = ()
    turned_away: int = 0
    _held: Counter[str] = field(default_factory=Counter)
    _told_at: float = float("-inf")

    def enter(self, address: str | None, now: float) -> bool:
        """Count a connection in, or turn it away: there are too many, in all or of one address.

        Proxies that are trusted connect for many people, so only the limit for all counts there.
        """
        of_one = self.limits.connections_per_address
        known = address is not None and not is_trusted(address, self.trusted)
        if self._held.total() >= self.limits.connections:
            self._tell("CONNECTIONS", address, now)
            return False
        if known and self._held[str(address)] >= of_one:
            self._tell("CONNECTIONS_PER_ADDRESS", address, now)
            return False
        self._held[str(address)] += 1
        return True

    def leave(self, address: str | None) -> None:
        """Count a connection out."""
        self._held[str(address)] -= 1
        if not self._held[str(address)]:
            del self._held[str(address)]

    def _tell(self, reason: str, address: str | None, now: float) -> None:
        """Log who is turned away, at most once a second, with how many were."""
        self.turned_away += 1
        if now - self._told_at < 1:
            return
        fields = {"reason": reason, "client": address, "turnedAway": self.turned_away}
        _LOG.warning("connections full", extra={"fields": fields})
        self._told_at, self.turned_away = now, 0


class Connection(H11Protocol):
    """One client's connection: its requests come in time, its answers are taken, or it ends."""

    def __init__(self, *, occupancy: Occupancy, **given: Any) -> None:
        """Take the limits, and what uvicorn gives each of its protocols."""
        super().__init__(**given)
        self._occupancy = occupancy
        self._limits = occupancy.limits
        self._counted = False
        self._closing = False
        self._discarded = 0
        self._socket: asyncio.Transport = None  # type: ignore[assignment]  # as uvicorn's own
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait for the head of a request, or turn the client away."""
        self._socket = transport
        super().connection_made(_Closing(transport, self))  # type: ignore[arg-type]  # stands for it
        address = self.client[0] if self.client else None
        self._counted = self._occupancy.enter(address, self.loop.time())
        if not self._counted:
            transport.write(_FULL)
            self._linger()
        else:
            self._within("head", self._limits.head_seconds, self._closed)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._closing = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        if self._counted:
            self._occupancy.leave(self.client[0] if self.client else None)
            self._counted = False
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what the client sent; a head of a request has to be whole in time."""
        if self._closing:
            self._discarded += len(data)
            if self._discarded > _LINGERING_BYTES:
                self._socket.abort()
            return
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._done("head")
        elif "head" not in self._timers:
            self._within("head", self._limits.head_seconds, self._closed)

    def eof_received(self) -> bool:  # type: ignore[override]  # what asyncio asks of a protocol
        """Answer a client that will send no more; one that is gone looks the same for a while."""
        asked = self.conn.their_state in _WHOLE and self.conn.our_state in _ANSWERING
        if self._closing or not asked:
            return False
        self.cycle.keep_alive = False
        self._within("half-closed", self._limits.half_closed_seconds, self._socket.close)
        return True

    def pause_writing(self) -> None:
        """Wait for a client to read what was written."""
        super().pause_writing()
        self._within("write", self._limits.write_seconds, self._socket.abort)

    def resume_writing(self) -> None:
        """Go on, now that it has read."""
        super().resume_writing()
        self._done("write")

    def close(self) -> None:
        """End the connection: the answer that is under way is still sent."""
        if self._closing:
            return
        if self.conn.their_state in _UNREAD:
            self._linger()
        else:
            self._closed()

    @property
    def closing(self) -> bool:
        """Whether nothing more is answered on it."""
        return self._closing or self._socket.is_closing()

    def _closed(self) -> None:
        self._closing = True
        self._socket.close()
        self._within("write", self._limits.write_seconds, self._socket.abort)

    def _linger(self) -> None:
        """Send no more and let the client read the answer, though it sends on.

        A socket that is closed with bytes unread is reset, which takes the answer away with it.
        """
        self._closing = True
        self._done("head")
        if self._socket.can_write_eof():
            self._socket.write_eof()
        self._socket.resume_reading()
        self._within("linger", _LINGERING_SECONDS, self._socket.abort)

    def _within(self, what: str, seconds: float, otherwise: Any) -> None:
        self._done(what)
        self._timers[what] = self.loop.call_later(seconds, otherwise)

    def _done(self, what: str) -> None:
        timer = self._timers.pop(what, None)
        if timer is not None:
            timer.cancel()


class _Closing:
    """The transport as uvicorn sees it: closing it is the connection's to do."""

    def __init__(self, transport: asyncio.Transport, connection: Connection) -> None:
        self._transport = transport
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        self._connection.close()

    def is_closing(self) -> bool:
        return self._connection.closing
