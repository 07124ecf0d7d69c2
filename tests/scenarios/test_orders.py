"""Orders: a withheld key tells nothing, and pages of what was found walk one list both ways."""

from __future__ import annotations

import pytest

from scenarios.finding import BY_EMAIL, IN_SIGHT, PEOPLE, asker, found
from scenarios.rows import names


@pytest.mark.parametrize("who", ["tariq", "vera"])
async def test_a_total_is_the_rows_of_all_pages(shared_world, who):
    client = await asker(shared_world, who)
    for given, order in (
        ({}, {"field": "EMAIL"}),
        (BY_EMAIL, None),
        ({"not": {"name": {"startsWith": "o"}}}, {"field": "EMAIL", "direction": "DESC"}),
        ({"or": []}, {"field": "NAME"}),
    ):
        asked = {"filter": given, "order": order}
        assert await walked(client, asked, 2) == await found(client, given, order)


async def walked(client, asked, size):
    """Return the names on all pages of a size, and hold the pages read backwards against them."""
    roads = []
    for size_of, cursor_of, more, end in (
        ("first", "after", "hasNextPage", "endCursor"),
        ("last", "before", "hasPreviousPage", "startCursor"),
    ):
        pages, cursor = [], None
        while True:
            given = {**asked, size_of: size, cursor_of: cursor}
            page = (await client.ask(PEOPLE, given)).data["page"]
            pages.append(names(page["edges"], "node", "name"))
            if not page["pageInfo"][more]:
                break
            cursor = page["pageInfo"][end]
        road = pages if size_of == "first" else pages[::-1]
        roads.append([name for names_ in road for name in names_])
        assert sum(map(len, pages)) == page["totalCount"]
    assert roads[0] == roads[1]
    return roads[0]


@pytest.mark.parametrize("who", ["olga", "tariq", "vera", "robin", "aisha"])
async def test_rows_whose_key_is_withheld_come_last_by_id_either_way(shared_world, who):
    in_sight, readable = (text.split() for text in IN_SIGHT[who])
    client = await asker(shared_world, who)
    people = (await client.ask(PEOPLE, {"first": 100})).data["page"]["edges"]
    ids = {edge["node"]["name"]: edge["node"]["id"] for edge in people}
    last = sorted(set(in_sight) - set(readable), key=ids.__getitem__)
    rising = await found(client, None, {"field": "EMAIL"})
    falling = await found(client, None, {"field": "EMAIL", "direction": "DESC"})
    assert rising == [*readable, *last]
    assert falling == [*readable[::-1], *last]
    assert await found(client, None, {"field": "NAME", "direction": "DESC"}) == in_sight[::-1]


async def test_every_cursor_leads_on_over_both_segments(shared_world):
    client = await shared_world.client("tariq")
    asked = {"order": {"field": "EMAIL", "direction": "DESC"}}
    whole = (await client.ask(PEOPLE, {**asked, "first": 100})).data["page"]["edges"]
    assert len(whole) == 8
    for place, edge in enumerate(whole):
        behind = await client.ask(PEOPLE, {**asked, "first": 100, "after": edge["cursor"]})
        ahead = await client.ask(PEOPLE, {**asked, "last": 100, "before": edge["cursor"]})
        assert behind.data["page"]["edges"] == whole[place + 1 :]
        assert ahead.data["page"]["edges"] == whole[:place]


async def test_a_cursor_is_of_one_filter_one_order_and_one_person(shared_world):
    olga, otis = await shared_world.client("olga"), await shared_world.client("otis")
    own = {"filter": BY_EMAIL, "order": {"field": "EMAIL"}}
    others = [
        {**own, "filter": {}},
        {**own, "filter": {"email": {"contains": "@example"}}},
        {**own, "filter": {"not": BY_EMAIL}},
        {**own, "order": None},
        {**own, "order": {"field": "EMAIL", "direction": "DESC"}},
        {**own, "order": {"field": "NAME"}},
    ]
    page = (await olga.ask(PEOPLE, {**own, "first": 2})).data["page"]
    for turn, cursor in (("after", "endCursor"), ("before", "startCursor")):
        at = {turn: page["pageInfo"][cursor], ("first" if turn == "after" else "last"): 2}
        assert (await olga.ask(PEOPLE, {**own, **at})).errors == []
        for client, asked in [(otis, own), *((olga, other) for other in others)]:
            reply = await client.ask(PEOPLE, {**asked, **at})
            (error,) = reply.errors
            assert reply.data == {"page": None}
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert error["extensions"]["reason"] == "CURSOR"
