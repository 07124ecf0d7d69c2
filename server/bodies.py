"""Bodies of requests: read within limits, and JSON in which every string is clean text."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from typing import TYPE_CHECKING

import orjson

from server.replies import HttpRefusal

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Receive

    from server.settings import HttpLimits

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Disconnected(Exception):
    """The client went away before its request was whole; nobody waits for an answer."""


async def read_body(receive: Receive, headers: Headers, limits: HttpLimits) -> bytes:
    """Return the whole body, or raise a 413 or 408 without having kept more than the limit."""
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limits.body_bytes:
        raise _too_large(limits)
    try:
        async with asyncio.timeout(limits.receive_seconds):
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
    return {_clean_key(key): _clean(part, limits.json_depth) for key, part in value.items()}


def _clean(value: object, depth: int) -> object:
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, list | dict):
        if depth == 0:
            raise HttpRefusal(400, "JSON_DEPTH", "The body's JSON is nested too deep.")
        if isinstance(value, list):
            return [_clean(part, depth - 1) for part in value]
        return {_clean_key(key): _clean(part, depth - 1) for key, part in value.items()}
    return value


def _clean_text(text: str) -> str:
    if _CONTROL.search(text):
        raise HttpRefusal(
            400, "CONTROL_CHARACTER", "A text in the request holds a control character."
        )
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _clean_key(key: str) -> str:
    """Refuse what a text must not hold; keys are names and are left as they are spelt."""
    _clean_text(key)
    return key
