"""Filling a database from the command line, with a bar for what takes long."""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from db.seed.demo import seed_demo
from db.seed.generate import seed_big
from server.settings.model import Settings, SettingsError


def refuse_made_up_people(settings: Settings) -> None:
    """Raise SettingsError in production, where a made-up subject could be a real one."""
    if not settings.development:
        raise SettingsError("Only the development profile fills a database with made-up people.")


def fill_with_demo(url: str) -> None:
    """Write the demo world; a database that holds rows raises NotEmpty."""
    asyncio.run(seed_demo(url))


def fill_with_big(url: str, records: int, seed: int) -> None:
    """Write a generated world of so many records; a database that holds rows raises NotEmpty."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True))
    task = bar.add_task("Records", total=records)

    def advance(done: int, _total: int) -> None:
        if not bar.live.is_started:  # not sooner: a refused database shows no bar
            bar.start()
        bar.update(task, completed=done)

    try:
        asyncio.run(seed_big(url, records, seed=seed, progress=advance))
    finally:
        if bar.live.is_started:
            bar.stop()
