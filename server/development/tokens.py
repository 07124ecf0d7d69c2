"""POST /dev/token: sign in as anybody, for programs on the same machine, in development alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from engine.deadline import Deadline
from server.development.issuer import LIFETIME_SECONDS, DevelopmentIssuer, UnknownPerson
from server.development.locality import require_local
from server.http.bodies import Disconnected, read_body, read_object
from server.http.negotiation import require_json
from server.http.replies import HttpRefusal, Reply, encoded

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from server.settings.fields import HttpLimits


class DevelopmentTokens:
    """Answers `{"handle"}`, or `{"subject", "email"}`, with a token."""

    def __init__(self, issuer: DevelopmentIssuer, limits: HttpLimits) -> None:
        """Take the issuer that signs."""
        self._issuer = issuer
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            reply = await self._answered(scope, receive)
        except Disconnected:
            return
        except HttpRefusal as refusal:
            reply = Reply(refusal.status, encoded(refusal.payload()), headers=refusal.headers)
        await reply.send(send)

    async def _answered(self, scope: Scope, receive: Receive) -> Reply:
        headers = Headers(scope=scope)
        if scope["method"] != "POST":
            message = "Ask for a token by POST."
            raise HttpRefusal(405, "METHOD", message, headers={"allow": "POST"})
        require_local(scope, headers)
        require_json(headers)
        deadline = Deadline(self._limits.receive_seconds)
        sent = read_object(await read_body(receive, headers, self._limits, deadline), self._limits)
        return Reply(200, encoded({"token": self._token(sent), "expiresIn": LIFETIME_SECONDS}))

    def _token(self, sent: dict[str, object]) -> str:
        try:
            match sent:
                case {"handle": str(handle), **rest} if not rest:
                    return self._issuer.token_for(handle)
                case {"subject": str(subject), "email": str(email), **rest} if not rest:
                    return self._issuer.token(subject, email)
        except UnknownPerson as unknown:
            raise HttpRefusal(400, "PERSON", str(unknown)) from None
        message = "Send either 'handle', or 'subject' and 'email', each as a string."
        raise HttpRefusal(400, "REQUEST_KEY", message)
