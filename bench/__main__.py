"""`make bench`: prints the tables of docs/performance.md as this machine gives them."""

from __future__ import annotations

import asyncio
import enum
import os
import platform
from typing import Annotated

import typer

from bench.comparison import Extent, compare
from bench.scaling import grow
from bench.tables import compared, grown
from bench.worlds import postgresql

_FULL = Extent(records=50_000, rounds=5, seconds=0.5)
_QUICK = Extent(records=10_000, rounds=3, seconds=0.2)
_SIZES = (10_000, 100_000, 1_000_000)


class Part(enum.StrEnum):
    """What can be measured alone."""

    PEERS = "peers"
    GROWTH = "growth"


async def _run(part: Part | None, *, quick: bool) -> None:
    extent, sizes = (_QUICK, _SIZES[:-1]) if quick else (_FULL, _SIZES)
    typer.echo(
        f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}\n"
    )
    with postgresql() as cluster:
        if part is not Part.PEERS:
            typer.echo(grown(sizes, await grow(cluster, sizes, extent.rounds * 2)) + "\n")
        if part is not Part.GROWTH:  # last, because it keeps every process on one processor
            typer.echo(compared(await compare(cluster, extent)))


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    *,
    quick: Annotated[bool, typer.Option(help="Smaller worlds, and fewer rounds.")] = False,
    part: Annotated[Part | None, typer.Option("--only", help="One part of it.")] = None,
) -> None:
    """Measure Fieldgate beside its peers, and the same questions in worlds of growing size."""
    asyncio.run(_run(part, quick=quick))


if __name__ == "__main__":
    app()
