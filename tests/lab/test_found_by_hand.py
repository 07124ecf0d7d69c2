"""What filters, orders, cursors and sums may tell: nothing of what is withheld."""

from __future__ import annotations

import pytest

from asking import Desk, errors_of
from db.types import fold
from lab import rows
from lab.by_hand import CHERRY, DAN, EVERY, NOTES, RECORDS, SAM, codes, cost
from lab.rows import key

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATHS = pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])


FILTERED = """
query ($filter: RecordFilter) {
  records(first: 100, filter: $filter) { totalCount nodes { code } }
}
"""


async def found(desk: Desk, who: str, value: dict, *, plain: bool) -> list[str]:
    """The codes of the records that a filter leaves, of which the total is as many."""
    answer = await desk.ask(who, FILTERED, {"filter": value}, plain=plain)
    assert "errors" not in answer.payload
    page = answer.payload["data"]["records"]
    assert page["totalCount"] == len(page["nodes"])
    return sorted(node["code"] for node in page["nodes"])


# For Sam a cost is known at Cherry alone, and at no other record is anything true of it.
LEAVES = {
    "what must be true": ({"cost": {"gte": 300}}, [n for n in CHERRY if cost(n) >= 300]),
    "what must not": ({"not": {"cost": {"gte": 300}}}, [n for n in CHERRY if cost(n) < 300]),
    "twice not": (
        {"not": {"not": {"cost": {"gte": 300}}}},
        [n for n in CHERRY if cost(n) >= 300],
    ),
    "one of two": (
        {"or": [{"cost": {"gte": 300}}, {"level": {"eq": 0}}]},
        [n for n in SAM if (n in CHERRY and cost(n) >= 300) or n % 8 == 0],
    ),
    "not one of two": (
        {"not": {"or": [{"cost": {"gte": 300}}, {"level": {"eq": 0}}]}},
        [n for n in CHERRY if cost(n) < 300 and n % 8 != 0],
    ),
    "what is null": ({"cost": {"isNull": True}}, []),
    "what is not null": ({"cost": {"isNull": False}}, CHERRY),
    "not what is not null": ({"not": {"cost": {"isNull": False}}}, []),
    "both of two": (
        {"and": [{"cost": {"lt": 300}}, {"level": {"gte": 4}}]},
        [n for n in CHERRY if cost(n) < 300 and n % 8 >= 4],
    ),
    "what takes two rights": ({"not": {"title": {"eq": "nothing"}}}, CHERRY),
    "nothing of none": ({"or": []}, []),
    "everything": ({}, SAM),
}


@PATHS
@pytest.mark.parametrize(("value", "left"), LEAVES.values(), ids=LEAVES)
async def test_a_withheld_value_is_neither_true_nor_false(desk, value, left, plain):
    assert await found(desk, "sam", value, plain=plain) == codes(left)


@PATHS
@pytest.mark.parametrize("text", ["_", "%", "\\", "Z", "É", "nothing", "e%l"])
async def test_a_search_takes_its_words_as_they_are(desk, text, plain):
    """Nothing in a text is a pattern; only the case and the form of letters make no difference."""
    for operator, holds in (("contains", str.__contains__), ("startsWith", str.startswith)):
        left = [n for n in CHERRY if holds(RECORDS[n]["title_sort"], fold(text))]
        assert await found(desk, "cora", {"title": {operator: text}}, plain=plain) == codes(left)


@PATHS
@pytest.mark.parametrize("given", ["2027-03-28T01:30:00", "2026-10-25T01:30:00"])
async def test_a_local_time_that_is_not_once_finds_nothing_and_says_so(desk, given, plain):
    """London's clocks skip the one and show the other twice."""
    for operand in ({"lt": given}, {"in": ["2026-10-25T01:30:00Z", given]}):
        value = {"assessedAt": operand}
        answer = await desk.ask("nia", FILTERED, {"filter": value}, plain=plain)
        [error] = answer.payload["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["extensions"]["input"] == f"filter.assessedAt.{next(iter(operand))}"


@PATHS
async def test_an_instant_without_an_offset_is_londons_in_a_filter(desk, plain):
    for local, in_utc in (("2026-07-01T09:00:00", "2026-07-01T08:00:00Z"), ("2026-12-01T09:00:00", "2026-12-01T09:00:00Z")):  # fmt: skip
        left = [
            await found(desk, "nia", {"assessedAt": {"lt": at}}, plain=plain)
            for at in (local, in_utc)
        ]
        assert left[0] == left[1]


@PATHS
async def test_a_narrowed_answer_says_so_from_the_plan_alone(desk, plain):
    narrowed = [{"coordinate": "Query.records", "argument": "filter.cost"}]
    for who, told in (("sam", narrowed), ("cora", narrowed), ("nia", None)):
        answer = await desk.ask(who, FILTERED, {"filter": {"cost": {"gte": 0}}}, plain=plain)
        assert answer.payload["extensions"]["authorization"].get("narrowed") == told, who


@PATHS
async def test_a_name_that_is_withheld_is_unknown_through_a_relation(desk, plain):
    """Dan sees Birch and Dogwood, and the name of Dogwood alone."""
    value = {"not": {"employer": {"name": {"eq": "Nobody's"}}}}
    assert await found(desk, "dan", value, plain=plain) == codes(n for n in EVERY if n % 5 == 3)


@PATHS
async def test_a_related_row_counts_in_its_own_scope(desk, plain):
    """Cora is shown the published notes of Cherry, and what they weigh."""
    heavy = {
        NOTES.index(note) for note in NOTES if note["published"] and (note["weight"] or 0) >= 2
    }
    of = {(n // 3) * 2 for n in heavy}
    value = {"notes": {"some": {"weight": {"gte": 2}}}}
    assert await found(desk, "cora", value, plain=plain) == codes(n for n in CHERRY if n in of)
    hidden = {(n // 3) * 2 for n in range(len(NOTES)) if (NOTES[n]["weight"] or 0) >= 2}
    assert {n for n in CHERRY if n in hidden} > {n for n in CHERRY if n in of}


@PATHS
async def test_a_gate_stands_in_a_filter_as_in_the_answer(desk, plain):
    """Tariq may list the notes of Birch; that Alder has none so heavy is not his to know."""
    document = """{ organisations(first: 9, filter: { not: { notes: { some: { weight: { gte: 99 } } } } })
      { nodes { id } } }"""
    answer = await desk.ask("tariq", document, plain=plain)
    birch = f"org_{rows.organisation_key('birch')}"
    assert answer.payload["data"]["organisations"]["nodes"] == [{"id": birch}]


REFUSED = {
    "a search": ("eric", {"title": {"contains": "z"}}, "filter.title", "record.search_title"),
    "within not": ("eric", {"not": {"ilr": {"eq": "x"}}}, "filter.not.ilr", "record.read_ilr"),
    "within or": (
        "eric",
        {"or": [{"level": {"eq": 1}}, {"ilr": {"isNull": True}}]},
        "filter.or.ilr",
        "record.read_ilr",
    ),
    "through a relation that one may not list": (
        "eric",
        {"not": {"notes": {"some": {"weight": {"gte": 2}}}}},
        "filter.not.notes.some",
        "note.read_list",
    ),
    "a field that a list leaves out": (
        "dan",
        {"email": {"eq": "learner1@example.test"}},
        "filter.email",
        "record.read_contact",
    ),
}


@PATHS
@pytest.mark.parametrize(("who", "value", "argument", "action"), REFUSED.values(), ids=REFUSED)
async def test_a_filter_by_what_one_reads_nowhere_is_refused_unread(
    desk, who, value, argument, action, plain
):
    statements = []
    desk.database.observer = statements.append
    answer = await desk.ask(who, FILTERED, {"filter": value}, plain=plain)
    desk.database.observer = None
    assert answer.payload["data"] == {"records": None}
    [error] = answer.payload["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["extensions"]["argument"] == argument
    assert error["extensions"]["action"] == action
    assert not any("lab_records" in text for text in statements)


async def test_a_plan_for_one_shape_of_a_variable_serves_no_other(desk):
    """Each is asked in both orders, so that none is answered by the plan of another."""
    allowed, refused = {"level": {"gte": 0}}, {"ilr": {"eq": "ILR1"}}
    for value in (allowed, refused, allowed, {**allowed, **refused}, allowed):
        answer = await desk.ask("eric", FILTERED, {"filter": value})
        assert ("errors" in answer.payload) == ("ilr" in value)
    for yes, left in ((True, []), (False, CHERRY), (True, [])):
        assert await found(desk, "sam", {"cost": {"isNull": yes}}, plain=False) == codes(left)
    for level in (1, 2, 1):
        wanted = codes(n for n in SAM if n % 8 == level)
        assert await found(desk, "sam", {"level": {"eq": level}}, plain=False) == wanted


ORDERED = """
query ($by: RecordOrder, $first: Int, $after: String, $last: Int, $before: String) {
  records(orderBy: $by, first: $first, after: $after, last: $last, before: $before) {
    nodes { code } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
  }
}
"""


def by_cost(direction: str) -> list[str]:
    """Sam's records: those whose cost he reads in its order, then all others by id."""
    known = sorted(CHERRY, key=lambda n: (cost(n), key("record", n)), reverse=direction == "DESC")
    return codes(known + sorted(set(SAM) - set(CHERRY), key=lambda n: key("record", n)))


@PATHS
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_rows_whose_key_is_withheld_stand_last_by_their_id(desk, direction, plain):
    given = {"by": {"field": "COST", "direction": direction}}
    whole = await desk.ask("sam", ORDERED, {**given, "first": 100}, plain=plain)
    assert [n["code"] for n in whole.payload["data"]["records"]["nodes"]] == by_cost(direction)
    back = await desk.ask("sam", ORDERED, {**given, "last": 100}, plain=plain)
    assert back.payload["data"] == whole.payload["data"]
    walked, cursor = [], None
    while True:
        page = await desk.ask("sam", ORDERED, {**given, "first": 7, "after": cursor}, plain=plain)
        found = page.payload["data"]["records"]
        walked += [n["code"] for n in found["nodes"]]
        cursor = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert walked == by_cost(direction)


@PATHS
async def test_a_key_that_is_withheld_on_the_related_row_is_no_key(desk, plain):
    """Dan reads the name of Dogwood: its records are first, and all others stand by their id."""
    given = {"by": {"field": "EMPLOYER_NAME", "direction": "ASC"}, "first": 100}
    answer = await desk.ask("dan", ORDERED, given, plain=plain)
    named = [n for n in DAN if n % 5 == 3]
    runs = [sorted(run, key=lambda n: key("record", n)) for run in (named, set(DAN) - set(named))]
    wanted = codes([n for run in runs for n in run])
    assert [node["code"] for node in answer.payload["data"]["records"]["nodes"]] == wanted


@PATHS
async def test_a_sort_by_what_one_reads_nowhere_is_refused(desk, plain):
    for field, refused in (("LEVEL", False), ("ILR", True), ("LEVEL", False)):
        answer = await desk.ask("eric", ORDERED, {"by": {"field": field}, "first": 9}, plain=plain)
        assert errors_of(answer) == ({"records": "FORBIDDEN"} if refused else {})
        if refused:
            assert answer.payload["errors"][0]["extensions"]["argument"] == "orderBy.field"


CURSORS = """
query ($filter: RecordFilter, $by: RecordOrder, $after: String) {
  records(first: 2, filter: $filter, orderBy: $by, after: $after) { pageInfo { endCursor } }
}
"""


@PATHS
async def test_a_cursor_is_bound_to_filter_and_order(desk, plain):
    given = {"filter": {"level": {"gte": 1}}, "by": {"field": "COST", "direction": "ASC"}}
    first = await desk.ask("sam", CURSORS, given, plain=plain)
    after = {"after": first.payload["data"]["records"]["pageInfo"]["endCursor"]}
    assert "errors" not in (await desk.ask("sam", CURSORS, given | after, plain=plain)).payload
    for other in (
        {"filter": {"level": {"gte": 2}}},
        {"filter": {"level": {"gt": 1}}},
        {"filter": {}},
        {"by": {"field": "COST", "direction": "DESC"}},
        {"by": {"field": "LEVEL", "direction": "ASC"}},
    ):
        elsewhere = await desk.ask("sam", CURSORS, given | after | other, plain=plain)
        assert errors_of(elsewhere) == {"records": "BAD_USER_INPUT"}, other
        assert elsewhere.payload["errors"][0]["extensions"]["reason"] == "CURSOR"


@PATHS
async def test_sums_are_of_what_may_be_read_in_sight(desk, plain):
    document = "{ recordTotals { count cost { count sum min max } } }"
    of_sam = await desk.ask("sam", document, plain=plain)
    costs = [cost(n) for n in CHERRY]
    assert of_sam.payload["data"]["recordTotals"] == {
        "count": len(SAM),
        "cost": {"count": len(costs), "sum": sum(costs), "min": min(costs), "max": max(costs)},
    }
    of_eric = await desk.ask("eric", document, plain=plain)
    assert of_eric.payload["data"]["recordTotals"]["cost"] is None
    assert errors_of(of_eric) == {"recordTotals.cost": "FORBIDDEN"}
