"""What is compared is comparable: every server gives everybody the same answers."""

import pytest

from bench.comparison import Cost, DifferentAnswer, Requests, hold_equal, median, ratio
from bench.questions import CELLS, comparable
from bench.servers import FIELDGATE, KINDS, running
from databases import empty_database
from db.seed.generate import seed_big


@pytest.fixture
async def world(tmp_path):
    async with empty_database("postgresql", tmp_path) as url:
        await seed_big(url, 1_500)
        yield url


async def test_all_servers_answer_alike(world, tmp_path):
    requests = await Requests.over(world)
    async with running(world, tmp_path) as servers:
        assert [server.kind for server in servers] == list(KINDS)
        await hold_equal(servers, requests)


async def test_servers_that_answer_differently_are_not_compared(world, tmp_path):
    class Mistaken(Requests):
        def to(self, server, cell):
            asked = CELLS[0] if server.kind is FIELDGATE else cell
            return super().to(server, asked)

    requests = await Mistaken.over(world)
    async with running(world, tmp_path, KINDS[:2]) as servers:
        with pytest.raises(DifferentAnswer, match="Q1c: Mercurius differs from Fieldgate"):
            await hold_equal(servers, requests)


def answer(*, cursor="x", name="Ada", path=("edges", 0, "name")):
    errors = [{"message": cursor, "path": list(path)}] if path else []
    return {"data": {"edges": [{"cursor": cursor, "name": name}]}, "errors": errors}


def test_answers_are_compared_by_their_data_and_the_places_of_their_errors():
    assert comparable(answer()) == comparable(answer(cursor="y"))
    assert comparable(answer()) != comparable(answer(cursor=None))
    assert comparable(answer()) != comparable(answer(name="Grace"))
    assert comparable(answer()) != comparable(answer(path=("edges", 1, "name")))
    assert comparable(answer()) != comparable(answer(path=None))


def test_figures_are_medians_and_ratios_are_taken_round_by_round():
    cell = CELLS[0]
    ours = [Cost(1, 2), Cost(2, 4), Cost(10, 10)]
    theirs = [Cost(3, 2), Cost(2, 8), Cost(40, 50)]
    costs = {(FIELDGATE.name, cell): ours, ("a peer", cell): theirs}
    assert median(ours) == Cost(2, 4)
    assert ratio(costs, "a peer", cell) == Cost(3, 2)
