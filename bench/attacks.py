"""What is done to a server while somebody else asks it: each attack as a client can make it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx

Said = Counter[str]
"""How often the attacker was answered what: a status, a code, or that a connection was closed."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server, and tokens of people who attack it."""

    url: str
    member: str
    """Somebody with several roles."""
    viewer: str
    """Somebody who may read an account and change nothing of it."""
    stranger: str
    """Somebody whose sign-in has no User."""
    account: str
    """The global id of the viewer's account."""
    database: str
    """The address of a PostgreSQL database, or an empty text."""
    until: float
    """When the attack ends, on the clock of `time.monotonic`."""

    def is_over(self) -> bool:
        """Tell whether the time of the attack is over."""
        return time.monotonic() >= self.until

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.url.removeprefix("http://").partition(":")
        return host, int(port)


Attack = Callable[[Target], Coroutine[Any, Any, Said]]
_RENAME = "mutation M($i: RenameAccountInput!) { renameAccount(input: $i) { organisation { id } } }"
_CREATE = "mutation M($i: CreateAccountInput!) { createAccount(input: $i) { organisation { id } } }"
_INVITE = "mutation M($i: InviteUserInput!) { inviteUser(input: $i) { invitation { id } } }"
_PAGES = " ".join(
    f"a{i}: apprenticeRecords(first: 3, filter: $f) {{ nodes {{ id }} }}" for i in range(20)
)
_FILTERED = f"query Q($f: ApprenticeRecordFilter) {{ {_PAGES} }}"
_NOTHING = {"or": [{"lastName": {"contains": 2 * letter}} for letter in "qzxjkvwybfgh"]}
_DEAR = """{ organisations(first: 50) { totalCount nodes { name account { team(first: 20) {
  totalCount nodes { role user { name grants { role organisation { name } } } } } } } } }"""


async def nothing(target: Target) -> Said:
    """Do nothing, for comparison."""
    await asyncio.sleep(max(0.0, target.until - time.monotonic()))
    return Counter()


async def marks(target: Target) -> Said:
    """Send 80 kB of alternating combining characters in a variable that nothing uses (1)."""
    text = "a" + "\u0301\u0316" * 20_000
    given = {"query": "query ($t: String) { me { name } }", "variables": {"t": text}}
    return await _again(target, target.stranger, lambda: given)


async def wrong_items(target: Target) -> Said:
    """Send a list of 60,000 wrong items in a variable (15)."""
    document = "query ($i: [ID!]!) { nodes(ids: $i) { id } }"
    given = {"query": document, "variables": {"i": [1] * 60_000}}
    return await _again(target, target.member, lambda: given)


async def filters(target: Target) -> Said:
    """Ask for twenty pages with a twelve-way filter that finds nothing (12)."""
    given = {"query": _FILTERED, "variables": {"f": _NOTHING}}
    return await _again(target, target.member, lambda: given, clients=5)


async def hanging_up(target: Target) -> Said:
    """Ask what is dear, five at a time, and hang up before it is answered (6)."""
    said: Said = Counter()

    async def one() -> None:
        while not target.is_over():
            async with _client(target.member) as client:
                try:
                    async with asyncio.timeout(0.03):
                        reply = await client.post(f"{target.url}/graphql", json={"query": _DEAR})
                    said[str(reply.status_code)] += 1
                except TimeoutError:
                    said["hung up"] += 1

    await asyncio.gather(*(one() for _ in range(5)))
    return said


async def refused_changes(target: Target) -> Said:
    """Try at full speed to change what one may only read (14)."""
    given = {"organisationId": target.account, "name": "Mine"}
    asked = {"query": _RENAME, "variables": {"i": given}}
    return await _again(target, target.viewer, lambda: asked, clients=4)


async def accounts_and_mails(target: Target) -> Said:
    """Open accounts and invite people, as a stranger and as fast as one can (13)."""
    said: Said = Counter()
    async with _client(target.stranger) as client:
        number = 0
        while not target.is_over():
            number += 1
            sent = {"query": _CREATE, "variables": {"i": {"name": f"Account {number}"}}}
            made = await _asked(client, target, sent, said)
            if not made or not made["createAccount"]:
                continue
            account = made["createAccount"]["organisation"]["id"]
            for guest in range(20):
                given = {
                    "organisationId": account,
                    "email": f"guest-{number}-{guest}@example.test",
                    "name": "Guest",
                    "role": "VIEWER",
                }
                await _asked(client, target, {"query": _INVITE, "variables": {"i": given}}, said)
    return said


async def no_token(target: Target) -> Said:
    """Send requests without a token at full speed (16)."""
    return await _again(target, None, lambda: {"query": "{ me { name } }"}, clients=4)


async def chunks(target: Target) -> Said:
    """Send a body without an end in chunks of one byte, without a token (7)."""
    head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"  # noqa: E501 - one request
    return await _sockets(target, 4, head, b"1\r\nx\r\n" * 2_000)


async def two_readings(target: Target) -> Said:
    """Send a length and chunks in one request, with a second request behind (8)."""
    head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"  # noqa: E501 - one request
    return await _sockets(target, 4, head, b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")


async def silence(target: Target) -> Said:
    """Open connections and send half a head on each (11)."""
    return await _sockets(target, 180, b"POST /graphql HTTP/1.1\r\nHost: x\r\n", b"")


async def locked(target: Target) -> Said:
    """Lock a table that five clients ask for (2), on PostgreSQL."""
    if not target.database:
        return Counter()
    connection = await asyncpg.connect(target.database)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE apprentice_records IN ACCESS EXCLUSIVE MODE")
            given = {"query": "{ apprenticeRecords(first: 1) { nodes { id } } }"}
            return await _again(target, target.member, lambda: given, clients=5)
    finally:
        await connection.close()


ATTACKS: dict[str, Attack] = {
    "nothing": nothing,
    "combining marks": marks,
    "wrong items": wrong_items,
    "twelve-way filters": filters,
    "slow, then gone": hanging_up,
    "a locked table": locked,
    "refused changes": refused_changes,
    "accounts and mails": accounts_and_mails,
    "no token": no_token,
    "one-byte chunks": chunks,
    "two readings": two_readings,
    "silent connections": silence,
}


def _client(token: str | None) -> httpx.AsyncClient:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return httpx.AsyncClient(headers=headers, timeout=60)


async def _again(
    target: Target, token: str | None, given: Callable[[], Any], *, clients: int = 2
) -> Said:
    """Send the same request again and again, with several clients at once."""
    said: Said = Counter()

    async def one() -> None:
        async with _client(token) as client:
            while not target.is_over():
                await _asked(client, target, given(), said)

    await asyncio.gather(*(one() for _ in range(clients)))
    return said


async def _asked(client: httpx.AsyncClient, target: Target, given: Any, said: Said) -> Any:
    """Send one request, count what is said to it, and return its data."""
    try:
        reply = await client.post(f"{target.url}/graphql", json=given)
    except httpx.TransportError:
        said["closed"] += 1
        return None
    with contextlib.suppress(ValueError):
        payload = reply.json()
        codes = {e.get("extensions", {}).get("code", "?") for e in payload.get("errors", ())}
        said[" ".join([str(reply.status_code), *sorted(codes)])] += 1
        return payload.get("data")
    said[str(reply.status_code)] += 1
    return None


async def _sockets(target: Target, number: int, head: bytes, then: bytes) -> Said:
    """Hold so many connections, each with a head and what is sent again and again behind it."""
    said: Said = Counter()

    async def one() -> None:
        while not target.is_over():
            try:
                reader, writer = await asyncio.open_connection(*target.address)
            except OSError:
                said["refused"] += 1
                await asyncio.sleep(0.1)
                continue
            try:
                writer.write(head)
                while not target.is_over() and not reader.at_eof():
                    if then:
                        writer.write(then)
                        await writer.drain()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(0.05):
                            line = (await reader.readline()).decode("latin-1").split(" ")
                            if line[0].startswith("HTTP"):
                                said[line[1]] += 1
            except OSError:
                said["closed"] += 1
            finally:
                writer.close()

    await asyncio.gather(*(one() for _ in range(number)))
    return said
