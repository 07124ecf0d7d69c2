"""Documents as GraphQL has them: fragments, merged fields, directives, coercion, exact paths."""

from __future__ import annotations

import pytest

from db.seed.demo.fixed import organisation_key, user_key
from lab import rows
from lab.by_hand import CHERRY, RECORDS, codes
from lab.rows import key

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATHS = pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
SEVEN = f"rec_{key('record', 7)}"


async def ask(lab, who, document, variables=None, *, plain=False):
    client = await lab.client(who)
    return await client.ask(document, variables, plain=plain)


@PATHS
async def test_selections_of_one_key_are_merged_at_every_depth(lab, plain):
    document = """
      query ($id: ID!) {
        record(id: $id) { employer { id } }
        record(id: $id) { e: employer { kind } employer { ...K } ... on Titled { title } }
        ... on Query { record(id: $id) { employer { name ... on Node { __typename } } } }
      }
      fragment K on Organisation { kind k: kind }
    """
    reply = await ask(lab, "cora", document, {"id": SEVEN}, plain=plain)
    cherry = {
        "id": f"org_{organisation_key('cherry')}",
        "kind": "EMPLOYER",
        "k": "EMPLOYER",
        "name": "Cherry",
        "__typename": "Organisation",
    }
    assert reply.data == {
        "record": {"employer": cherry, "e": {"kind": "EMPLOYER"}, "title": RECORDS[7]["title"]}
    }
    assert [*reply.data["record"]] == ["employer", "e", "title"]
    assert [*reply.data["record"]["employer"]] == ["id", "kind", "k", "name", "__typename"]


@PATHS
async def test_fragments_apply_to_the_types_that_they_are_of(lab, plain):
    """A record is a Node and Titled, a person a Node alone, an event neither Titled nor a subject."""
    document = """
      query ($ids: [ID!]!) { nodes(ids: $ids) {
        __typename
        ... on Titled { titled: __typename title ... on Note { body } }
        ... on Person { named: name }
        ... on Node { ... on Record { code } }
      } }
    """
    mine = next(n for n in range(90) if (n // 3) * 2 % 5 == 2 and n % 3 == 0)
    ids = [SEVEN, f"per_{RECORDS[7]['learner_id']}", f"not_{key('note', mine)}"]
    reply = await ask(lab, "cora", document, {"ids": ids}, plain=plain)
    note = [*rows.note_rows()][mine]
    assert not reply.errors
    assert reply.data["nodes"] == [
        {"__typename": "Record", "titled": "Record", "title": RECORDS[7]["title"], "code": "R-07"},
        {"__typename": "Person", "named": "Vera"},
        {"__typename": "Note", "titled": "Note", "title": note["title"], "body": note["body"]},
    ]


@PATHS
async def test_an_edge_to_several_types_shows_each_as_its_own(lab, plain):
    """What is out of sight and what is gone are null alike; the title of a record has its mask."""
    document = (
        "{ events(first: 50) { nodes { text about { __typename title ... on Note { body } } } } }"
    )
    reply = await ask(lab, "cora", document, plain=plain)
    notes = [*rows.note_rows()]
    for node in reply.data["events"]["nodes"]:
        n = int(node["text"].removeprefix("Event "))
        wanted = None
        if n % 8 and n % 3 and n in CHERRY:
            wanted = {"__typename": "Record", "title": RECORDS[n]["title"]}
        elif n % 8 and not n % 3 and (n // 3) * 2 % 5 == 2 and notes[n]["published"]:
            wanted = {"__typename": "Note", "title": notes[n]["title"], "body": notes[n]["body"]}
        assert node["about"] == wanted
    assert not reply.errors
    assert any(node["about"] for node in reply.data["events"]["nodes"])


@PATHS
async def test_directives_decide_anew_for_each_value_of_their_variables(lab, plain):
    document = """
      query ($id: ID!, $more: Boolean!, $less: Boolean = false) {
        record(id: $id) { code @skip(if: $less) ...M @include(if: $more) }
      }
      fragment M on Record { level ilr @skip(if: $less) }
    """
    for more, less, keys in (
        (True, False, ["code", "level", "ilr"]),
        (False, False, ["code"]),
        (True, True, ["level"]),
        (False, True, []),
        (True, False, ["code", "level", "ilr"]),
    ):
        given = {"id": SEVEN, "more": more, "less": less}
        reply = await ask(lab, "cora", document, given, plain=plain)
        assert [*reply.data["record"]] == keys
        assert reply.refusals == ({"record.ilr": "FORBIDDEN"} if "ilr" in keys else {})


@PATHS
async def test_every_error_has_the_exact_path_of_its_position(lab, plain):
    """What others wrote is withheld from Vera wherever it stands, at each list index and alias."""
    hers = {f"not_{row['id']}" for row in rows.note_rows() if row["author_id"] == user_key("vera")}
    document = """
      { records(first: 9, filter: {code: {in: ["R-00", "R-40"]}}, orderBy: {field: CODE}) { nodes {
        n: notes { id b: body replies { id body } } noteTotals { weight { sum } }
      } } }
    """
    reply = await ask(lab, "vera", document, plain=plain)
    nodes = reply.data["records"]["nodes"]
    wanted = {}
    for at, node in enumerate(nodes):
        wanted[f"records.nodes.{at}.noteTotals.weight"] = "FORBIDDEN"
        for place, note in enumerate(node["n"] or ()):
            if note["id"] not in hers:
                wanted[f"records.nodes.{at}.n.{place}.b"] = "FORBIDDEN"
            for below, reply_to_it in enumerate(note["replies"]):
                if reply_to_it["id"] not in hers:
                    wanted[f"records.nodes.{at}.n.{place}.replies.{below}.body"] = "FORBIDDEN"
    assert reply.refusals == wanted
    assert any(".replies." in path for path in wanted)
    for error in reply.errors:
        value = reply.data
        for step in error["path"]:
            value = value[step]
        assert value is None


@PATHS
async def test_values_are_written_by_their_own_types(lab, plain):
    document = """query ($id: ID!) {
      record(id: $id) { fee funded grades assessedAt status host { __typename name ukprn } }
      words { price at status numbers below { __typename text numbers } }
    }"""
    reply = await ask(lab, "cora", document, {"id": SEVEN}, plain=plain)
    record = reply.data["record"]
    assert record["fee"] is None  # every seventh has none
    assert record["funded"] is (7 % 3 == 1)
    assert record["status"] == "WAITING"
    assert record["host"] == {"__typename": "HostCard", "name": "Prov Two", "ukprn": "10000002"}
    leaf = {"price": None, "at": None, "status": None, "numbers": [], "below": []}
    below = {"__typename": "Word", "text": None, "numbers": []}
    assert reply.data["words"] == [
        {
            "price": "12.50",
            "at": "2026-11-02T09:00:00+00:00",
            "status": "LIVE",
            "numbers": [2, 1],
            "below": [below, below],
        },
        leaf,
    ]
    other = await ask(lab, "cora", document, {"id": f"rec_{key('record', 22)}"}, plain=plain)
    assert other.data["record"]["fee"] == "23.10"
    assert other.data["record"]["grades"] == [RECORDS[22]["outcome"]] * 6
    assert other.data["record"]["assessedAt"].endswith("+00:00")


@PATHS
async def test_a_null_where_none_may_stand_takes_the_nearest_place_for_it(lab, plain):
    document = '{ a: words(prefix: "broken") { text numbers } b: words { text } }'
    reply = await ask(lab, "cora", document, plain=plain)
    assert reply.data == {"a": None, "b": [{"text": "word"}, {"text": None}]}
    assert reply.refusals == {"a.0.numbers.1": "INTERNAL_SERVER_ERROR"}


REFUSED_AS_A_WHOLE = {
    "a word of another enum": (
        "{ records(first: 1, filter: {status: {eq: GONE}}) { totalCount } }",
        {},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a word of another enum by variable": (
        "query ($f: RecordFilter) { records(first: 1, filter: $f) { totalCount } }",
        {"f": {"status": {"eq": "GONE"}}},
        "BAD_USER_INPUT",
    ),
    "a text for a number": (
        "query ($f: RecordFilter) { records(first: 1, filter: $f) { totalCount } }",
        {"f": {"level": {"eq": "4"}}},
        "BAD_USER_INPUT",
    ),
    "a number that is too large": (
        "{ records(first: 1, filter: {cost: {eq: 2147483648}}) { totalCount } }",
        {},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "no moment": (
        "query ($f: RecordFilter) { records(first: 1, filter: $f) { totalCount } }",
        {"f": {"assessedAt": {"lt": "yesterday"}}},
        "BAD_USER_INPUT",
    ),
    "a key that there is not": (
        "query ($f: RecordFilter) { records(first: 1, filter: $f) { totalCount } }",
        {"f": {"secret": {"eq": "x"}}},
        "BAD_USER_INPUT",
    ),
    "no field to sort by": (
        "{ records(first: 1, orderBy: {direction: ASC}) { totalCount } }",
        {},
        "GRAPHQL_VALIDATION_FAILED",
    ),
}


@PATHS
@pytest.mark.parametrize(
    ("document", "variables", "code"), REFUSED_AS_A_WHOLE.values(), ids=REFUSED_AS_A_WHOLE
)
async def test_what_cannot_be_coerced_is_refused_before_anything_is_read(
    lab, document, variables, code, plain
):
    reply = await ask(lab, "cora", document, variables, plain=plain)
    assert "data" not in reply.json
    assert {error["extensions"]["code"] for error in reply.errors} == {code}
    assert not any("lab_records" in statement for statement in reply.statements)


@PATHS
async def test_one_value_is_coerced_to_a_list_and_what_asks_nothing_is_left_out(lab, plain):
    document = "query ($f: RecordFilter, $o: RecordOrder) { records(first: 100, filter: $f, orderBy: $o) { nodes { code } } }"
    cherry = codes(CHERRY)
    for given, wanted in (
        ({"f": {"code": {"in": "R-07"}}}, ["R-07"]),
        ({"f": {"or": {"code": {"eq": "R-07"}}}}, ["R-07"]),
        ({"f": {"code": {}, "or": [{"level": {}}]}, "o": {"field": "CODE"}}, cherry),
        ({"f": {}, "o": {"field": "CODE", "direction": "DESC"}}, cherry[::-1]),
        ({"f": {"and": []}, "o": {"field": "CODE"}}, cherry),
        ({"f": {"or": []}, "o": {"field": "CODE"}}, []),
        ({"f": {"not": {"code": {"in": []}}}, "o": {"field": "CODE"}}, cherry),
    ):
        reply = await ask(lab, "cora", document, given, plain=plain)
        assert [node["code"] for node in reply.data["records"]["nodes"]] == wanted, given
