"""What a socket can send that is no plain request: nothing of it becomes a request, or a header."""

import asyncio
import re

import pytest

from servers import serving

HEAD = (
    "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "{headers}\r\n\r\n"
)
INNER = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
QUERY = '{"query":"{ me { name } }"}'


async def statuses(url: str, *packets: str) -> list[int]:
    """The status of each answer to what is sent, a packet after the other, on one connection."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    received = b""
    try:
        for packet in packets:
            writer.write(packet.encode())
            await writer.drain()
            await asyncio.sleep(0.1)
        async with asyncio.timeout(1):
            while chunk := await reader.read(65_536):
                received += chunk
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


@pytest.mark.parametrize("own_world", ["sqlite"], indirect=True)
async def test_nothing_but_a_request_is_answered(world):
    async with serving(world) as server:
        bearer = f"Authorization: Bearer {await server.token('olga')}"
        length = f"Content-Length: {len(INNER)}"
        for upgrade in ("h2c", "websocket"):
            headers = f"{length}\r\nConnection: Upgrade\r\nUpgrade: {upgrade}"
            head = HEAD.format(headers=headers)
            # the body is what looks like a request, and stays the body of the one before
            assert await statuses(server.url, head, INNER) == [401]
            assert await statuses(server.url, head + INNER) == [401]
        chunked = HEAD.format(headers="Transfer-Encoding: chunked")
        body = f"{len(QUERY):x}\r\n{QUERY}\r\n0\r\n"
        assert await statuses(server.url, f"{chunked}{body}{bearer}\r\n\r\n") == [401]
        signed = HEAD.format(headers=f"{bearer}\r\nTransfer-Encoding: chunked")
        assert await statuses(server.url, f"{signed}{body}\r\n") == [200]
        endless = HEAD.format(headers=f"{bearer}\r\nAccept: {'x' * 1_000_000}")
        assert await statuses(server.url, endless) in ([400], [431], [])
        # and who asks as everybody does is answered, also after another
        plain = HEAD.format(headers=f"{bearer}\r\nContent-Length: {len(QUERY)}") + QUERY
        assert await statuses(server.url, plain, plain) == [200, 200]
