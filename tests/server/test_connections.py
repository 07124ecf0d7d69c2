"""What a client can do to a connection: be late, never read, send on, leave, or open too many."""

import asyncio
import json
import re
from contextlib import asynccontextmanager

import pytest

from servers import serving

QUERY = json.dumps({"query": "{ me { name } }"})
HEAD = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
CHUNKED = f"{HEAD}Transfer-Encoding: chunked\r\n\r\n"
INNER = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
ONCE = INNER.replace("Host", "Connection: close\r\nHost")
PATIENCE = 20
"""How long a test waits for what has to come, in seconds: far longer than it takes."""


pytestmark = pytest.mark.parametrize("own_world", ["sqlite"], indirect=True)


@asynccontextmanager
async def connected(server, **limits):
    reader, writer = await asyncio.open_connection(*server.address, **limits)
    try:
        yield reader, writer
    finally:
        writer.close()


async def until_closed(reader) -> bytes:
    """All that comes until the server closes the connection; a reset closes it, too."""
    received = b""
    async with asyncio.timeout(PATIENCE):
        try:
            while chunk := await reader.read(65_536):
                received += chunk
        except ConnectionError:
            pass
    return received


def statuses(received: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


async def asked(server, *packets: str) -> list[int]:
    """The statuses of all answers to what is sent, once the server has closed the connection."""
    async with connected(server) as (reader, writer):
        for packet in packets:
            writer.write(packet.encode())
            await writer.drain()
        return statuses(await until_closed(reader))


def log_of(world) -> list[dict[str, object]]:
    [log] = world.folder.glob("server-*.log")
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


async def test_what_is_refused_with_its_body_unread_is_read_no_further(world):
    async with serving(world) as server:
        bearer = f"Authorization: Bearer {await server.token('olga')}\r\n"
        started = f"{HEAD}{{}}Content-Length: 200000\r\n\r\n" + "x" * 1000
        plain = started.replace("application/json", "text/plain")
        refused = {
            CHUNKED + "1\r\n{\r\n": 401,
            started.format("") + INNER: 401,
            started.format("").replace("POST", "PUT"): 405,
            plain.format(bearer): 415,
            f"{HEAD}{bearer}Content-Length: 10000000\r\n\r\n": 413,
            started.format("").replace("/graphql", "/nothing"): 404,
            started.format("").replace("/graphql", "/healthz"): 405,
            started.format("").replace("POST /graphql", "GET /documents/x"): 404,
        }
        for sent, status in refused.items():
            assert await asked(server, sent) == [status], sent


async def test_a_client_that_sends_on_is_heard_no_longer_and_still_told_why(world):
    async with serving(world) as server, connected(server) as (reader, writer):
        writer.write(CHUNKED.encode())
        sent, refused = 0, b""
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(ConnectionError):  # noqa: PT012 - it ends while more is sent
                while True:  # what is sent after the answer is dropped, and then the connection is
                    writer.write(b"1\r\nx\r\n" * 2_000)
                    await writer.drain()
                    sent += 2_000
                    if not refused:
                        refused = await reader.read(65_536)
        assert statuses(refused) == [401]
        assert sent < 10_000_000  # a bounded part, and what the sockets' buffers hold


async def test_a_request_that_could_be_read_in_two_ways_is_refused(world):
    async with serving(world) as server:
        bearer = f"Authorization: Bearer {await server.token('olga')}\r\n"
        both = f"{HEAD}{bearer}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        assert await asked(server, both + INNER) == [400]
        old = both.replace("Content-Length: 5\r\n", "").replace("HTTP/1.1", "HTTP/1.0")
        assert await asked(server, old + INNER) == [400]
        whole = f"{HEAD}{bearer}Content-Length: {len(QUERY)}\r\n\r\n{QUERY}"
        for version in ("HTTP/3.0", "HTTP/2.0", "HTTP/1.9"):
            assert await asked(server, whole.replace("HTTP/1.1", version) + INNER) == [505]
        assert await asked(server, whole.replace("Host:", "Connection: close\r\nHost:")) == [200]


async def test_a_client_that_will_send_no_more_gets_its_answer(world):
    async with serving(world) as server, connected(server) as (reader, writer):
        bearer = f"Authorization: Bearer {await server.token('olga')}\r\n"
        writer.write(f"{HEAD}{bearer}Content-Length: {len(QUERY)}\r\n\r\n{QUERY}".encode())
        writer.write_eof()
        assert b"Olga" in await until_closed(reader)
    async with serving(world) as server, connected(server) as (reader, writer):
        writer.write(f"{HEAD}{bearer}Content-Length: {len(QUERY)}\r\n\r\n{{".encode())
        writer.write_eof()  # of a request that is not whole
        assert await until_closed(reader) == b""


async def test_who_is_silent_slow_or_never_reads_is_let_go(world):
    patience = {"HEAD_SECONDS": "0.3", "WRITE_SECONDS": "0.3"}
    async with serving(world, **{f"HTTP__{k}": v for k, v in patience.items()}) as server:
        async with connected(server) as (reader, _):
            assert await until_closed(reader) == b""
        async with connected(server) as (reader, writer):
            with pytest.raises(ConnectionError):  # noqa: PT012 - it ends while a header trickles in
                async with asyncio.timeout(PATIENCE):
                    for byte in f"{HEAD}X-Header: {'x' * 1_000}".encode():
                        writer.write(bytes([byte]))
                        await writer.drain()
                        await asyncio.sleep(0.01)
        async with connected(server, limit=1) as (reader, writer):
            ask = f"GET /playground/ HTTP/1.1\r\nHost: {server.url.removeprefix('http://')}\r\n\r\n"
            missing = ask.replace("/playground/", "/" + "x" * 10_000)
            with pytest.raises(ConnectionError):  # noqa: PT012 - it ends while answers pile up
                async with asyncio.timeout(PATIENCE):
                    while True:
                        writer.write(missing.encode() * 50)
                        await writer.drain()
        async with connected(server) as (reader, writer):  # and the others are served
            writer.write(ONCE.encode())
            assert statuses(await until_closed(reader)) == [200]


async def test_there_are_only_so_many_connections(world):
    limits = {"HTTP__CONNECTIONS_PER_ADDRESS": "3", "HTTP__HEAD_SECONDS": "60"}
    async with serving(world, **limits) as server:
        held = [await asyncio.open_connection(*server.address) for _ in range(3)]
        assert await asked(server, INNER) == [503]
        held.pop()[1].close()
        async with asyncio.timeout(PATIENCE):
            while await asked(server, ONCE) != [200]:  # noqa: ASYNC110 - the server's state
                await asyncio.sleep(0.01)
        for _, writer in held:
            writer.close()
        [told, *_] = [line for line in log_of(world) if line["event"] == "connections full"]
        assert told["client"] == "127.0.0.1"
        assert told["reason"] == "CONNECTIONS_PER_ADDRESS"


async def test_a_trusted_proxy_connects_for_many_and_says_for_whom(world):
    limits = {"HTTP__CONNECTIONS_PER_ADDRESS": "1", "TRUSTED_PROXIES": "127.0.0.0/8, 10.0.0.0/8"}
    async with serving(world, **limits) as server, connected(server):
        forwarded = INNER.replace("GET /healthz", "GET /graphql").replace(
            "Host", "X-Forwarded-For: 203.0.113.9, 198.51.100.7, 10.1.2.3\r\nHost"
        )
        async with connected(server) as (reader, writer):
            writer.write(forwarded.encode())
            assert statuses(await reader.read(65_536)) == [405]
        [line] = [line for line in log_of(world) if line["event"] == "refused"]
        assert line["client"] == "198.51.100.7"


async def test_a_refusal_says_in_the_log_whose_it_is(world):
    async with serving(world) as server:
        lying = f"{HEAD}X-Forwarded-For: 192.0.2.1\r\nContent-Length: 2\r\n\r\n{{}}"
        assert await asked(server, lying.replace("Host", "Connection: close\r\nHost")) == [401]
        assert await asked(
            server,
            ONCE.replace("healthz", "documents/x"),
        ) == [404]
        lines = [line for line in log_of(world) if line["event"] in {"refused", "document"}]
        assert [line["client"] for line in lines] == ["127.0.0.1", "127.0.0.1"]
