"""POST /graphql as HTTP: what is refused and how, what is negotiated, what is never said."""

import asyncio
import json
import logging
import sys
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import orjson
import pytest
from graphql import GraphQLID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import texts
from engine.errors import Withheld
from scenarios.rows import organisation_id
from server.app import create_app
from server.http.replies import encoded, masked
from server.logs import JsonLines
from server.settings.fields import HttpLimits

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
QUERY = "{ me { name } }"
OLGA = {"data": {"me": {"name": "Olga"}}}

# What is refused before any row is read does not depend on the kind of database.
before_rows = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)


def request(**changes: object) -> bytes:
    return json.dumps({"query": QUERY} | changes).encode()


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


MALFORMED = {
    "nothing": (b"", "JSON"),
    "no JSON": (b"{ me }", "JSON"),
    "cut short": (b'{"query": "{ me', "JSON"),
    "null": (b"null", "JSON"),
    "a number": (b"1", "JSON"),
    "a string": (b'"{ me { name } }"', "JSON"),
    "byte order mark": (b"\xef\xbb\xbf" + request(), "JSON"),
    "UTF-16": (request().decode().encode("utf-16"), "JSON"),
    "invalid UTF-8": (b'{"query": "\xff"}', "JSON"),
    "an encoded surrogate": (b'{"query": "\xed\xa0\x80"}', "JSON"),
    "a lone surrogate": (b'{"query": "\\ud800"}', "JSON"),
    "a raw zero byte": (b'{"query": "\0"}', "JSON"),
    "not a number": (b'{"query": "{ me { name } }", "variables": {"a": NaN}}', "JSON"),
    "an infinite number": (b'{"query": "{ me { name } }", "variables": {"a": 1e999}}', "JSON"),
    "nested beyond reason": (b"[" * 100_000, "JSON"),
    "nested deep": (request(variables={"a": nested(64)}), "JSON_DEPTH"),
    "a batch": (b"[" + request() + b"]", "BATCH"),
    "an empty batch": (b"[]", "BATCH"),
    "a misspelt key": (b'{"qeury": "{ me { name } }"}', "REQUEST_KEY"),
    "a key too many": (request(id="1"), "REQUEST_KEY"),
    "no query": (b"{}", "QUERY"),
    "query null": (request(query=None), "QUERY"),
    "query a number": (request(query=0), "QUERY"),
    "query a list": (request(query=[QUERY]), "QUERY"),
    "operation name a number": (request(operationName=0), "OPERATION_NAME"),
    "operation name a list": (request(operationName=["a"]), "OPERATION_NAME"),
    "variables a string": (request(variables="{}"), "VARIABLES"),
    "variables a list": (request(variables=[]), "VARIABLES"),
    "variables false": (request(variables=False), "VARIABLES"),
    "extensions a string": (request(extensions="{}"), "EXTENSIONS"),
    "authorization a list": (request(extensions={"authorization": []}), "AUTHORIZATION"),
    "mode unknown": (request(extensions={"authorization": {"mode": "lax"}}), "MODE"),
    "mode a list": (request(extensions={"authorization": {"mode": ["strict"]}}), "MODE"),
    "mode not built": (request(extensions={"authorization": {"mode": "dryRun"}}), "MODE"),
    "authorization key": (request(extensions={"authorization": {"moed": "strict"}}), "MODE"),
    "a zero in the document": (request(query="{ me { name } } # \0"), "CONTROL_CHARACTER"),
    "a zero in a variable": (request(variables={"a": ["\0"]}), "CONTROL_CHARACTER"),
    "a bell in a variable": (request(variables={"a": "\a"}), "CONTROL_CHARACTER"),
    "a zero in a key": (request(variables={"a": {"\0": 1}}), "CONTROL_CHARACTER"),
    "a zero in the name": (request(operationName="\0"), "CONTROL_CHARACTER"),
}


@before_rows
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize(("body", "reason"), MALFORMED.values(), ids=MALFORMED)
async def test_malformed_requests_are_the_clients_fault(shared_world, body, reason, accept):
    client = await shared_world.client("olga")
    headers = {"Content-Type": JSON, "Accept": accept}
    response = await client.post("/graphql", content=body, headers=headers)
    assert response.status_code == 400
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "reason": reason}
    assert "data" not in response.json()


MARKS = "a" + "\u0301\u0316" * 15_000
"""Normalising it would take as long as it takes to count to the square of its length."""
UNFIT = {
    "query": request(query=f"{{ me {{ name }} }} # {MARKS}"),
    "variables.unused.0.b": request(variables={"unused": [{"b": MARKS}]}),
    "variables.a": request(variables={"a": {MARKS: 1}}),
    "operationName": request(operationName=MARKS),
    "extensions.tracing": request(extensions={"tracing": MARKS}),
}


@before_rows
@pytest.mark.parametrize("place", UNFIT)
async def test_marks_without_end_are_refused_before_they_are_normalised(
    shared_world, monkeypatch, place
):
    """Normalising is quadratic in a run of marks: a text with a long one never gets there."""
    normalised = []

    def counted(_form, text):
        normalised.append(len(text))
        return text

    client = await shared_world.client("olga")
    monkeypatch.setattr(unicodedata, "normalize", counted)
    monkeypatch.setattr(unicodedata, "is_normalized", counted)
    headers = {"Content-Type": JSON}
    response = await client.post("/graphql", content=UNFIT[place], headers=headers)
    monkeypatch.undo()
    [error] = response.json()["errors"]
    assert (response.status_code, error["extensions"]["reason"]) == (400, "COMBINING_MARKS")
    assert place in error["message"]
    assert max(normalised, default=0) < 100


async def test_what_may_be_normalised_takes_time_that_grows_with_its_length(shared_world):
    """Thirty marks in a row are as many as a script needs; one more is refused."""
    client = await shared_world.client("olga")
    asked = "query ($a: String) { policy(action: $a) { action } }"
    most = ("a" + "\u0316\u0301" * 15) * 100
    assert (await client.ask(asked, {"a": most})).data == {"policy": []}
    reply = await client.ask(asked, {"a": most + "\u0316"})
    assert reply.errors[0]["extensions"]["reason"] == "COMBINING_MARKS"


async def test_a_mark_that_counts_as_a_letter_is_a_mark_where_normalising_makes_it_marks(
    shared_world,
):
    """80 kB of U+0F73, which is of class 0 and is taken apart, kept everybody waiting for seconds."""
    client = await shared_world.client("olga")
    apart = {
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if not unicodedata.combining(char)
        and unicodedata.combining(unicodedata.normalize("NFD", char)[0])
    }
    assert apart == texts.TAKEN_APART
    asked = "query ($a: String) { policy(action: $a) { action } }"
    for char in sorted(apart):
        assert (await client.ask(asked, {"a": char * 30})).data == {"policy": []}
        for marks in (char * 31, f"{char}\u0301" * 16):
            reply = await client.ask(asked, {"a": marks})
            assert reply.errors[0]["extensions"]["reason"] == "COMBINING_MARKS"


@before_rows
async def test_values_are_counted_before_they_are_looked_at(shared_world, monkeypatch):
    """Of 40,000 items that are no ids, not one is coerced."""
    client = await shared_world.client("olga")
    coerced = []
    known = GraphQLID.coerce_input_value
    monkeypatch.setattr(
        GraphQLID, "coerce_input_value", lambda value: coerced.append(value) or known(value)
    )
    asked = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for wrong in ([1.5] * 40_000, [[[1.5] * 100] * 100], {"a": [1.5] * 2_000}):
        reply = await client.ask(asked, {"ids": wrong})
        assert reply.status == 400
        [error] = reply.errors
        told = error["extensions"]
        assert (told["code"], told["reason"]) == ("QUERY_TOO_COMPLEX", "VALUES")
        assert (told["limit"], told["variable"]) == (2_000, "ids")
        assert told["actual"] > told["limit"]
    assert coerced == []


SILLY = {
    "no document": "",
    "a comment": "#",
    "no selection": "{",
    "a name too long": "{" + "a" * 100_000 + "}",
    "nested lists": "{ node(id: " + "[" * 900 + "]" * 900 + ") { id } }",
    "nested braces": "{ me " * 900 + "}" * 900,
    "an escaped zero": r'{ node(id: "\u0000") { id } }',
    "an escaped surrogate": r'{ node(id: "\ud800") { id } }',
    "a huge number": "{ organisations(first: " + "9" * 400 + ") { totalCount } }",
    "a cycle": "{ ...a } fragment a on Query { ...a }",
    "only a fragment": "fragment a on Query { me { name } }",
    "a subscription": "subscription { me { name } }",
    "a mutation": "mutation { me { name } }",
    "a schema": "type Query { a: Int }",
}


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize("document", SILLY.values(), ids=SILLY)
async def test_silly_documents_are_answered(shared_world, document, accept):
    reply = await (await shared_world.client("olga")).ask(document, accept=accept)
    assert reply.status in {200, 400}
    codes = {error["extensions"]["code"] for error in reply.errors}
    assert codes
    assert "INTERNAL_SERVER_ERROR" not in codes
    if "data" not in reply.json:
        assert reply.status == (200 if accept == JSON else 400)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
shaped = st.fixed_dictionaries(
    {"query": st.just(QUERY) | st.text() | json_values},
    optional=dict.fromkeys(("variables", "operationName", "extensions"), json_values),
)
bodies = st.binary() | (json_values | shaped).map(lambda value: json.dumps(value).encode())


@before_rows
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies, header=st.sampled_from(["Accept", "Content-Type"]), value=st.text())
async def test_no_body_and_no_header_is_answered_with_5xx(shared_world, body, header, value):
    client = await shared_world.client("olga")
    headers = {"Content-Type": JSON, header: value.encode("latin-1", "ignore")}
    for sent in ({"Content-Type": JSON}, headers):
        response = await client.post("/graphql", content=body, headers=sent)
        assert response.status_code in {200, 400, 406, 415}
        assert response.json().get("errors") or response.json() | OLGA == response.json()


NOT_POST = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]


@before_rows
@pytest.mark.parametrize("method", NOT_POST)
async def test_only_post(shared_world, method):
    client = await shared_world.client("olga")
    response = await client.request(method, "/graphql", params={"query": QUERY})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@before_rows
@pytest.mark.parametrize("path", ["/graphql/", "/graphql/x", "/GraphQL", "/dev", "/docs"])
async def test_there_is_nothing_else(shared_world, path):
    response = await (await shared_world.client("olga")).post(path, content=request())
    assert response.status_code == 404


NEGOTIATED = {
    None: JSON,
    "": JSON,
    "*/*": JSON,
    "application/*": JSON,
    JSON: JSON,
    GRAPHQL: GRAPHQL,
    f"{GRAPHQL};charset=utf-8": GRAPHQL,
    f"{GRAPHQL}, {JSON}": GRAPHQL,
    f"{JSON}, {GRAPHQL}": GRAPHQL,
    f"{GRAPHQL};q=0.9, {JSON}": JSON,
    f"{GRAPHQL},{JSON};q=0.9": GRAPHQL,
    f"{JSON};q=0, */*": GRAPHQL,
    f"{GRAPHQL};q=0, */*": JSON,
    f"text/html, {GRAPHQL};q=0.1": GRAPHQL,
    f"{GRAPHQL}, {JSON}, text/event-stream, multipart/mixed": GRAPHQL,
    GRAPHQL.upper(): GRAPHQL,
    f"{GRAPHQL};q=much, {JSON}": JSON,
    "text/html": None,
    "image/*": None,
    f"{JSON};q=0": None,
    "*/*;q=0": None,
    f"{JSON};q=7": None,
}


@before_rows
@pytest.mark.parametrize(("accept", "expected"), NEGOTIATED.items(), ids=str)
async def test_accept(shared_world, accept, expected):
    client = await shared_world.client("olga")
    client.headers.pop("accept")
    headers = {"Content-Type": JSON} | ({"Accept": accept} if accept is not None else {})
    response = await client.post("/graphql", content=request(), headers=headers)
    assert response.status_code == (200 if expected else 406)
    assert response.headers["content-type"] == f"{expected or JSON}; charset=utf-8"


CONTENT_TYPES = {
    "application/json": 200,
    "application/json; charset=utf-8": 200,
    'APPLICATION/JSON; Charset="UTF-8"': 200,
    "application/json; charset=utf-16": 415,
    "application/json; charset=latin-1": 415,
    "application/graphql": 415,
    "application/jsonp": 415,
    "text/plain": 415,
    "application/x-www-form-urlencoded": 415,
    "multipart/form-data; boundary=x": 415,
    "": 415,
    ";": 415,
    None: 415,
}


@before_rows
@pytest.mark.parametrize(("content_type", "status"), CONTENT_TYPES.items(), ids=str)
async def test_content_type(shared_world, content_type, status):
    client = await shared_world.client("olga")
    headers = {"Content-Type": content_type} if content_type is not None else {}
    response = await client.post("/graphql", content=request(), headers=headers)
    assert response.status_code == status


@before_rows
async def test_compressed_bodies_are_not_taken(shared_world):
    client = await shared_world.client("olga")
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    response = await client.post("/graphql", content=b"\x1f\x8b", headers=headers)
    assert response.status_code == 415


async def chunks(*parts: bytes, read: list[int] | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        if read is not None:
            read.append(len(part))
        yield part


async def endless() -> AsyncIterator[bytes]:
    yield b'{"query": '
    await asyncio.Event().wait()


@before_rows
async def test_a_body_of_the_limit_is_read_and_a_byte_more_is_not(shared_world):
    client = await shared_world.client("olga")
    limit = shared_world.settings.http.body_bytes
    headers = {"Content-Type": JSON}
    fits = request() + b" " * (limit - len(request()))
    assert (await client.post("/graphql", content=fits, headers=headers)).status_code == 200
    for content in (fits + b" ", chunks(fits, b" ")):
        response = await client.post("/graphql", content=content, headers=headers)
        assert response.status_code == 413
        assert response.json()["errors"][0]["extensions"]["reason"] == "BODY_BYTES"


@before_rows
async def test_a_large_body_is_refused_before_it_is_read(shared_world):
    client = await shared_world.client("olga")
    read: list[int] = []
    content = chunks(*[b"[" * 100_000] * 200, read=read)
    headers = {"Content-Type": JSON, "Content-Length": str(20_000_000)}
    response = await client.post("/graphql", content=content, headers=headers)
    assert (response.status_code, read) == (413, [])
    content = chunks(*[b"[" * 100_000] * 200, read=read)
    response = await client.post("/graphql", content=content, headers={"Content-Type": JSON})
    assert (response.status_code, sum(read)) == (413, 300_000)


@before_rows
async def test_a_body_that_does_not_come(shared_world):
    http = HttpLimits(receive_seconds=0.05)
    shared_world.settings = shared_world.settings.model_copy(update={"http": http})
    client = await shared_world.client("olga")
    response = await client.post("/graphql", content=endless(), headers={"Content-Type": JSON})
    assert response.status_code == 408
    assert response.headers["connection"] == "close"


@before_rows
async def test_a_client_that_goes_away_is_not_answered(shared_world):
    app = await shared_world.app()
    token = (await shared_world.client("olga")).headers["authorization"]
    sent = []
    came = iter(
        [
            {"type": "http.request", "body": b"{", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive():
        return next(came)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "headers": [(b"content-type", JSON.encode()), (b"authorization", token.encode())],
    }
    await app(scope, receive, send)
    assert sent == []


FAULTS = {
    "method": ({"method": "GET"}, 405),
    "token": ({"headers": {"Authorization": "Bearer x"}}, 401),
    "accept": ({"headers": {"Accept": "text/html"}}, 406),
    "content type": ({"headers": {"Content-Type": "text/html"}}, 415),
    "body": ({"content": b"x" * 300_000}, 413),
    "JSON": ({"content": b"{"}, 400),
}


@before_rows
@pytest.mark.parametrize("first", range(len(FAULTS)), ids=list(FAULTS))
async def test_the_first_fault_is_the_one_told(shared_world, first):
    """Of a request with this fault and every later one, only this one is answered."""
    client = await shared_world.client("olga")
    method, headers, content = "POST", {"Content-Type": JSON}, request()
    for fault, _ in reversed(list(FAULTS.values())[first:]):
        method = fault.get("method", method)
        headers |= fault.get("headers", {})
        content = fault.get("content", content)
    response = await client.request(method, "/graphql", headers=headers, content=content)
    assert response.status_code == list(FAULTS.values())[first][1]


@before_rows
async def test_headers_of_every_answer(shared_world):
    client = await shared_world.client("olga")
    answers = [
        await client.post("/graphql", json={"query": QUERY}),
        await client.post("/graphql", json={"query": "{"}),
        await client.post("/graphql", json={"query": QUERY}, headers={"Authorization": "x"}),
        await client.get("/graphql"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 401, 405]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert len({answer.headers["x-request-id"] for answer in answers}) == 4


async def test_text_is_normalised(shared_world):
    """A name is looked for as NFC, however the client composed it, in variables and literals."""
    client = await shared_world.client("olga")
    composed, apart = "caf\u00e9", "cafe\u0301"
    asked = "query ($a: String) { policy(action: $a) { action } }"
    by_variable = [(await client.ask(asked, {"a": a})).json for a in (composed, apart)]
    assert by_variable[0] == by_variable[1]
    asked = '{ organisation(id: "%s") { id } }'
    by_literal = [(await client.ask(asked % a)).json for a in (composed, apart)]
    assert by_literal[0] == by_literal[1]


async def test_strict_mode_is_403_in_both_types(shared_world):
    client = await shared_world.client("vera")
    asked = "{ organisations(first: 1) { nodes { account { warnings } } } }"
    for accept in (JSON, GRAPHQL):
        reply = await client.ask(asked, mode="strict", accept=accept)
        assert reply.status == 403
        assert "data" not in reply.json
        assert (await client.ask(asked, mode="partial", accept=accept)).status == 200


async def test_an_answer_larger_than_an_answer_may_be(shared_world):
    limits = replace(shared_world.settings.limits, response_bytes=2_000)
    shared_world.settings = shared_world.settings.model_copy(update={"limits": limits})
    client = await shared_world.client("olga")
    assert (await client.ask(QUERY)).data == OLGA["data"]
    for accept, status in ((JSON, 200), (GRAPHQL, 400)):
        reply = await client.ask("{ policy { sentence } }", accept=accept)
        assert (reply.status, list(reply.json)) == (status, ["errors"])
        assert reply.errors[0]["extensions"]["code"] == "RESPONSE_TOO_LARGE"
        assert reply.report.codes == ("RESPONSE_TOO_LARGE",)


@pytest.mark.parametrize("mode", ["partial", "strict"])
async def test_an_answer_that_is_kept_back_tells_what_is_changed_all_the_same(world, mode):
    limits = replace(world.settings.limits, response_bytes=100)
    world.settings = world.settings.model_copy(update={"limits": limits})
    client, alder = await world.client("olga"), await organisation_id(world, "alder")
    asked = 'mutation ($at: ID!) { renameAccount(input: { organisationId: $at, name: "New" }) { organisation { id name } } }'
    reply = await client.ask(asked, {"at": alder}, mode=mode)
    assert reply.errors[0]["extensions"]["code"] == "RESPONSE_TOO_LARGE"
    assert reply.json["extensions"] == {"changes": {"made": ["renameAccount"]}}
    assert await world.sql("SELECT name FROM organisations WHERE id = :id", id=alder[4:]) == [
        ("New",)
    ]


MISSING_TABLE = {"sqlite3.OperationalError", "asyncpg.exceptions.UndefinedTableError"}


async def test_a_fault_of_ours_says_nothing_of_itself(world, caplog):
    client = await world.client("olga")
    await world.sql("ALTER TABLE paye_schemes RENAME TO elsewhere")
    asked = "{ organisations(first: 1) { nodes { account { payeSchemes { reference } } } } }"
    with caplog.at_level(logging.INFO, "fieldgate"):
        reply = await client.ask(asked)
    request_id = reply.response.headers["x-request-id"]
    assert "paye_schemes" not in reply.response.text
    codes = [error["extensions"]["code"] for error in reply.errors]
    assert codes == ["INTERNAL_SERVER_ERROR"]
    assert reply.errors[0]["extensions"]["requestId"] == request_id
    [fault] = [record for record in caplog.records if record.exc_info]
    line = orjson.loads(JsonLines().format(fault))
    assert line["requestId"] == request_id
    assert line["frames"]
    assert line["exception"][-1] in MISSING_TABLE
    assert "no such table" not in str(line)
    assert "does not exist" not in str(line)


def test_errors_without_a_code_of_the_closed_set_keep_only_their_position():
    told = {"message": "No.", "path": ["a"], "extensions": {"code": "FORBIDDEN"}}
    faults = [
        {"message": "secret", "path": ["b", 0], "locations": [{"line": 1, "column": 2}]},
        {"message": "secret", "path": ["c"], "extensions": {"code": "OOPS", "sql": "secret"}},
        {"message": "secret", "extensions": {"code": "INTERNAL_SERVER_ERROR", "x": "secret"}},
        "secret",
    ]
    payload = {"data": {"a": None, "b": [None]}, "errors": [told, *faults]}
    answer = masked(payload, "id-1")
    assert "secret" not in json.dumps(answer)
    assert answer["data"] == payload["data"]
    assert answer["errors"][0] == told
    assert [error.get("path") for error in answer["errors"]] == [["a"], ["b", 0], ["c"], None, None]
    hidden = {"code": "INTERNAL_SERVER_ERROR", "requestId": "id-1"}
    assert [error["extensions"] for error in answer["errors"][1:]] == [hidden] * 4


async def test_one_line_an_operation_and_no_value_in_it(shared_world, caplog):
    client = await shared_world.client("olga")
    secret = "Zaphod-42"
    literal = f'b: policy(action: "{secret}") {{ note }}'
    document = f"query Ask($a: String) {{ a: policy(action: $a) {{ note }} {literal} }}"
    with caplog.at_level(logging.DEBUG):
        reply = await client.ask(document, {"a": secret}, operation_name="Ask")
        await client.ask(document, {"a": {"b": secret}})
        await client.ask("{ me { name } }", operation_name=secret)
        await client.post("/graphql", content=secret, headers={"Content-Type": JSON})
    lines = [
        orjson.loads(JsonLines().format(record))
        for record in caplog.records
        if record.name == "fieldgate"
    ]
    assert [line["event"] for line in lines] == ["operation"] * 3 + ["refused"]
    first = lines[0]
    assert (first["operation"], first["subject"], first["status"]) == ("Ask", "olga", 200)
    assert first["requestId"] == reply.response.headers["x-request-id"]
    assert first["document"] == reply.report.document_hash
    assert first["statements"] == reply.report.statements > 0
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert not [r for r in ours if secret in JsonLines().format(r)]


@before_rows
async def test_cross_origin_requests_by_exact_list(shared_world):
    listed = "https://app.example.org"
    update = {"cors_origins": (listed,)}
    shared_world.settings = shared_world.settings.model_copy(update=update)
    client = await shared_world.client("olga")
    asking = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    for origin, allowed in {
        listed: listed,
        "https://app.example.org.evil.example": None,
        "http://app.example.org": None,
        "https://APP.example.org": None,
        "null": None,
    }.items():
        preflight = await client.options("/graphql", headers={"Origin": origin} | asking)
        assert preflight.headers.get("access-control-allow-origin") == allowed
        assert preflight.is_success == (allowed is not None)
        answer = await client.post("/graphql", json={"query": QUERY}, headers={"Origin": origin})
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in answer.headers


@before_rows
async def test_a_page_that_is_not_listed_is_still_only_a_client(shared_world):
    app = create_app(shared_world.settings)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://fieldgate.test") as client:
        response = await client.options("/graphql", headers={"Origin": "https://a.example"})
    assert response.status_code == 405
    assert "access-control-allow-origin" not in response.headers


def test_what_stands_for_a_withheld_value_never_leaves():
    """Were it ever left in an answer, writing it fails: its fields tell of rules and reasons."""
    with pytest.raises(TypeError):
        encoded({"data": {"me": Withheld("FORBIDDEN", "no", "User.email")}})
