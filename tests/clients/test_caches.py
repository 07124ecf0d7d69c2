"""Normalised caches with the policies that `fieldgate schema --client` makes, in both clients."""

import json
from pathlib import Path

import pytest

from clients.halves import halves, paged
from db.seed.demo import demo_key
from programs import answer
from servers import Server

HERE = Path(__file__).parent / "src"
PROGRAMS = {"apollo": HERE / "run-apollo-cache.ts", "urql": HERE / "run-urql-cache.ts"}


def named(kind: str, prefix: str, handle: str) -> str:
    return f'id: "{prefix}_{demo_key(f"{kind}:{handle}")}"'


ALDER, EPA, PROV = (named("organisation", "org", each) for each in ("alder", "epa", "prov"))
ONE, SEVEN = (named("apprentice_record", "rec", f"r{number}") for number in (1, 7))
PLACES = {
    "an account": ("organisation", ALDER),
    "an EPAO": ("organisation", EPA),
    "a provider": ("organisation", PROV),
    "a record": ("apprenticeRecord", ONE),
    "another record": ("apprenticeRecord", SEVEN),
    "a caseload": ("caseload", named("caseload", "cld", "ASSESSOR:epa:ann")),
    "a person": ("user", named("user", "usr", "olga")),
}
PEOPLE = ("olga", "vera", "ade", "kim", "robin")
HALVES = {
    f"{place} as {person}": {"person": person, "documents": halves(*PLACES[place])}
    for place in PLACES
    for person in PEOPLE
} | {
    "nothing withheld of an account": {
        "person": "olga",
        "documents": [
            f"{{ organisation({ALDER}) {{ id account {{ {part} }} }} }}"
            for part in ("levyStatus", "warnings")
        ],
    },
    "nothing withheld of a record": {
        "person": "kim",
        "documents": [
            f"{{ apprenticeRecord({ONE}) {{ id employer {{ {card} }} training {{ {part} }} }} }}"
            for card, part in (
                ("organisationId name", "progressPercent"),
                ("organisationId ukprn", "loggedHours"),
            )
        ],
    },
}
ROWS = {
    "edges": "edges { cursor node { id role user { id email } } }",
    "edges without cursors": "edges { node { id user { id email } } }",
    "nodes": "nodes { id user { id name email } }",
    "both": "edges { cursor } nodes { id }",
}
TEAM = f"organisation({ALDER}) {{ id account {{ %s }} }}"
RECORDS = "edges { cursor node { id cost training { progressPercent } assignees { kind } } }"


def turning(person: str, document: str, path: list[str], *, backward: bool, size: int = 1) -> dict:
    cursor, page = ("before", "startCursor") if backward else ("after", "endCursor")
    given = document.replace("$cursor", f"${cursor}")
    given = given.replace("$size", "$last" if backward else "$first")
    sizes = {"last" if backward else "first": size}
    return {
        "person": person,
        "document": given,
        "path": path,
        "cursor": cursor,
        "page": page,
        "size": sizes,
    }


LISTS = {
    f"{person}: {what}, {'backward' if backward else 'forward'}": turning(
        person, paged(place, rows=rows, around=around, backward=backward), path, backward=backward
    )
    for person, what, place, rows, around, path in [
        *[
            (
                "olga",
                f"a team by {rows}",
                "team",
                ROWS[rows],
                TEAM,
                ["organisation", "account", "team"],
            )
            for rows in ROWS
        ],
        (
            "vera",
            "a team with what is withheld",
            "team",
            ROWS["edges"],
            TEAM,
            ["organisation", "account", "team"],
        ),
        (
            "ann",
            "records with what is withheld",
            "apprenticeRecords",
            RECORDS,
            "%s",
            ["apprenticeRecords"],
        ),
        (
            "kim",
            "records with what is withheld",
            "apprenticeRecords",
            RECORDS,
            "%s",
            ["apprenticeRecords"],
        ),
    ]
    for backward in (False, True)
}
WITHHELD = {"aisha": ("team", ROWS["edges"], TEAM, ["organisation", "account", "team"])}
pytestmark = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)


@pytest.fixture(scope="module", params=PROGRAMS)
def client(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def seen(server: Server, client: str, tmp_path_factory) -> dict:
    """What a client saw: it runs all cases at once."""
    given = {"halves": [*HALVES.values()], "lists": [*LISTS.values()]}
    cases = tmp_path_factory.mktemp("cases") / "cases.json"
    cases.write_text(json.dumps(given))
    return answer(PROGRAMS[client], server.url, cases)


def test_no_cache_complains(seen):
    assert seen["complaints"] == []


def test_two_queries_for_parts_of_one_object_keep_both(seen, client):
    """Each is answered from the cache as it was by the server, what is withheld in it included."""
    told = 0
    for name, case in zip(HALVES, seen["halves"], strict=True):
        for answered, kept in zip(case["answers"], case["kept"], strict=True):
            if client == "urql" and kept is None:
                continue  # Graphcache keeps no null that has an error: it asks again
            assert kept == answered, name
            told += any(answered.values())
    assert told >= (4 if client == "urql" else len(PLACES))


def rows_of(page: dict) -> list:
    return [edge.get("node") or edge["cursor"] for edge in page.get("edges", [])] or page["nodes"]


def test_the_pages_of_a_list_are_joined_whatever_is_withheld_in_them(seen, client):
    for (name, asked), case in zip(LISTS.items(), seen["lists"], strict=True):
        if client == "urql" and case.get("whole") is None:
            assert asked["person"] in {"vera", "ann", "kim"}, name  # it keeps no null with an error
            continue
        pages, whole = case["pages"], case["whole"]
        if client == "urql":
            pages = pages[-1:]  # each of its answers has all pages so far
        pages = pages[::-1] if asked["cursor"] == "before" else pages
        assert len(case["pages"]) > 1, name
        rows = [row for page in pages for row in rows_of(page)]
        assert rows_of(whole) == rows, name
        assert len(rows) == whole["totalCount"], name
        assert whole.get("nodes") == (
            [row for page in pages for row in page["nodes"]] if "nodes" in pages[0] else None
        ), name
        assert whole["pageInfo"]["hasNextPage"] is False, name
        assert whole["pageInfo"]["hasPreviousPage"] is False, name


def test_a_page_that_is_refused_takes_no_page_before_it(seen):
    for name, case in zip(LISTS, seen["lists"], strict=True):
        assert case["refused"] is None, name
        assert case.get("afterwards") == case.get("whole") == case.get("seen"), name


def test_fetch_more_throws_over_a_withheld_value_unless_it_is_given_a_policy_of_its_own(
    seen, client
):
    """Which is Apollo's alone, and what docs/clients.md says."""
    assert seen.get("unsaid") == (["thrown", "thrown"] if client == "apollo" else None)
