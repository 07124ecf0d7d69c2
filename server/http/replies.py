"""What leaves the server: bytes, headers, and errors that tell no more than they should."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

import orjson

from engine.errors import Code

if TYPE_CHECKING:
    from starlette.types import Send

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"

INTERNAL = "INTERNAL_SERVER_ERROR"
_TOLD = frozenset(get_args(Code)) - {INTERNAL}
_PIECE = 256 * 1024
_ALWAYS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


class HttpRefusal(Exception):
    """A request that is refused before GraphQL begins: a status, a sentence and a reason."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        code: Code = "BAD_USER_INPUT",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what the reply and the log need."""
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.code = code
        self.message = message
        self.headers = headers or {}

    def payload(self) -> dict[str, object]:
        """Return the body, in the shape of every GraphQL error."""
        extensions: dict[str, str] = {"code": self.code}
        if self.code != "UNAUTHENTICATED":
            extensions["reason"] = self.reason
        return {"errors": [{"message": self.message, "extensions": extensions}]}


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer with a JSON body, never to be stored."""

    status: int
    body: bytes
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send, more: Mapping[str, str] | None = None) -> None:
        """Write it to the client, with more headers."""
        headers = [
            (b"content-type", f"{self.media_type}; charset=utf-8".encode()),
            (b"content-length", str(len(self.body)).encode()),
            *_ALWAYS,
            *(
                (name.encode(), value.encode())
                for name, value in ({**self.headers, **(more or {})}).items()
            ),
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send_body(send, self.body)


async def send_body(send: Send, body: bytes) -> None:
    """Write a body piece by piece: the server lets a client that does not read hold us up."""
    for end in range(_PIECE, len(body), _PIECE):
        piece = body[end - _PIECE : end]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    rest = body[(len(body) - 1) // _PIECE * _PIECE :] if body else b""
    await send({"type": "http.response.body", "body": rest})


def encoded(payload: object) -> bytes:
    """Return a payload as JSON in UTF-8; what is no value of JSON, as what we withhold, raises."""
    return orjson.dumps(payload, option=orjson.OPT_PASSTHROUGH_DATACLASS)


def internal_error(request_id: str) -> dict[str, object]:
    """Return all that a client learns of a fault of ours."""
    return {
        "message": "Fieldgate failed to answer; the request id finds the fault in its log.",
        "extensions": {"code": INTERNAL, "requestId": request_id},
    }


def too_large(limit: int, actual: int, changes: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Return the payload in place of one that is larger than an answer may be.

    Changes that are made all the same are told by their response keys.
    """
    message = f"The answer has {actual:,} of at most {limit:,} bytes: ask for less at a time."
    extensions = {
        "code": "RESPONSE_TOO_LARGE",
        "reason": "BYTES",
        "limit": limit,
        "actual": actual,
    }
    payload: dict[str, object] = {"errors": [{"message": message, "extensions": extensions}]}
    return payload | ({"extensions": {"changes": changes}} if changes else {})


def masked(payload: dict[str, object], request_id: str) -> dict[str, object]:
    """Return a payload in which every error without a code of the closed set says nothing.

    The position of a masked error stays: a client must know which null is not a value.
    """
    errors = payload.get("errors")
    if not isinstance(errors, Sequence) or all(_is_told(error) for error in errors):
        return payload
    return payload | {"errors": [e if _is_told(e) else _mask(e, request_id) for e in errors]}


def _is_told(error: object) -> bool:
    """Whether an error was written for the client."""
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return isinstance(extensions, dict) and extensions.get("code") in _TOLD


def _mask(error: object, request_id: str) -> dict[str, object]:
    position = error if isinstance(error, Mapping) else {}
    kept = {name: position[name] for name in ("path", "locations") if name in position}
    return internal_error(request_id) | kept
