"""Filters: everybody finds rows by what they may read, and by nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scenarios.finding import BY_EMAIL, IN_SIGHT, PEOPLE, asker, found
from scenarios.rows import add_grant, add_user, names, organisation_key

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("who", IN_SIGHT)
async def test_each_role_finds_people_by_what_it_may_read_of_them(shared_world, who):
    in_sight, readable = (text.split() for text in IN_SIGHT[who])
    client = await asker(shared_world, who)
    assert await found(client, None) == in_sight
    assert await found(client, {"name": {"contains": "A"}}) == [
        n for n in in_sight if "a" in n.lower()
    ]
    assert await found(client, BY_EMAIL) == readable
    assert await found(client, {"email": {"isNull": False}}) == readable
    assert await found(client, {"status": {"eq": "ACTIVE"}}) == readable


@pytest.mark.parametrize("who", IN_SIGHT)
async def test_not_over_a_withheld_value_keeps_nothing(shared_world, who):
    in_sight, readable = (text.split() for text in IN_SIGHT[who])
    client = await asker(shared_world, who)
    assert await found(client, {"not": BY_EMAIL}) == []
    assert await found(client, {"not": {"email": {"eq": "x"}}}) == readable
    assert await found(client, {"not": {"not": BY_EMAIL}}) == readable
    either = [{"status": {"eq": "ACTIVE"}}, {"not": {"status": {"eq": "ACTIVE"}}}]
    assert await found(client, {"or": either}) == readable
    known = {"or": [{"email": {"eq": "x"}}, {"name": {"contains": ""}}]}
    assert await found(client, known) == in_sight  # unknown or true is true


@pytest.mark.parametrize("who", IN_SIGHT)
async def test_a_withheld_value_is_neither_null_nor_not_null(shared_world, who):
    readable = IN_SIGHT[who][1].split()
    client = await asker(shared_world, who)
    assert await found(client, {"email": {"isNull": True}}) == []
    assert await found(client, {"not": {"email": {"isNull": True}}}) == readable
    assert await found(client, {"not": {"email": {"isNull": False}}}) == []


async def test_who_may_not_read_people_is_refused_them_however_they_are_asked_for(shared_world):
    client = await shared_world.client("lou")  # invited, not yet in
    for given in (None, {}, BY_EMAIL, {"name": {"eq": "Olga"}}, {"name": None}):
        reply = await client.ask(PEOPLE, {"filter": given, "first": 5})
        (error,) = reply.errors
        assert (reply.data, error["extensions"]["code"]) == ({"page": None}, "FORBIDDEN")
        assert error["extensions"]["action"] == "user.read"
        assert "argument" not in error["extensions"]


NARROWED = [
    ("vera", {"filter": BY_EMAIL}, ["filter.email"]),
    ("vera", {"filter": {"not": {"status": {"isNull": True}}}}, ["filter.not.status"]),
    (
        "vera",
        {"filter": {"and": [BY_EMAIL, BY_EMAIL, {"name": {"eq": "x"}}]}},
        ["filter.and.email"],
    ),
    ("vera", {"order": {"field": "EMAIL"}}, ["orderBy.field"]),
    ("tariq", {"filter": BY_EMAIL, "order": {"field": "EMAIL"}}, ["filter.email", "orderBy.field"]),
    ("vera", {"filter": {"name": {"eq": "x"}}, "order": {"field": "NAME"}}, []),
    ("vera", {"filter": {"email": {}, "not": {"status": {}}}}, []),
    ("olga", {"filter": BY_EMAIL, "order": {"field": "EMAIL"}}, []),
    ("nobody", {"filter": BY_EMAIL}, []),
]


@pytest.mark.parametrize(("who", "asked", "arguments"), NARROWED)
async def test_an_answer_says_which_arguments_left_rows_out(shared_world, who, asked, arguments):
    client = await asker(shared_world, who)
    said = []
    for plain in (False, True):
        reply = await client.ask(PEOPLE, {**asked, "first": 5}, plain=plain)
        said.append(reply.json["extensions"]["authorization"].get("narrowed", []))
    assert said[0] == said[1]
    assert said[0] == [{"coordinate": "Query.users", "argument": name} for name in arguments]


async def test_the_guide_says_what_vera_is_told(shared_world):
    guide = (ROOT / "docs" / "finding.md").read_text("utf-8")
    query, told = re.findall(r"^```(?:graphql|json)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    reply = await (await shared_world.client("vera")).ask(query)
    assert names(reply.data["users"]["nodes"], "name") == ["Vera"]
    assert reply.json["extensions"]["authorization"]["narrowed"] == json.loads(told)


NOTHING = [
    {"name": {"in": []}},
    {"name": {"in": [], "isNull": False}},
    {"or": []},
    {"and": [{}, {"or": []}]},
]
NO_CONDITION = [
    {}, {"name": {}}, {"and": []}, {"not": {}}, {"not": {"and": []}}, {"or": [{}]}, {"or": [{"name": {}}, {"not": {}}]},
    {"and": [{}, {"name": {}}]}, {"not": {"or": []}}, {"not": {"name": {"in": []}}},
]  # fmt: skip


async def test_nothing_is_in_an_empty_list_and_what_asks_nothing_keeps_all(shared_world):
    client = await shared_world.client("olga")
    everybody = await found(client, None)
    for given in NO_CONDITION:
        assert await found(client, given) == everybody, given
    for given in NOTHING:
        assert await found(client, given) == [], given


# stored names, and by which leaves they are found
SPELLED = (
    "100%", "1000", "a_b", "aXb", r"back\slash", "Straße", "İstanbul", "ﬁn", "Zoë", "ＡＢＣ", "'; --",
)  # fmt: skip
LEAVES = [
    ({"contains": "%"}, ["100%"]),
    ({"startsWith": "100%"}, ["100%"]),
    ({"startsWith": "%"}, []),
    ({"contains": "_"}, ["a_b"]),
    ({"startsWith": "A_B"}, ["a_b"]),
    ({"contains": "\\"}, [r"back\slash"]),
    ({"contains": "\\s"}, [r"back\slash"]),
    ({"contains": "\\%"}, []),
    ({"contains": "STRASSE"}, ["Straße"]),
    ({"startsWith": "STRAß"}, ["Straße"]),
    ({"startsWith": "İST"}, ["İstanbul"]),
    ({"startsWith": "istan"}, []),  # its İ folds to an i with a dot above
    ({"startsWith": "FI"}, ["ﬁn"]),
    ({"contains": "ZOE\u0308"}, ["Zoë"]),
    ({"contains": "zoe"}, []),
    ({"startsWith": "abc"}, ["ＡＢＣ"]),
    ({"contains": "'; --"}, ["'; --"]),
    ({"eq": "straße"}, []),
    ({"eq": "Straße"}, ["Straße"]),
    ({"in": ["100%", "ABC", "ﬁn"]}, ["100%", "ﬁn"]),
]


async def test_texts_are_folded_alike_and_hold_no_wildcard(world):
    cherry = await organisation_key(world, "cherry")
    for number, name in enumerate(SPELLED):
        member = await add_user(world, name, email=f"{number}@example.test")
        await add_grant(world, member, cherry, "employer_account.aan")
    cora = await world.client("cora")
    for leaf, expected in LEAVES:
        assert await found(cora, {"name": leaf}) == expected, leaf
    assert len(await found(cora, {"name": {"contains": ""}})) == len(SPELLED) + 2


async def test_a_text_that_no_database_can_hold_is_bad_input(shared_world):
    client = await shared_world.client("vera")
    document = "{ users(first: 5, filter: %s) { totalCount } }"
    for place in ("eq", "in", "contains", "startsWith"):
        reply = await client.ask(document % f'{{not: {{name: {{{place}: "a\\u0000"}}}}}}')
        (error,) = reply.errors
        assert (reply.status, reply.data) == (400, None)
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["extensions"]["input"] == f"filter.not.name.{place}"
    surrogate = await client.ask(document % '{name: {eq: "\\uD800"}}')
    assert (surrogate.data, len(surrogate.errors)) == (None, 1)
    for text in (r"a\u0000", r"\ud800"):
        body = '{"query": "query ($f: UserFilter) { users(first: 5, filter: $f) { totalCount } }",'
        body += f'"variables": {{"f": {{"name": {{"contains": "{text}"}}}}}}}}'
        headers = {"Content-Type": "application/json"}
        response = await client.post("/graphql", content=body, headers=headers)
        assert response.status_code == 400
        assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


UNKNOWN = [
    ("filter", {"nme": {"eq": "x"}}),
    ("filter", {"name": {"like": "x"}}),
    ("filter", {"or": [{"grants": {"some": {}}}]}),
    ("filter", {"name": {"eq": 1}}),
    ("filter", {"status": {"eq": "SLEEPING"}}),
    ("filter", {"name": {"in": [None]}}),
    ("order", {"field": "STATUS"}),
    ("order", {"field": "NAME", "direction": "UP"}),
    ("order", {"direction": "ASC"}),
]


@pytest.mark.parametrize(("argument", "value"), UNKNOWN)
async def test_a_key_that_there_is_not_is_refused(shared_world, argument, value):
    client = await shared_world.client("olga")
    reply = await client.ask(PEOPLE, {argument: value, "first": 5})
    assert reply.data is None
    assert {error["extensions"]["code"] for error in reply.errors} == {"BAD_USER_INPUT"}


async def test_more_values_than_the_limit_are_too_complex(shared_world):
    client = await shared_world.client("olga")
    limit = 2_000
    around = {"filter": {"name": {"in": []}}, "first": 5}
    room = limit - len(("variables", "filter", "name", "in", "first"))
    around["filter"]["name"]["in"] = ["Olga"] * room
    within = await client.ask(PEOPLE, around)
    assert within.refusals == {"page": "BAD_USER_INPUT"}  # a list has a bound of its own
    around["filter"]["name"]["in"].append("Otis")
    reply = await client.ask(PEOPLE, around)
    (error,) = reply.errors
    assert reply.data is None
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
