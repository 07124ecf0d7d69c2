"""What the headers of a request ask for: media types (GraphQL over HTTP, RFC 9110) and a key."""

from __future__ import annotations

import re
from email.message import Message
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from engine.commands.idempotency import HEADER
from server.http.replies import GRAPHQL, JSON, HttpRefusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import Headers

_SHORT = 256
"""The longest header that is remembered: clients send the same few on every request."""
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_RANGES = {
    GRAPHQL: (GRAPHQL, "application/*", "*/*"),
    JSON: (JSON, "application/*", "*/*"),
}


def answer_media_type(headers: Headers) -> str:
    """Return the type to answer with, or raise a 406.

    Who asks for GraphQL's own type by name gets it unless plain JSON is liked better; who takes
    anything, or does not say, gets plain JSON.
    """
    return _remembered(_answered, ", ".join(headers.getlist("accept")))


def _answered(accept: str) -> str:
    accepted = _accepted(accept)
    if not accepted:
        return JSON
    plain, graphql = _quality(accepted, JSON), _quality(accepted, GRAPHQL)
    if graphql and (graphql >= plain if GRAPHQL in accepted else not plain):
        return GRAPHQL
    if plain:
        return JSON
    raise HttpRefusal(406, "ACCEPT", f"Answers are written as {GRAPHQL} or {JSON} only.")


_Read = TypeVar("_Read")


def _remembered(read: Callable[[str], _Read], header: str) -> _Read:
    """Return what a header says, which a short one has to be read for once."""
    return _kept(read, header) if len(header) <= _SHORT else read(header)


@lru_cache(maxsize=64)
def _kept(read: Callable[[str], _Read], header: str) -> _Read:
    return read(header)


def require_json(headers: Headers) -> None:
    """Raise a 415 unless the body is said to be JSON in UTF-8."""
    media_type, charset = _remembered(_content, ", ".join(headers.getlist("content-type")))
    if media_type != JSON:
        raise HttpRefusal(415, "CONTENT_TYPE", f"Send the request as {JSON}.")
    if charset not in {"utf-8", "utf8"}:
        raise HttpRefusal(415, "CHARSET", "Send the request in UTF-8.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpRefusal(415, "CONTENT_ENCODING", "Send the request uncompressed.")


def idempotency_key(headers: Headers) -> str | None:
    """Return the Idempotency-Key, None where none is sent, or raise a 400; it is taken as it is."""
    sent = headers.getlist(HEADER)
    if not sent:
        return None
    if len(sent) > 1:
        raise HttpRefusal(400, "IDEMPOTENCY_KEY", f"Send {HEADER} once.")
    if not _KEY.fullmatch(sent[0]):
        message = f"{HEADER} is 1 to 255 visible characters of ASCII."
        raise HttpRefusal(400, "IDEMPOTENCY_KEY", message)
    return sent[0]


def _content(header: str) -> tuple[str | None, str | None]:
    """Return the media type and the charset of a content-type header; none for no header."""
    if not header:
        return None, None
    sent = Message()
    sent["content-type"] = header
    return sent.get_content_type(), sent.get_content_charset("utf-8")


def _accepted(header: str) -> dict[str, float]:
    """Return the weight of each media range; one whose weight cannot be read counts as none."""
    accepted: dict[str, float] = {}
    for part in header.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                weight = _weight(value.strip())
        if media:
            accepted[media] = max(weight, accepted.get(media, 0.0))
    return accepted


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def _quality(accepted: dict[str, float], media_type: str) -> float:
    """Return the weight by the most exact range that covers the type, or 0."""
    return next((accepted[name] for name in _RANGES[media_type] if name in accepted), 0.0)
