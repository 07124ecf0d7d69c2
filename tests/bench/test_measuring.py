"""The bench's own instruments: processor time, repeated statements, tables."""

import os
import subprocess
import sys
import time

import pytest

from bench import probes, scaling
from bench.cpu import Meter
from bench.scaling import GrowingAnswer, Growth, measured
from bench.tables import grown
from databases import empty_database
from db.seed.generate import seed_big

BUSY = """
import sys, time
while time.process_time() < 0.05:
    pass
print(flush=True)
sys.stdin.read()
"""


def test_the_meter_counts_this_process_and_those_below_it():
    meter = Meter(os.getpid())
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        until = time.process_time() + 0.05
        while time.process_time() < until:
            pass
        assert meter.milliseconds() >= 95
        child.stdin.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def worlds(request, tmp_path):
    """Two worlds in which the people to measure with see the same rows, and one where not."""
    (tmp_path / "small").mkdir()
    async with (
        empty_database(request.param, tmp_path) as full,
        empty_database(request.param, tmp_path / "small") as small,
    ):
        await seed_big(full, 1_600)
        await seed_big(small, 800)
        yield request.param, full, small


async def test_statements_are_repeated_in_each_world_where_the_answers_agree(worlds, monkeypatch):
    monkeypatch.setattr(scaling, "BATCHES", 1)
    monkeypatch.setattr(probes, "_SECONDS", 0.002)
    kind, full, small = worlds
    found = await measured(kind, [full, full], rounds=1)
    assert {each.asked for each in found} == {
        "page by id",
        "page by name",
        "filtered page",
        "count",
    }
    assert {each.who for each in found} == {"one path", "five paths"}
    assert all(cost > 0 for each in found for cost in each.costs)
    with pytest.raises(GrowingAnswer, match="bench-one-path"):
        await measured(kind, [small, full], rounds=1)


def test_a_table_has_a_line_a_question_and_the_growth_last():
    assert grown([10, 100], [Growth("sqlite", "count", "one path", (0.5, 0.6))]) == (
        "| Statements, ms of CPU | 10 records | 100 records | last to first |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| sqlite, count, one path | 0.500 | 0.600 | 1.20 |"
    )
