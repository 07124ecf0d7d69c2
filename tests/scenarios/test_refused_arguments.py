"""Filters and orders by what nobody of the caller's roles may read: refused, and nothing is read."""

from __future__ import annotations

from itertools import pairwise

import pytest
import pytest_asyncio

from lab.serving import build_lab, lab_world
from scenarios.finding import asker

pytestmark = pytest.mark.asyncio(loop_scope="module")

RECORDS = "query ($f: RecordFilter) { records(first: 60, filter: $f) { totalCount nodes { id } } }"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(shared_database):
    """The mask lab, some of whose fields are for nobody at all of some roles."""
    await build_lab(shared_database[1])
    world = lab_world(*shared_database)
    yield world
    await world.close()


# who, what they ask the lab's records by, and the action and argument that are refused
REFUSED = [
    ("olga", 'filter: {region: {eq: "NORTH"}}', "record.read_region", "filter.region"),
    ("olga", "orderBy: {field: ILR}", "record.read_ilr", "orderBy.field"),
    ("eric", 'filter: {title: {eq: "x"}}', "record.search_title", "filter.title"),
    ("eric", "filter: {or: [{level: {eq: 1}}, {cost: {isNull: true}}]}", "record.read_funding", "filter.or.cost"),
    ("eric", "filter: {not: {and: [{ilr: {in: []}}]}}", "record.read_ilr", "filter.not.and.ilr"),
    ("nobody", 'filter: {employer: {name: {eq: "x"}}}', "organisation.read_name", "filter.employer.name"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "argument", "action", "named"), REFUSED)
async def test_an_argument_for_which_no_role_holds_the_right_is_refused_unread(
    lab, who, argument, action, named
):
    client = await asker(lab, who)
    nothing = (await client.ask("{ __typename }")).statements
    document = f"{{ records(first: 5, {argument}) {{ totalCount nodes {{ id }} }} __typename }}"
    for plain in (False, True):
        reply = await client.ask(document, plain=plain)
        (error,) = reply.errors
        assert reply.data == {"records": None, "__typename": "Query"}
        assert error["path"] == ["records"]
        told = error["extensions"]
        assert (told["code"], told["coordinate"]) == ("FORBIDDEN", "Query.records")
        assert (told["action"], told["argument"]) == (action, named)
        assert told["requires"]
        assert reply.statements == nothing


async def test_a_key_that_asks_nothing_is_not_refused(lab):
    client = await asker(lab, "olga")
    everything = (await client.ask(RECORDS)).data["records"]
    for given in ({"region": {}}, {"or": [{"region": {}}]}, {"not": {"region": {}}}):
        reply = await client.ask(RECORDS, {"f": given})
        assert (reply.data, reply.errors) == ({"records": everything}, [])


async def test_a_plan_for_one_key_never_serves_another(lab):
    """One document, its variable now of an allowed key and now of a refused one, in both orders."""
    allowed, refused = {"level": {"eq": 3}}, {"region": {"eq": "NORTH"}}
    nested = {"and": [{"or": [allowed, refused]}]}
    olga, vic = await asker(lab, "olga"), await asker(lab, "vic")  # Vic's area opens the region
    for order in ((allowed, refused, nested), (nested, refused, allowed, refused)):
        document = f"{RECORDS} # {len(order)}"
        for given in order:
            theirs = await vic.ask(document, {"f": given})
            assert theirs.errors == []
            reply = await olga.ask(document, {"f": given})
            if given is allowed:
                assert (reply.errors, reply.data["records"]["totalCount"]) == ([], 3)
            else:
                assert (reply.data, reply.refusals) == ({"records": None}, {"records": "FORBIDDEN"})


async def test_one_shape_with_other_values_is_one_plan_and_another_answer(lab):
    client = await asker(lab, "vic")
    totals = []
    for level in range(8):
        reply = await client.ask(RECORDS, {"f": {"level": {"eq": level}}})
        totals.append(reply.data["records"]["totalCount"])
    assert sum(totals) == (await client.ask(RECORDS)).data["records"]["totalCount"]
    assert any(one != other for one, other in pairwise(totals))
