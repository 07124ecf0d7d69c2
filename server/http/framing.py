"""How a request lies on its connection: refused where that is ambiguous, closed where it is unread.

Two readers of one connection must never disagree about where a request ends, and nobody reads on
for a client whose request is refused already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from server.http.replies import HttpRefusal, Reply, encoded

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_VERSIONS = frozenset({"1.0", "1.1", "2", "3"})
"""As ASGI writes them: a line of HTTP/1 that says HTTP/2.0 is none of these."""
_CLOSE = (b"connection", b"close")


class Framing:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        """Take what answers requests."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; where its body was not read to the end, the connection closes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            _require_one_reading(scope, headers)
        except HttpRefusal as refusal:
            reply = Reply(refusal.status, encoded(refusal.payload()), headers=refusal.headers)
            await reply.send(send)
            return
        if headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        read = False

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            read = read or not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not read:
                message = {**message, "headers": [*message.get("headers", ()), _CLOSE]}
            await send(message)

        await self._app(scope, receiving, sending)


def _require_one_reading(scope: Scope, headers: Headers) -> None:
    """Raise a refusal where the request could be read in two ways (RFC 9112, 2.3 and 6.1)."""
    close = {"connection": "close"}
    if scope.get("http_version", "1.1") not in _VERSIONS:
        message = "Send requests of HTTP/1.1 or HTTP/1.0."
        raise HttpRefusal(505, "HTTP_VERSION", message, headers=close)
    if "transfer-encoding" in headers and "content-length" in headers:
        message = "Content-Length and Transfer-Encoding are not sent together."
        raise HttpRefusal(400, "FRAMING", message, headers=close)
    if "transfer-encoding" in headers and scope.get("http_version") == "1.0":
        message = "Transfer-Encoding is not sent in a request of HTTP/1.0."
        raise HttpRefusal(400, "FRAMING", message, headers=close)
