"""The plan cache: shared by people of one fingerprint, never by two shapes of a document."""

from __future__ import annotations

import asyncio

import pytest

from asking import Desk, errors_of
from engine.limits import Limits

NAMES = (
    "{ organisations(first: 100) { nodes { name account { levyStatus warnings } } } me { name } }"
)


def names(answer) -> list[str]:
    return [node["name"] for node in answer.payload["data"]["organisations"]["nodes"]]


async def test_one_plan_serves_two_people_and_each_sees_their_own(desk: Desk):
    """Olga owns Alder, Cora owns Cherry, Ellis owns Elm."""
    olga, cora, ellis = [await desk.ask(who, NAMES) for who in ("olga", "cora", "ellis")]
    assert (olga.report.decisions > 0, cora.report.decisions, ellis.report.decisions) == (
        True,
        0,
        0,
    )
    assert [names(a) for a in (olga, cora, ellis)] == [["Alder"], ["Cherry"], ["Elm"]]
    assert olga.payload["extensions"] == cora.payload["extensions"]
    for who, answer in (("olga", olga), ("cora", cora), ("ellis", ellis)):
        plain = await desk.ask(who, NAMES, plain=True)
        assert plain.payload == answer.payload


async def test_a_plan_serves_many_at_once(desk: Desk):
    people = ["olga", "cora", "ellis", "otis"] * 5
    answers = await asyncio.gather(*(desk.ask(who, NAMES) for who in people))
    assert [names(a)[0] for a in answers] == ["Alder", "Cherry", "Elm", "Alder"] * 5
    assert [a.payload["data"]["me"]["name"].lower() for a in answers] == people


async def test_two_fingerprints_never_share(desk: Desk):
    """Each of these holds something else, so each has decisions and refusals of their own."""
    people = ["olga", "tariq", "vera", "aisha", "robin", "petra", "tina", "lou", "auth0|nobody"]
    answers = [await desk.ask(who, NAMES) for who in people]
    assert all(answer.report.decisions > 0 for answer in answers)
    assert len(
        {str(a.payload["extensions"]["authorization"]["fingerprint"]) for a in answers}
    ) == len(people)
    again = [await desk.ask(who, NAMES) for who in people]
    assert all(answer.report.decisions == 0 for answer in again)
    assert [a.payload for a in again] == [a.payload for a in answers]
    vera = dict(zip(people, again, strict=True))["vera"]
    assert vera.payload["data"]["organisations"]["nodes"][0]["account"]["warnings"] is None
    assert errors_of(vera) == {"organisations.nodes.0.account.warnings": "FORBIDDEN"}


SWITCHED = """
query ($a: Boolean!, $b: Boolean! = true) { me { id name @include(if: $a) ...F @skip(if: $b) } }
fragment F on User { email status @include(if: $a) }
"""
SHAPES = [
    ({"a": True, "b": True}, {"id", "name"}),
    ({"a": False, "b": True}, {"id"}),
    ({"a": True, "b": False}, {"id", "name", "email", "status"}),
    ({"a": False, "b": False}, {"id", "email"}),
    ({"a": True}, {"id", "name"}),
]


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_switches_never_share_a_wrongly_shaped_plan(desk: Desk, plain):
    for given, keys in (*SHAPES, *SHAPES[::-1]):
        answer = await desk.ask("olga", SWITCHED, given, plain=plain)
        assert set(answer.payload["data"]["me"]) == keys


async def test_each_shape_is_planned_once(desk: Desk):
    fresh = [(await desk.ask("olga", SWITCHED, given)).report.decisions > 0 for given, _ in SHAPES]
    assert fresh == [True, True, True, True, False]  # the last is the first with its default
    everything_off = await desk.ask(
        "olga",
        "query ($a: Boolean!) { me @include(if: $a) { id } ... @include(if: $a) { me { name } } }",
        {"a": False},
    )
    assert everything_off.payload["data"] == {}


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_literal_switches(desk: Desk, plain):
    document = "{ me { id @skip(if: false) name @skip(if: true) email @include(if: true) status @include(if: false) } }"
    answer = await desk.ask("olga", document, plain=plain)
    assert set(answer.payload["data"]["me"]) == {"id", "email"}


async def test_null_for_a_switch_is_answered_alike_on_both_paths(desk: Desk):
    """GraphQL lets a variable with a default stand there, and then null can be given for it."""
    document = "query ($a: Boolean = true) { me { id name @include(if: $a) } }"
    engine = await desk.ask("olga", document, {"a": None})
    plain = await desk.ask("olga", document, {"a": None}, plain=True)
    assert (engine.status, engine.payload.get("data")) == (plain.status, plain.payload.get("data"))
    assert errors_of(engine) == errors_of(plain)
    assert "INTERNAL_SERVER_ERROR" not in errors_of(engine).values()


async def test_values_make_no_plan(desk: Desk):
    document = (
        "query ($n: Int, $id: ID!) { users(first: $n) { nodes { id } } node(id: $id) { id } }"
    )
    first = await desk.ask("olga", document, {"n": 1, "id": "usr_" + "a" * 26})
    other = await desk.ask("olga", document, {"n": 3, "id": "org_" + "b" * 26})
    assert (first.report.decisions > 0, other.report.decisions) == (True, 0)
    assert [len(a.payload["data"]["users"]["nodes"]) for a in (first, other)] == [1, 3]


async def test_the_operations_of_a_document_have_plans_of_their_own(desk: Desk):
    document = "query One { me { id } } query Two { me { name } }"
    for name, key in (("One", "id"), ("Two", "name"), ("One", "id")):
        answer = await desk.ask("olga", document, name=name)
        assert set(answer.payload["data"]["me"]) == {key}
        assert answer.report.operation_name == name


async def test_the_cache_is_bounded(database):
    desk = Desk(database, limits=Limits(cached_characters=10_000))
    texts = [f"{{ me {{ id }} }} # {n}" + "." * 3000 for n in range(4)]
    asked = [*texts, texts[3], texts[0]]
    planned = [(await desk.ask("olga", text)).report.decisions > 0 for text in asked]
    assert planned == [True, True, True, True, False, True]


async def test_the_plan_of_a_long_document_is_not_kept(database):
    desk = Desk(database, limits=Limits(cached_document=5000))
    short, long = "{ me { id } }", "{ me { id } } #" + "." * 5000
    asked = [short, short, long, long]
    planned = [(await desk.ask("olga", text)).report.decisions > 0 for text in asked]
    assert planned == [True, False, True, True]
