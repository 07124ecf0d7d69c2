"""`make attack`: how soon somebody else is answered while a server is attacked.

A server of the demo world is run on each database. One process attacks it, another asks it
`{ me { name } }` twenty times a second. A reply is timed until its last byte.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import asyncpg
import httpx
import typer

from bench.attacks import ATTACKS, Said, Target
from bench.worlds import postgresql
from engine.clock import SystemClock
from pgcluster import Cluster
from server.development.issuer import DevelopmentIssuer

_PROGRAM = Path(sys.executable).with_name("fieldgate")
_BETWEEN = 0.05
_AIM = 250
"""What the fastest reply of another person is to stay under, in milliseconds."""
_SECONDS_TO_START = 60


@asynccontextmanager
async def _served(url: str, folder: Path) -> AsyncIterator[str]:
    """Serve the demo world at an address until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "FIELDGATE_DATABASE_URL": url,
        "FIELDGATE_PORT": str(port),
        "FIELDGATE_STATE_DIRECTORY": str(folder),
    }
    with (folder / "server.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(_PROGRAM, "serve", "--demo"), env=environment, cwd=folder, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}"
        async with asyncio.timeout(_SECONDS_TO_START), httpx.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"{address}/readyz")).is_success:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        yield address
    finally:
        process.terminate()
        await process.wait()


async def _replies(address: str, token: str, until: float) -> list[float]:
    """Ask as another person until an instant; how long each reply took, in milliseconds."""
    took = []
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(headers=headers, timeout=30) as client:
        while time.monotonic() < until:
            began = time.perf_counter()
            with_body = await client.post(f"{address}/graphql", json={"query": "{ me { name } }"})
            took.append((time.perf_counter() - began) * 1000)
            with_body.raise_for_status()
            await asyncio.sleep(_BETWEEN)
    return took


def _attacked(name: str, target: Target, said: multiprocessing.Queue[Said]) -> None:
    said.put(asyncio.run(ATTACKS[name](target)))


async def _measured(address: str, folder: Path, url: str, name: str, seconds: float) -> str:
    issuer = DevelopmentIssuer.load(folder, SystemClock())

    def token(handle: str) -> str:
        return issuer.token(handle, f"{handle}@example.test")

    account = await _account(address, token("vera"))
    database = url if url.startswith("postgresql") else ""
    people = token("robin"), token("vera"), token(f"stranger-{uuid4().hex[:8]}")
    until = time.monotonic() + seconds
    target = Target(address, *people, account, database, until)
    context = multiprocessing.get_context("spawn")
    said: multiprocessing.Queue[Said] = context.Queue()
    attacker = context.Process(target=_attacked, args=(name, target, said))
    attacker.start()
    took = await _replies(address, token("otis"), until)
    answered = await asyncio.to_thread(said.get, True, 60)  # noqa: FBT003 - its signature
    attacker.join()
    return _row(name, url.partition(":")[0], took, answered)


def _row(name: str, database: str, took: list[float], said: Said) -> str:
    fastest, median, slowest = min(took), statistics.median(took), max(took)
    told = ", ".join(f"{count:,} x {what}" for what, count in Counter(said).most_common(3)) or "-"
    held = "yes" if fastest < _AIM else "NO"
    figures = f"{len(took)} | {fastest:,.0f} | {median:,.0f} | {slowest:,.0f} | {held}"
    return f"| {name} | {database} | {told} | {figures} |"


async def _account(address: str, token: str) -> str:
    headers = {"authorization": f"Bearer {token}"}
    query = "{ organisations(first: 1) { nodes { id } } }"
    async with httpx.AsyncClient(headers=headers) as client:
        reply = await client.post(f"{address}/graphql", json={"query": query})
    return str(reply.json()["data"]["organisations"]["nodes"][0]["id"])


async def _run(names: list[str], seconds: float, cluster: Cluster) -> None:
    with tempfile.TemporaryDirectory() as root:
        database = f"attacked_{uuid4().hex}"
        connection = await asyncpg.connect(cluster.url())
        await connection.execute(f"CREATE DATABASE {database}")
        await connection.close()
        typer.echo(
            "| attack | database | the attacker got | replies | fastest, ms | median, ms |"
            f" slowest, ms | under {_AIM} ms |"
        )
        typer.echo("| --- | --- | --- | ---: | ---: | ---: | ---: | --- |")
        for url in (f"sqlite:///{Path(root) / 'attacked.db'}", cluster.url(database)):
            folder = Path(root) / url.partition(":")[0]
            folder.mkdir()
            for name in names:
                if name == "a locked table" and url.startswith("sqlite"):
                    continue
                async with _served(url, folder) as address:
                    typer.echo(await _measured(address, folder, url, name, seconds))


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    attacks: Annotated[list[str] | None, typer.Argument(help="Some of them, by name.")] = None,
    seconds: Annotated[float, typer.Option(help="How long each of them lasts.")] = 4.0,
) -> None:
    """Attack a server in every way that is known, and print how soon another is answered."""
    names = attacks or list(ATTACKS)
    if unknown := set(names) - ATTACKS.keys():
        raise typer.BadParameter(
            f"There is {', '.join(ATTACKS)}; not {', '.join(sorted(unknown))}."
        )
    with postgresql() as cluster:
        asyncio.run(_run(names, seconds, cluster))


if __name__ == "__main__":
    app()
