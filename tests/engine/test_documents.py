"""Documents: read once a text, and every request that cannot be run says so cleanly."""

from __future__ import annotations

import gc
import traceback
import tracemalloc

import pytest

from asking import Desk, errors_of, product_catalogue
from engine.documents.cache import Documents
from engine.errors import RequestRefused
from engine.limits import Limits

SCHEMA = product_catalogue().schema


def refusal(documents: Documents, text: str, name: str | None = None) -> dict[str, object]:
    with pytest.raises(RequestRefused) as raised:
        documents.operation(text, name)
    assert raised.value.status == 400
    return raised.value.errors[0]


def test_a_text_is_read_once():
    documents = Documents(SCHEMA, Limits())
    first = documents.operation("{ me { id } }", None)
    assert documents.operation("{ me { id } }", None) is first
    assert documents.operation("{ me { id } } ", None) is not first
    assert first.name is None
    assert not first.introspects
    assert first.directive_variables == ()


def test_the_cache_is_bounded():
    documents = Documents(SCHEMA, Limits(cached_characters=10_000))
    texts = [f"{{ me {{ id }} }} # {n}" + "." * 3000 for n in range(4)]
    kept = [documents.operation(text, None) for text in texts]
    assert documents.operation(texts[3], None) is kept[3]
    again = documents.operation(texts[0], None)
    assert again is not kept[0]
    assert again.digest == kept[0].digest


def test_a_long_text_is_not_kept():
    text = "{ me { id } }"
    documents = Documents(SCHEMA, Limits(cached_document=len(text)))
    assert documents.operation(text, None) is documents.operation(text, None)
    longer = text + "#"
    assert documents.operation(longer, None) is not documents.operation(longer, None)


def test_names_of_operations_do_not_fill_the_cache():
    """Only the document counts: what a caller calls its operation is not worth remembering."""
    documents = Documents(SCHEMA, Limits(cached_characters=100_000))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for n in range(50):
            refusal(documents, "{ me { id } }", f"{n}" + "x" * 80_000)
            refusal(documents, "", f"{n}" + "x" * 80_000)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 2_000_000  # 8 MB of names were sent


def test_a_refused_text_is_remembered_and_does_not_grow():
    """A client that repeats a bad document must not make the process larger by its stack."""
    documents = Documents(SCHEMA, Limits())
    lengths = set()
    for _ in range(5):
        with pytest.raises(
            RequestRefused, match=r"Cannot query field 'nonsense' on type 'Query'\."
        ) as raised:
            documents.operation("{ nonsense }", None)
        lengths.add(len(list(traceback.walk_tb(raised.value.__traceback__))))
    assert len(lengths) == 1


SEVERAL = "query One { me { id } } query Two { me { name } }"
CHOICES = {
    "the first": (SEVERAL, "One", "One"),
    "the second": (SEVERAL, "Two", "Two"),
    "the only one": ("query One { me { id } }", "One", "One"),
    "the only one, not named": ("query One { me { id } }", None, "One"),
    "none of several": (SEVERAL, None, "operationName must choose one"),
    "an unknown one": (SEVERAL, "Three", "has no operation named 'Three'"),
    "a name for the anonymous": ("{ me { id } }", "One", "has no operation named 'One'"),
    "an empty name": ("{ me { id } }", "", "has no operation named ''"),
}


@pytest.mark.parametrize(("text", "name", "expected"), CHOICES.values(), ids=CHOICES)
def test_the_choice_of_an_operation(text, name, expected):
    documents = Documents(SCHEMA, Limits())
    if expected in {"One", "Two"}:
        assert documents.operation(text, name).name == expected
    else:
        error = refusal(documents, text, name)
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert expected in error["message"]


def test_a_document_of_fragments_has_nothing_to_run():
    error = refusal(Documents(SCHEMA, Limits()), "fragment F on User { id }")
    assert error["extensions"]["code"] in {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}


def test_a_number_beyond_what_is_read_is_refused_in_our_words():
    text = "{ organisations(first: " + "9" * 5_000 + ") { totalCount } }"
    error = refusal(Documents(SCHEMA, Limits()), text)
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["message"] == "A number has too many digits."


UNREADABLE = ["", " ", "# only a remark", "{", "}", "{ me }}", "{ me { id }", "query {", "{ \u0007 }", "nonsense"]  # fmt: skip


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_document(text):
    error = refusal(Documents(SCHEMA, Limits()), text)
    assert error["extensions"] == {"code": "GRAPHQL_PARSE_FAILED"}
    assert error["message"].startswith("Syntax Error")
    assert error["locations"]


def test_only_some_errors_are_shown():
    documents = Documents(SCHEMA, Limits(errors_shown=3))
    with pytest.raises(RequestRefused) as raised:
        documents.operation("{ a b c d e f g }", None)
    errors = raised.value.errors
    assert 3 <= len(errors) <= 4  # three of them, and one that says that there are more
    assert all(e["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"} for e in errors)


def test_a_variable_of_a_directive_is_found_wherever_it_stands():
    operation = Documents(SCHEMA, Limits()).operation(
        "query ($a: Boolean!, $b: Boolean!, $c: Boolean!) { me @skip(if: $c) { id ...F } }"
        " fragment F on User { name @include(if: $a) ... @skip(if: $b) { email } }",
        None,
    )
    assert operation.directive_variables == ("a", "b", "c")


TYPOS = {
    "a root field": "{ organisatio(id: 1) { id } }",
    "a field": "{ me { nam } }",
    "a field of an interface": '{ node(id: "x") { name } }',
    "an argument": '{ organisation(idd: "x") { id } }',
    "a missing argument": "{ organisation { id } }",
    "a fragment's type": "{ me { ... on Usr { id } } }",
    "a fragment": "{ me { ...Frag } } fragment Fragment on User { id }",
    "a variable's type": "query ($s: Systm) { roles(system: $s) { name } }",
    "an enum value": "{ roles(system: EMPLOYER_ACOUNT) { name } }",
    "a text for an enum": '{ roles(system: "EMPLOYER_ACCOUNT") { name } }',
    "a directive": "{ me { id @inclde(if: true) } }",
    "a directive's argument": "{ me { id @include(iff: true) } }",
    "an undefined variable": "{ organisation(id: $ide) { id } }",
}


@pytest.mark.parametrize("text", TYPOS.values(), ids=TYPOS)
@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_what_is_remembered_for_everybody_suggests_no_name(desk: Desk, text, plain):
    """What somebody may have meant is made for them, out of what they are shown."""
    answer = await desk.ask("olga", text, plain=plain)
    assert answer.status == 400
    assert "data" not in answer.payload
    assert set(errors_of(answer).values()) == {"GRAPHQL_VALIDATION_FAILED"}
    with pytest.raises(RequestRefused) as raised:
        Documents(SCHEMA, Limits()).operation(text, None)
    assert "did you mean" not in repr(raised.value.errors).lower()
    told = [error["message"].partition(" Did you mean ")[0] for error in answer.payload["errors"]]
    assert told == [error["message"] for error in raised.value.errors]


VARIABLES = {
    "an enum value": ("query ($v: System) { roles(system: $v) { name } }", "EMPLOYER_ACOUNT"),
    "an enum value in another case": ("query ($v: RoleName) { policy(role: $v) { role } }", "employer_account_owner"),
    "a number for an enum": ("query ($v: System) { roles(system: $v) { name } }", 1),
    "a text for a number": ("query ($v: Int) { users(first: $v) { totalCount } }", "1"),
    "half a number": ("query ($v: Int) { users(first: $v) { totalCount } }", 1.5),
    "a large number": ("query ($v: Int) { users(first: $v) { totalCount } }", 2**31),
    "yes for a number": ("query ($v: Int) { users(first: $v) { totalCount } }", True),
    "null": ("query ($v: ID!) { user(id: $v) { id } }", None),
    "a list for an id": ("query ($v: ID!) { user(id: $v) { id } }", ["x"]),
    "null in a list": ("query ($v: [ID!]!) { nodes(ids: $v) { id } }", ["x", None]),
    "an object": ("query ($v: ID!) { user(id: $v) { id } }", {"id": "x"}),
    "a number for a switch": ("query ($v: Boolean!) { me { id @skip(if: $v) } }", 1),
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), VARIABLES.values(), ids=VARIABLES)
@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_a_variable_that_does_not_fit_is_a_request_error(desk: Desk, text, value, plain):
    answer = await desk.ask("olga", text, {"v": value}, plain=plain)
    assert answer.status == 400
    assert "data" not in answer.payload
    assert errors_of(answer) == {"": "BAD_USER_INPUT"}
    assert "$v" in answer.payload["errors"][0]["message"]
    documents = Documents(SCHEMA, Limits())
    with pytest.raises(RequestRefused) as raised:
        documents.variables(documents.operation(text, None), {"v": value})
    assert "did you mean" not in repr(raised.value.errors).lower()


async def test_a_variable_that_is_not_given_is_a_request_error(desk: Desk):
    for plain in (False, True):
        answer = await desk.ask("olga", "query ($v: ID!) { user(id: $v) { id } }", plain=plain)
        assert (answer.status, errors_of(answer)) == (400, {"": "BAD_USER_INPUT"})


NULLS = {
    # GraphQL lets a nullable variable with a default stand for a non-null argument.
    "an id": ('query ($v: ID = "x") { user(id: $v) { id } }', "user"),
    "ids": ('query ($v: [ID!] = ["x"]) { nodes(ids: $v) { id } }', "nodes"),
}


@pytest.mark.parametrize(("text", "path"), NULLS.values(), ids=NULLS)
@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_null_for_a_default_that_must_not_be_null_is_the_callers_error(
    desk: Desk, text, path, plain
):
    answer = await desk.ask("olga", text, {"v": None}, plain=plain)
    assert answer.status == 200
    assert answer.payload["data"] == {path: None}
    assert errors_of(answer) == {path: "BAD_USER_INPUT"}


OPERATIONS = [
    "subscription { me { id } }",
    "subscription S { nothing }",
    "subscription { __typename }",
]


@pytest.mark.parametrize("text", OPERATIONS)
@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_an_operation_that_the_schema_has_no_type_for(desk: Desk, text, plain):
    answer = await desk.ask("olga", text, plain=plain)
    assert answer.status == 400
    assert "data" not in answer.payload
    assert set(errors_of(answer).values()) == {"GRAPHQL_VALIDATION_FAILED"}
    again = await desk.ask("olga", text, plain=plain)
    assert again.payload == answer.payload


async def test_a_refused_request_is_reported_with_what_is_known_of_it(desk: Desk):
    answer = await desk.ask("olga", "{ nonsense }", name="Mine")
    assert answer.report.document_hash is None
    assert answer.report.codes == ("GRAPHQL_VALIDATION_FAILED",)
    assert answer.report.statements == 1  # the grants, which every request reads
    assert answer.payload["extensions"]["authorization"].keys() == {"policyVersion", "fingerprint"}
