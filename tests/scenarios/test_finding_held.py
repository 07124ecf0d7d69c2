"""Filters and cursors that a reviewer used against the gateway, and how they are answered now."""

import pytest

from scenarios.rows import user_key

USERS = "query ($f: UserFilter) { users(first: 5, filter: $f) { totalCount } }"
OWNER = "employer_account.owner"


@pytest.mark.parametrize(
    ("found", "document"),
    [
        ({"or": [{"name": {"eq": "x"}}] * 501}, USERS),
        (
            {"or": [{"name": {"eq": "x"}}] * 251},
            "query ($f: UserFilter) { ...F ... { ...F } } fragment F on Query { a: users(first: 5, filter: $f) { totalCount } }",
        ),
    ],
    ids=["in one filter", "by what each use of a fragment compares"],
)
async def test_comparisons_are_counted_where_they_are_used(shared_world, found, document):
    client = await shared_world.client("vera")
    reply = await client.ask(document, {"f": found})
    assert reply.json["errors"][0]["extensions"]["reason"] == "COMPARISONS"
    assert "data" not in reply.json


async def test_a_filter_that_nests_without_end_is_refused(shared_world):
    client = await shared_world.client("vera")
    found: dict = {"name": {"eq": "Vera"}}
    for _ in range(20):
        found = {"not": found}
    reply = await client.ask(USERS, {"f": found})
    assert reply.json["errors"][0]["extensions"]["reason"] == "FILTER_DEPTH"
    shallow = {"not": {"not": {"name": {"eq": "Vera"}}}}
    assert (await client.ask(USERS, {"f": shallow})).data["users"]["totalCount"] == 1


@pytest.mark.parametrize(
    "leaf", [{"contains": "a" * 201}, {"eq": "a" * 201}, {"in": ["a"] * 101}], ids=str
)
@pytest.mark.parametrize("plain", [False, True])
async def test_operands_are_short(shared_world, leaf, plain):
    client = await shared_world.client("vera")
    reply = await client.ask(USERS, {"f": {"name": leaf}}, plain=plain)
    [error] = reply.errors
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["input"].startswith("filter.name.")


async def test_a_cursor_ends_where_a_role_changes_the_order(world):
    """Who may read every address has one run of rows; who may not has two."""
    asked = "query ($a: String) { users(first: 1, after: $a, orderBy: {field: EMAIL}) { pageInfo { endCursor } } }"
    vera = await world.client("vera")
    first = (await vera.ask(asked)).data["users"]["pageInfo"]["endCursor"]
    assert (await vera.ask(asked, {"a": first})).errors == []
    await world.sql(
        "UPDATE role_grants SET role = :owner WHERE user_id = :vera",
        owner=OWNER,
        vera=await user_key(world, "vera"),
    )
    for plain in (False, True):
        reply = await vera.ask(asked, {"a": first}, plain=plain)
        assert reply.refusals == {"users": "BAD_USER_INPUT"}
        assert reply.errors[0]["extensions"]["reason"] == "CURSOR"
