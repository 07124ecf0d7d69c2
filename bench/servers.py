"""The servers that are compared, each started as a process of its own over the same database."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import jwt

from engine.clock import SystemClock
from server.development.issuer import DevelopmentIssuer

ROOT = Path(__file__).parent.parent

_SECRET = "a secret that the peers of one run share, of 32 bytes or more"  # noqa: S105 - of no use
_SECONDS_TO_START = 60
_LIFETIME_SECONDS = 3_600
_NODE = (str(ROOT / ".venv" / "node" / "node"), str(ROOT / "bench" / "peers" / "mercurius.mjs"))
_PYTHON = (sys.executable, "-m", "bench.serve")


@dataclass(frozen=True, slots=True)
class Kind:
    """A server of the comparison; the peers come with a statement about grants, and without."""

    name: str
    command: tuple[str, ...]
    grants: bool = False
    peer: bool = True


FIELDGATE = Kind("Fieldgate", (*_PYTHON, "fieldgate"), grants=True, peer=False)
KINDS = (
    FIELDGATE,
    Kind("Mercurius", _NODE),
    Kind("Mercurius, grants read", _NODE, grants=True),
    Kind("Strawberry", (*_PYTHON, "strawberry")),
    Kind("Strawberry, grants read", (*_PYTHON, "strawberry"), grants=True),
)
"""Fieldgate, and its peers: believing the token, then asking the database as Fieldgate does."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What the peers' tokens say of a caller; Fieldgate's say nothing but who it is."""

    subject: str
    user: str
    role: str
    organisations: tuple[str, ...]


class Server:
    """A running server."""

    def __init__(
        self, kind: Kind, port: int, process: subprocess.Popen[bytes], state: Path
    ) -> None:
        """Take the process, and where Fieldgate keeps the key that signs its tokens."""
        self.kind = kind
        self.port = port
        self.pid = process.pid
        self.process = process
        self._state = state

    def token(self, claims: Claims) -> str:
        """Return a token that this server accepts."""
        if not self.kind.peer:
            issuer = DevelopmentIssuer.load(self._state, SystemClock())
            return issuer.token(claims.subject, f"{claims.subject}@example.test")
        said = {
            "sub": claims.subject,
            "user": claims.user,
            "role": claims.role,
            "organisations": claims.organisations,
            "exp": int(time.time()) + _LIFETIME_SECONDS,
        }
        return jwt.encode(said, _SECRET, algorithm="HS256")


@asynccontextmanager
async def running(
    url: str, folder: Path, kinds: tuple[Kind, ...] = KINDS
) -> AsyncIterator[list[Server]]:
    """Run the servers until the block ends."""
    started: list[Server] = []
    try:
        started.extend(_start(kind, url, folder) for kind in kinds)
        for server in started:
            await _accepts(server, folder)
        yield started
    finally:
        for server in started:
            server.process.terminate()
        for server in started:
            server.process.wait()


def _start(kind: Kind, url: str, folder: Path) -> Server:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment: Mapping[str, str] = {
        "PATH": os.environ["PATH"],
        "NODE_ENV": "production",
        "BENCH_DATABASE_URL": url,
        "BENCH_PORT": str(port),
        "BENCH_SECRET": _SECRET,
        "BENCH_STATE": str(folder),
        **({"BENCH_GRANTS": "1"} if kind.grants else {}),
    }
    with _log(folder, port).open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            kind.command, env=dict(environment), cwd=ROOT, stdout=output, stderr=output
        )
    return Server(kind, port, process, folder)


async def _accepts(server: Server, folder: Path) -> None:
    """Wait until the server takes a connection."""
    deadline = time.monotonic() + _SECONDS_TO_START
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        except OSError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                log = _log(folder, server.port).read_text()
                raise RuntimeError(f"{server.kind.name} did not start:\n{log}") from None
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


def _log(folder: Path, port: int) -> Path:
    return folder / f"server-{port}.log"
