"""Fieldgate beside its peers: the answers are held equal first, then each is burdened in turn."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cpu import Meter, pin
from bench.load import CONNECTIONS, answer, burden, message
from bench.questions import CELLS, PEOPLE, Cell, comparable
from bench.servers import FIELDGATE, KINDS, Server, running
from bench.worlds import claims_of, record_for_everybody, seeded

if TYPE_CHECKING:
    from bench.servers import Claims
    from pgcluster import Cluster

_FEWEST, _MOST = 4, 2_000


class DifferentAnswer(Exception):
    """Two servers did not answer alike, so there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor time of one request, in milliseconds."""

    server: float
    database: float


Costs = dict[tuple[str, Cell], list[Cost]]
"""What each round cost, by the name of the server and the question."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: the rounds, and the seconds that each question has in one."""

    records: int
    rounds: int
    seconds: float


class Requests:
    """The bytes to send: what each server is asked, with a token that it accepts."""

    def __init__(self, record: str, claims: dict[str, Claims]) -> None:
        """Take the record that Q1 asks for, and what is known of those who ask."""
        self._record = record
        self._claims = claims

    @classmethod
    async def over(cls, url: str) -> Requests:
        """Read them from a database."""
        claims = {subject: await claims_of(url, subject) for subject in PEOPLE.values()}
        return cls(await record_for_everybody(url), claims)

    def to(self, server: Server, cell: Cell) -> bytes:
        """Return one request."""
        return message(cell.body(self._record), server.token(self._claims[cell.subject]))


async def hold_equal(servers: Sequence[Server], requests: Requests) -> None:
    """Raise DifferentAnswer unless all servers give everybody the same answer to each question."""
    for cell in CELLS:
        answers = [
            comparable(await answer(server.port, requests.to(server, cell))) for server in servers
        ]
        for server, given in zip(servers, answers, strict=True):
            if given != answers[0]:
                first = servers[0].kind.name
                raise DifferentAnswer(f"{cell.name}: {server.kind.name} differs from {first}.")


async def compare(cluster: Cluster, extent: Extent) -> Costs:
    """Return what every round of every question cost each server."""
    url = await seeded(cluster, extent.records)
    requests = await Requests.over(url)
    costs: Costs = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        async with running(url, Path(folder), KINDS) as servers:
            pin(os.getpid(), 1)  # the servers are its children, and are moved behind it
            pin(cluster.pid, 1)
            for server in servers:
                pin(server.pid, 0)
            await hold_equal(servers, requests)
            times = {
                (server.kind.name, cell): await _warm(server, requests.to(server, cell), extent)
                for cell in CELLS
                for server in servers
            }
            for _ in range(extent.rounds):
                for cell in CELLS:
                    for server in servers:
                        place = server.kind.name, cell
                        request = requests.to(server, cell)
                        cost = await _measure(server, cluster.pid, request, times[place])
                        costs[place].append(cost)
    return costs


async def _warm(server: Server, request: bytes, extent: Extent) -> int:
    """Ask until compilers and caches are warm; return how often a round should ask."""
    start = begun = time.perf_counter()
    times, each = _FEWEST, 1.0
    while begun - start < extent.seconds:
        await burden(server.port, request, times)
        now = time.perf_counter()
        each, begun = (now - begun) / times, now
        times = CONNECTIONS if each * CONNECTIONS < extent.seconds else _FEWEST
    return max(_FEWEST, min(_MOST, int(extent.seconds / each)))


async def _measure(server: Server, database: int, request: bytes, times: int) -> Cost:
    on_server, on_database = Meter(server.pid), Meter(database)
    await burden(server.port, request, times)
    return Cost(on_server.milliseconds() / times, on_database.milliseconds() / times)


def median(costs: Iterable[Cost]) -> Cost:
    """Return the median of each part."""
    rounds = list(costs)
    return Cost(
        statistics.median(cost.server for cost in rounds),
        statistics.median(cost.database for cost in rounds),
    )


def ratio(costs: Costs, name: str, cell: Cell) -> Cost:
    """Return how many times Fieldgate's cost a server's is: the median over the rounds."""
    pairs = zip(costs[name, cell], costs[FIELDGATE.name, cell], strict=True)
    return median(
        Cost(theirs.server / ours.server, theirs.database / ours.database) for theirs, ours in pairs
    )
