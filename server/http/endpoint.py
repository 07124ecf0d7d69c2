"""POST /graphql: token, negotiation, body, operation, and one line in the log."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from authz.rows.principal import Unauthenticated
from db.drivers.faults import NotAnswered
from engine.deadline import Deadline
from engine.engine import Answer, Engine, OperationReport
from server.auth.tokens import TokenRefused, TokenVerifier
from server.http.addresses import client_of, neighbourhood
from server.http.bodies import Disconnected, read_body
from server.http.disconnecting import while_connected
from server.http.negotiation import answer_media_type, idempotency_key, require_json
from server.http.replies import JSON, HttpRefusal, Reply, encoded, internal_error, masked, too_large
from server.http.requests import operation_request
from server.logs import LOGGER

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from authz.rows.principal import Identity
    from engine.limits import Limits
    from server.http.addresses import Network
    from server.http.outages import Outages
    from server.settings.fields import HttpLimits

Observer = Callable[[OperationReport], None]

_OK, _BAD_REQUEST, _INTERNAL = 200, 400, 500


class GraphQLEndpoint:
    """The one ASGI endpoint that operations come in by."""

    def __init__(
        self,
        engine: Engine,
        verifier: TokenVerifier,
        limits: HttpLimits,
        *,
        operations: Limits,
        outages: Outages,
        trusted_proxies: Sequence[Network] = (),
        observer: Observer | None = None,
    ) -> None:
        """Take what runs operations, what proves identities, and who wants each report."""
        self._trusted_proxies = trusted_proxies
        self._operations = operations
        self._outages = outages
        self._engine = engine
        self._verifier = verifier
        self._limits = limits
        self._observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong, the answer is one a client can read."""
        request_id = secrets.token_hex(8)
        headers = Headers(scope=scope)
        deadline = Deadline(self._operations.operation_seconds)
        client = client_of(scope, self._trusted_proxies)
        try:
            reply = await self._answered(
                scope["method"], headers, receive, request_id, deadline, client
            )
        except Disconnected:
            return
        except NotAnswered as fault:
            refusal = self._outages.refusal(fault)
            reply = Reply(
                refusal.status, encoded(refusal.payload()), _media_type(headers), refusal.headers
            )
        except HttpRefusal as refusal:
            _log("refused", request_id, status=refusal.status, reason=refusal.reason, client=client)
            reply = Reply(
                refusal.status, encoded(refusal.payload()), _media_type(headers), refusal.headers
            )
        except Exception:  # noqa: BLE001 - the last mask: a fault of ours says nothing of itself
            LOGGER.exception("fault", extra={"fields": {"requestId": request_id}})
            payload = {"errors": [internal_error(request_id)]}
            reply = Reply(_INTERNAL, encoded(payload), _media_type(headers))
        with suppress(TimeoutError):  # the server closes a connection whose answer is not whole
            async with deadline.after(self._limits.write_seconds):
                await reply.send(send, {"x-request-id": request_id})

    async def _answered(
        self,
        method: str,
        headers: Headers,
        receive: Receive,
        request_id: str,
        deadline: Deadline,
        client: str | None,
    ) -> Reply:
        if method != "POST":
            message = "Send operations by POST."
            raise HttpRefusal(405, "METHOD", message, headers={"allow": "POST"})
        identity = self._identity(headers)
        media_type = answer_media_type(headers)
        require_json(headers)
        key = idempotency_key(headers)
        body = await read_body(receive, headers, self._limits, deadline)
        request = replace(
            operation_request(body, self._limits),
            request_id=request_id,
            idempotency_key=key,
            deadline=deadline,
            address=None if client is None else neighbourhood(client),
        )
        began = time.perf_counter()
        try:
            async with while_connected(receive):
                answer = await self._engine.execute(request, identity)
        except Unauthenticated as refused:
            raise _unauthenticated(refused.reason) from None
        reply = self._reply(answer, media_type, request_id)
        self._report(answer.report, request_id, reply.status, time.perf_counter() - began)
        return reply

    def _identity(self, headers: Headers) -> Identity:
        """Return who the bearer token is about, before anything else of the request is read."""
        try:
            return self._verifier.verify(_bearer(headers))
        except TokenRefused as refused:
            raise _unauthenticated(refused.reason) from None

    def _reply(self, answer: Answer, media_type: str, request_id: str) -> Reply:
        """Write an answer; plain JSON knows no 400 for a request that was well-formed HTTP."""
        status, body = answer.status, encoded(masked(answer.payload, request_id))
        if len(body) > self._operations.response_bytes:
            told = too_large(self._operations.response_bytes, len(body), answer.changes)
            status, body = _BAD_REQUEST, encoded(told)
            answer.report.codes = ("RESPONSE_TOO_LARGE",)
        if media_type == JSON and status == _BAD_REQUEST:
            status = _OK
        return Reply(status, body, media_type)

    def _report(
        self, report: OperationReport, request_id: str, status: int, seconds: float
    ) -> None:
        _log(
            "operation",
            request_id,
            status=status,
            # before the document is known, the name is only what somebody sent
            operation=report.operation_name if report.document_hash else None,
            document=report.document_hash,
            subject=report.subject,
            plan=report.plan,
            decisions=report.decisions,
            statements=report.statements,
            codes=report.codes,
            milliseconds=round(seconds * 1000, 2),
        )
        if self._observer is not None:
            self._observer(report)


def _bearer(headers: Headers) -> str:
    sent = headers.getlist("authorization")
    if len(sent) != 1:
        raise TokenRefused("missing" if not sent else "scheme")
    scheme, _, token = sent[0].partition(" ")
    if scheme.lower() != "bearer":
        raise TokenRefused("scheme")
    return token.strip(" ")


def _unauthenticated(reason: str) -> HttpRefusal:
    """Return the one refusal of every token and status; the reason is for the log."""
    return HttpRefusal(
        401,
        reason,
        "Send a valid access token of a person who may sign in, as Authorization: Bearer.",
        code="UNAUTHENTICATED",
        headers={"www-authenticate": "Bearer"},
    )


def _media_type(headers: Headers) -> str:
    """Return the type for a refusal: what the client asked for, where that can be had."""
    try:
        return answer_media_type(headers)
    except HttpRefusal:
        return JSON


def _log(event: str, request_id: str, **fields: object) -> None:
    LOGGER.info(event, extra={"fields": {"requestId": request_id, **fields}})
