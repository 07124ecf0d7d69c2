"""What development lets programs of this machine read by GET, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from db.drivers.faults import NotAnswered
from server.development.locality import require_local
from server.http.replies import HttpRefusal, Reply, encoded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Scope, Send

    from server.http.outages import Outages


class LocalRead:
    """Answers a GET of this machine with what a function makes."""

    def __init__(self, made: Callable[[], Awaitable[bytes]], outages: Outages) -> None:
        """Take what makes the body, a JSON value, and who counts what fails."""
        self._made = made
        self._outages = outages

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            reply = Reply(200, await self._read(scope))
        except (HttpRefusal, NotAnswered) as error:
            refusal = error if isinstance(error, HttpRefusal) else self._outages.refusal(error)
            reply = Reply(refusal.status, encoded(refusal.payload()), headers=refusal.headers)
        await reply.send(send)

    async def _read(self, scope: Scope) -> bytes:
        if scope["method"] not in {"GET", "HEAD"}:
            raise HttpRefusal(405, "METHOD", "This is read by GET.", headers={"allow": "GET"})
        require_local(scope, Headers(scope=scope))
        return await self._made()
