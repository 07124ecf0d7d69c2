"""GET /documents/{sealed}: open the seal, decide again, audit, and only then answer."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from authz.rows.grants import GrantReader
from authz.rows.principal import Identity, Unauthenticated
from db.drivers.faults import NotAnswered, TooSlow
from db.models import AuditEvent
from db.types import new_key
from engine.deadline import Deadline
from engine.decider import Decider
from engine.kinds.download import downloads_of
from server.documents.page import STYLE_SOURCE, Page
from server.documents.rows import Refused, Rows
from server.http.addresses import client_of
from server.http.bodies import Disconnected
from server.http.disconnecting import while_connected
from server.http.replies import send_body
from server.logs import LOGGER

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from authz.policy import Policy
    from authz.rows.principal import Principal
    from db.drivers.database import Database
    from engine.catalogue import Catalogue
    from engine.clock import Clock
    from engine.downloads import Downloads, Opened
    from server.http.outages import Outages
    from server.settings.model import Settings

Make = Callable[[Mapping[str, Any], Rows], Awaitable[Page]]

_METHODS = ("GET", "HEAD")
_NO_DOCUMENT = "This link does not open a document. Ask for a new one where you found it.\n"
_FAULT = "Fieldgate failed to answer; the request id finds the fault in its log: {}\n"
_LATE = "The document was not made in time. Open the link again in a moment.\n"
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        f"default-src 'none'; style-src '{STYLE_SOURCE}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; sandbox"
    ),
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: str
    media_type: str = "text/plain"
    headers: Mapping[str, str] | None = None


@dataclass(slots=True)
class _Outcome:
    """What became of one opening, for the audit: filled in as far as it got."""

    user: str | None = None
    page: Page | None = None
    code: str | None = None
    principal: Principal | None = None

    def is_over(self, now: int) -> bool:
        """Tell whether there is a page that its reader may no longer see by the clock."""
        return self.page is not None and self.principal is not None and self.principal.is_over(now)


class DocumentEndpoint:
    """Answers links; the subject in the seal is who acts, with the grants of this instant."""

    def __init__(
        self,
        catalogue: Catalogue,
        policy: Policy,
        database: Database,
        clock: Clock,
        downloads: Downloads,
        documents: Mapping[str, Make],
        settings: Settings,
        outages: Outages,
    ) -> None:
        """Take what decides, and how the document of each kind is made.

        Raises KeyError for a kind that the schema offers and nothing makes.
        """
        self._places = {
            kind: (entity, place, documents[kind])
            for kind, (entity, place) in downloads_of(catalogue).items()
        }
        self._seconds = settings.limits.operation_seconds
        self._seconds_to_send = settings.http.write_seconds
        self._outages = outages
        self._catalogue = catalogue
        self._policy = policy
        self._database = database
        self._clock = clock
        self._downloads = downloads
        self._grants = GrantReader(database)
        self._trusted_proxies = settings.trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a HEAD is decided and audited like the GET that it announces."""
        request_id = secrets.token_hex(8)
        deadline = Deadline(self._seconds)
        try:
            async with deadline.within(), while_connected(receive):
                reply = await self._answered(scope, request_id)
        except Disconnected:
            return
        except (TooSlow, TimeoutError):
            reply = _late(request_id)
        except NotAnswered as fault:
            refusal = self._outages.refusal(fault)
            reply = _Reply(refusal.status, f"{refusal.message}\n", headers=refusal.headers)
        except Exception:  # noqa: BLE001 - the last mask: a fault of ours says nothing of itself
            LOGGER.exception("fault", extra={"fields": {"requestId": request_id}})
            reply = _Reply(500, _FAULT.format(request_id))
        body = reply.body.encode()
        headers = {
            "content-type": f"{reply.media_type}; charset=utf-8",
            "content-length": str(len(body)),
            **_HEADERS,
            **(reply.headers or {}),
            "x-request-id": request_id,
        }
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        start = {"type": "http.response.start", "status": reply.status, "headers": encoded}
        sent = b"" if scope["method"] == "HEAD" else body
        with suppress(TimeoutError):  # the server closes a connection whose answer is not whole
            async with deadline.after(self._seconds_to_send):
                await send(start)
                await send_body(send, sent)

    async def _answered(self, scope: Scope, request_id: str) -> _Reply:
        if scope["method"] not in _METHODS:
            return _Reply(405, "Open a link by GET.\n", headers={"allow": ", ".join(_METHODS)})
        now = self._clock.now()
        client = client_of(scope, self._trusted_proxies)
        opened = self._downloads.open(scope["path_params"]["sealed"], now)
        if opened is None or opened.kind not in self._places:
            _log(request_id, status=404, reason="SEAL", client=client)
            return _Reply(404, _NO_DOCUMENT)
        outcome = await self._read(opened, now)
        await self._audit(opened, outcome, now, request_id)
        if outcome.is_over(self._clock.now()):  # the audit is the last that a document waits for
            outcome.page, outcome.code = None, "NOT_FOUND"
            await self._audit(opened, outcome, self._clock.now(), request_id)
        page = outcome.page
        status = 404 if page is None else 200
        _log(
            request_id,
            status=status,
            reason=outcome.code,
            subject=opened.subject,
            client=client if page is None else None,
        )
        if page is None:
            return _Reply(404, _NO_DOCUMENT)
        disposition = {"content-disposition": f'inline; filename="{page.file_name}"'}
        return _Reply(200, page.html, "text/html", disposition)

    async def _read(self, opened: Opened, now: int) -> _Outcome:
        """Decide the action on the row again, and make the document where it is allowed."""
        entity, place, make = self._places[opened.kind]
        outcome = _Outcome()
        try:
            async with self._database.reading(opened.subject) as reader:
                identity = Identity(opened.subject)
                principal = await self._grants.principal(reader, identity, now)
                outcome.user = principal.user
                decider = Decider(self._policy, principal.fingerprint)
                rows = Rows(self._catalogue, self._database, reader, decider, principal, now)
                row = await rows.opened(entity, place, opened.key)
                outcome.page = await make(row, rows)
                outcome.principal = principal
                if outcome.is_over(self._clock.now()):
                    raise Refused("NOT_FOUND")  # noqa: TRY301 - the window closed meanwhile
        except Unauthenticated:
            outcome.code = "UNAUTHENTICATED"
        except Refused as refused:
            outcome.page, outcome.code = None, refused.code
        return outcome

    async def _audit(self, opened: Opened, outcome: _Outcome, now: int, request_id: str) -> None:
        """Write who opened what, or was refused it; what cannot be written is not answered."""
        entity, field, _ = self._places[opened.kind]
        action = field.guarded.action
        event = AuditEvent(
            id=new_key(),
            at=now,
            request_id=request_id,
            subject=opened.subject,
            user_id=outcome.user,
            action=action,
            source=", ".join(self._policy.sources(action)),
            decision="REFUSED" if outcome.page is None else "ALLOWED",
            code=outcome.code,
            resource_type=entity.name,
            resource_id=opened.key,
            details=orjson.dumps({"document": opened.kind}).decode(),
        )
        place = self._catalogue.organisations_of(entity, [opened.key])
        async with self._database.transaction(opened.subject) as writer:
            # of the row, whether or not it may be read: operators look for what was tried
            if place is not None:
                event.organisation_id = await writer.session.scalar(place)
            writer.session.add(event)


def _late(request_id: str) -> _Reply:
    """Return the answer in place of a document that was not made in time."""
    _log(request_id, status=503, reason="TIME")
    return _Reply(503, _LATE, headers={"retry-after": "1"})


def _log(request_id: str, **fields: object) -> None:
    LOGGER.info("document", extra={"fields": {"requestId": request_id, **fields}})
