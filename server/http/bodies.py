"""Bodies of requests: read within limits, and JSON in which every string is clean text."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

import orjson

from engine.texts import UnfitText, fit, require_fit
from server.http.replies import HttpRefusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.datastructures import Headers
    from starlette.types import Receive

    from engine.deadline import Deadline
    from server.settings.fields import HttpLimits

_SHOWN = 50
_WITHOUT_TEXT = frozenset({bool, float, int, NoneType})
"""What a long list may hold that is not looked at one by one."""


class Disconnected(Exception):
    """The client went away before its request was whole; nobody waits for an answer."""


async def read_body(
    receive: Receive, headers: Headers, limits: HttpLimits, deadline: Deadline
) -> bytes:
    """Return the whole body, or raise a 413 or 408 without having kept more than the limit."""
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limits.body_bytes:
        raise _too_large(limits)
    try:
        async with deadline.within(limits.receive_seconds):
            return await _read(receive, limits)
    except TimeoutError:
        seconds = limits.receive_seconds
        message = f"The request was not received within {seconds:g} seconds."
        raise HttpRefusal(408, "RECEIVE_TIME", message) from None


async def _read(receive: Receive, limits: HttpLimits) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += message.get("body", b"")
        if len(body) > limits.body_bytes:
            raise _too_large(limits)
        if not message.get("more_body", False):
            return bytes(body)


def _too_large(limits: HttpLimits) -> HttpRefusal:
    return HttpRefusal(
        413, "BODY_BYTES", f"The request is larger than {limits.body_bytes:,} bytes."
    )


def read_object(body: bytes, limits: HttpLimits) -> dict[str, object]:
    """Return the JSON object in a body, its strings in NFC, or raise a 400 that says what it is."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        # Only what and where: orjson's sentence quotes nothing of the body.
        raise HttpRefusal(400, "JSON", f"The body is not JSON in UTF-8: {error}.") from None
    if isinstance(value, list):
        raise HttpRefusal(400, "BATCH", "Batches are not taken: send one request at a time.")
    if not isinstance(value, dict):
        raise HttpRefusal(400, "JSON", "The body must be a JSON object.")
    try:
        return {_fit_key(key): _fit(part, limits.json_depth) for key, part in value.items()}
    except UnfitText as unfit:
        where = ".".join(_where(value) or ())
        message = f"{where} {unfit}" if where else f"A key of the request {unfit}"
        raise HttpRefusal(400, unfit.reason, message) from None


def _fit(value: object, depth: int) -> object:
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, list | dict):
        if depth == 0:
            raise HttpRefusal(400, "JSON_DEPTH", "The body's JSON is nested too deep.")
        if isinstance(value, list):
            return [p if type(p) in _WITHOUT_TEXT else _fit(p, depth - 1) for p in value]
        return {_fit_key(key): _fit(part, depth - 1) for key, part in value.items()}
    return value


def _fit_key(key: str) -> str:
    """Refuse what a text must not hold; keys are names and are left as they are spelt."""
    require_fit(key)
    return key


def _where(value: object) -> tuple[str, ...] | None:
    """Return the path to the first text that is not fit, of a key that to its object."""
    if isinstance(value, str):
        return None if _is_fit(value) else ()
    for key, part in _parts(value):
        if not _is_fit(key):
            return ()
        below = _where(part)
        if below is not None:
            return (key[:_SHOWN], *below)
    return None


def _parts(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((str(number), part) for number, part in enumerate(value))


def _is_fit(text: str) -> bool:
    try:
        require_fit(text)
    except UnfitText:
        return False
    return True
