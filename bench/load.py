"""Load on a server: so many requests over sixteen connections, and the answer to a single one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

CONNECTIONS = 16

_LARGEST_LINE = 1 << 20


class RequestFailed(Exception):
    """A server answered with another status than 200."""

    def __init__(self, head: bytes, body: bytes) -> None:
        """Show the beginning of what it said."""
        super().__init__(f"{head.splitlines()[0].decode()}: {body[:500].decode(errors='replace')}")


def message(body: Mapping[str, Any], token: str) -> bytes:
    """Return the bytes of one request."""
    content = orjson.dumps(body)
    head = (
        "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"accept: application/json\r\nauthorization: Bearer {token}\r\n"
        f"content-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def answer(port: int, request: bytes) -> Any:
    """Send one request and return the JSON of its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LARGEST_LINE)
    try:
        return orjson.loads(await _exchange(reader, writer, request))
    finally:
        writer.close()


async def burden(port: int, request: bytes, times: int) -> None:
    """Send one request so many times, over as many connections as there are or fewer."""
    left = times

    async def one_after_another() -> None:
        nonlocal left
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LARGEST_LINE)
        try:
            while left > 0:
                left -= 1
                await _exchange(reader, writer, request)
        finally:
            writer.close()

    await asyncio.gather(*(one_after_another() for _ in range(min(times, CONNECTIONS))))


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> bytes:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    fields = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
    }
    if b"content-length" in fields:
        body = await reader.readexactly(int(fields[b"content-length"]))
    else:
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:size]
        await reader.readexactly(2)
    if not head.startswith(b"HTTP/1.1 200"):
        raise RequestFailed(head, body)
    return body
