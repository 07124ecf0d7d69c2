"""`fieldgate serve` as an operator starts it: a process of its own, asked over a real socket."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from worlds import World

PROGRAM = Path(sys.executable).with_name("fieldgate")
_SECONDS_TO_START = 60


@dataclass(frozen=True)
class Server:
    """A running server: its address, and the environment it was started with."""

    url: str
    environment: dict[str, str]

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    async def token(self, handle: str) -> str:
        """What `fieldgate token --as HANDLE` prints."""
        command = await asyncio.create_subprocess_exec(
            *(PROGRAM, "token", "--as", handle),
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await command.communicate()
        assert command.returncode == 0
        return output.decode().removesuffix("\n")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def serving(
    world: World, *, port: int | None = None, **settings: str
) -> AsyncIterator[Server]:
    """Serve a world's database until the block ends, at a free port unless one is given.

    More settings are given by their names.
    """
    port = port or free_port()
    inherited = {"PATH", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"}
    environment = {
        **{name: value for name, value in os.environ.items() if name in inherited},
        "FIELDGATE_DATABASE_URL": world.url,
        "FIELDGATE_PORT": str(port),
        "FIELDGATE_STATE_DIRECTORY": str(world.folder),
        **{f"FIELDGATE_{name}": value for name, value in settings.items()},
    }
    log = world.folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(PROGRAM, "serve"),
            env=environment,
            cwd=world.folder,
            stdout=output,
            stderr=output,
        )
    try:
        server = Server(f"http://127.0.0.1:{port}", environment)
        await _ready(server, process)
        yield server
    except BaseException as error:
        error.add_note(f"The server's log:\n{_text(log)}")
        raise
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _ready(server: Server, process: asyncio.subprocess.Process) -> None:
    """Wait until the server says that it can answer."""
    async with asyncio.timeout(_SECONDS_TO_START), httpx.AsyncClient() as client:
        while process.returncode is None:
            try:
                if (await client.get(f"{server.url}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    raise RuntimeError("The server ended before it could answer.")


def _text(log: Path) -> str:
    return log.read_text()
