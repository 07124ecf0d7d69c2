"""Whether a page, a count and a filtered page stay what they cost while the tables grow.

Who asks sees equally many rows at every size, so the statements should cost the same. They are
taken from the engine's own run and then repeated on the bare driver, size after size in turn.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from authz.rows.principal import Identity
from bench.probes import BATCHES, PostgresqlProbe, Probe, SqliteProbe
from bench.recording import RecordingDatabase
from bench.schema import bench_domain
from bench.worlds import fill, seeded
from engine.clock import SystemClock
from engine.downloads import Downloads
from engine.engine import Engine, OperationRequest
from engine.limits import Limits

if TYPE_CHECKING:
    from bench.recording import Ran
    from pgcluster import Cluster

PEOPLE = {"one path": "bench-one-path", "five paths": "bench-five-paths"}
_ROWS = "(first: 50) { nodes { id firstName lastName dateOfBirth standardTitle status } }"
ASKED = {
    "page by id": "{ records" + _ROWS + " }",
    "page by name": "{ recordsByName" + _ROWS + " }",
    "filtered page": '{ records(filter: {status: {eq: "PAUSED"}}, ' + _ROWS[1:] + " }",
    "count": "{ records(first: 0) { totalCount } }",
}
_KEY = bytes(64)


class GrowingAnswer(Exception):
    """An answer changed with the size of the world, so its cost says nothing."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What the statements of one question cost at each size, in milliseconds."""

    database: str
    asked: str
    who: str
    costs: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """How many times the cost at the smallest size that at the largest is."""
        return self.costs[-1] / self.costs[0]


async def grow(cluster: Cluster, sizes: Sequence[int], rounds: int) -> list[Growth]:
    """Return what each question costs each person at each size, on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        files = [f"sqlite:///{Path(folder) / f'big-{size}.db'}" for size in sizes]
        names = []
        for size, file in zip(sizes, files, strict=True):
            name, _ = await asyncio.gather(seeded(cluster, size), fill(file, size))
            names.append(name)
        found = await measured("postgresql", names, rounds)
        return [*found, *await measured("sqlite", files, rounds)]


async def measured(kind: str, worlds: Sequence[str], rounds: int) -> list[Growth]:
    """Return what each question costs in worlds of one kind of database, given by address."""
    open_probe = PostgresqlProbe.open if kind == "postgresql" else SqliteProbe.open
    probes: list[Probe] = [await open_probe(url) for url in worlds]
    found = []
    try:
        for asked, document in ASKED.items():
            for who, subject in PEOPLE.items():
                ran = await _same_everywhere(worlds, subject, document)
                costs = await _repeated(probes, ran, rounds)
                found.append(Growth(kind, asked, who, costs))
    finally:
        for probe in probes:
            await probe.close()
    return found


async def _same_everywhere(
    worlds: Sequence[str], subject: str, document: str
) -> list[Sequence[Ran]]:
    """Return the statements that an operation runs in each world, once the answers are equal."""
    asked = [await _asked(url, subject, document) for url in worlds]
    for url, (data, _) in zip(worlds, asked, strict=True):
        if data != asked[0][0]:
            raise GrowingAnswer(f"{subject} is not told by {url} what the smallest world tells.")
    return [ran for _, ran in asked]


async def _asked(url: str, subject: str, document: str) -> tuple[Any, Sequence[Ran]]:
    database = RecordingDatabase(url)
    domain = bench_domain()
    engine = Engine(
        schema=domain.schema,
        policy=domain.policy,
        scopes=domain.scopes,
        database=database,
        limits=Limits(),
        cursor_keys=(_KEY,),
        downloads=Downloads((_KEY,)),
        clock=SystemClock(),
    )
    await database.connect()
    try:
        answer = await engine.execute(OperationRequest(document), Identity(subject))
    finally:
        await database.close()
    return answer.payload["data"], database.ran[1:]  # the first asks for the grants


async def _repeated(
    probes: Sequence[Probe], ran: Sequence[Sequence[Ran]], rounds: int
) -> tuple[float, ...]:
    """Return what statements cost at each size: the least disturbed of all batches counts."""
    costs: dict[int, list[float]] = defaultdict(list)
    for _ in range(rounds + 1):
        for place, (probe, statements) in enumerate(zip(probes, ran, strict=True)):
            batches = [await probe.cost(statements) for _ in range(BATCHES)]
            costs[place].append(min(batches))
    return tuple(min(each[1:]) for each in costs.values())  # the first was to warm
