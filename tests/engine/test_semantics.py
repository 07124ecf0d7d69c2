"""GraphQL as graphql-core has it: merged selections, directives, type names, arguments, errors."""

from __future__ import annotations

import re

import pytest

import value_lab
from asking import Desk
from value_lab import lab_policy, lab_schema

PATHS = pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
WHO = ("olga", "robin", "petra")


@pytest.fixture
def lab(database) -> Desk:
    return Desk(database, schema=lab_schema(), policy=lab_policy(), scopes=value_lab.SCOPES)


def whole_of(answer) -> tuple[object, list[tuple[object, ...]]]:
    """Data with the order of its keys, and each error by path, code, coordinate and message."""
    errors = []
    for error in answer.payload.get("errors", ()):
        extensions = error["extensions"]
        path = ".".join(map(str, error.get("path", ())))
        errors.append((path, extensions["code"], extensions.get("coordinate"), error["message"]))
    return repr(answer.payload.get("data")), sorted(errors, key=repr)


async def alike(lab, who, document, variables=None):
    engine = await lab.ask(who, document, variables)
    plain = await lab.ask(who, document, variables, plain=True)
    assert whole_of(engine) == whole_of(plain)
    assert engine.status == plain.status
    return engine


ORGS = "organisations(first: 3)"
SELECTIONS = {
    "one key twice": f"{{ {ORGS} {{ nodes {{ name }} nodes {{ id }} totalCount }} {ORGS} {{ nodes {{ n: name name }} }} }}",
    "one key over fragments": f"{{ ...A ...B }} fragment A on Query {{ {ORGS} {{ nodes {{ grants {{ role }} }} }} }} fragment B on Query {{ {ORGS} {{ nodes {{ grants {{ person {{ name }} }} }} ...C }} }} fragment C on OrganisationConnection {{ nodes {{ grants {{ organisation {{ name }} }} }} edges {{ node {{ id }} }} }}",
    "one key over types": f"{{ {ORGS} {{ nodes {{ grants {{ holder {{ ... on Person {{ a: name }} ... on Member {{ a: email }} ... on Node {{ id }} ...P }} }} }} }} }} fragment P on Node {{ ... on Person {{ a: name id }} }}",
    "one key of two objects over types": f"{{ {ORGS} {{ nodes {{ grants {{ node {{ ... on Organisation {{ x: name }} ... on Person {{ x: name }} ... on Member {{ x: email }} }} }} }} }} }}",
    "interfaces within interfaces": '{ node(id: "%s") { ... on Node { ... on Organisation { name ... on Node { __typename ... on Scheme { reference } } } } id } }',
    "a fragment spread again and again": f"{{ {ORGS} {{ ...F ...F nodes {{ ...G }} edges {{ node {{ ...G ...G }} }} }} }} fragment F on OrganisationConnection {{ totalCount nodes {{ ...G }} }} fragment G on Organisation {{ name parent {{ ...H }} }} fragment H on Parent {{ name }}",
    "the order of keys": f"{{ b: __typename {ORGS} {{ pageInfo {{ endCursor }} totalCount nodes {{ c: name a: id }} pageInfo {{ hasNextPage }} }} a: __typename }}",
    "type names everywhere": f'{{ __typename q: __typename {ORGS} {{ __typename pageInfo {{ __typename }} edges {{ __typename node {{ __typename parent {{ __typename }} branch {{ __typename leaf {{ __typename }} }} schemePages(first: 1) {{ __typename edges {{ __typename }} }} grants {{ __typename person {{ __typename }} holder {{ __typename }} node {{ __typename }} }} account {{ __typename }} }} }} }} branch(which: "whole") {{ __typename some {{ __typename }} }} me {{ __typename }} }}',
    "only type names": f"{{ {ORGS} {{ __typename edges {{ __typename }} nodes {{ __typename }} }} }}",
    "literal directives": f"{{ {ORGS} @include(if: true) {{ nodes {{ name @skip(if: true) id @skip(if: false) @include(if: true) x: id @include(if: false) @skip(if: false) y: id @include(if: true) @skip(if: true) ... @skip(if: true) {{ status }} ... @include(if: true) {{ s: status }} ...F @skip(if: true) ...F @include(if: true) }} totalCount @skip(if: true) }} me @skip(if: true) {{ id }} }} fragment F on Organisation {{ f: name @skip(if: false) }}",
    "nothing left": f'{{ me @skip(if: true) {{ id }} {ORGS} {{ nodes {{ name @skip(if: true) }} totalCount @include(if: false) }} branch(which: "whole") {{ leaf {{ text @skip(if: true) }} }} }}',
    "one key kept once": f"{{ {ORGS} {{ nodes {{ name @skip(if: true) name grants @skip(if: true) {{ role }} grants {{ person {{ name }} }} }} }} }}",
    "values merged": '{ branch(which: "whole") { leaf { text } leaf { maybe } ...B some { text } } } fragment B on Branch { leaf { t: text } some { maybe } ... on Branch { some { text u: text } } }',
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("asked", SELECTIONS)
async def test_selections(lab, asked, who):
    document = SELECTIONS[asked]
    if "%s" in document:
        seen = await lab.ask(who, "{ organisations(first: 1) { nodes { id } } }")
        document %= seen.payload["data"]["organisations"]["nodes"][0]["id"]
    answer = await alike(lab, who, document)
    assert answer.payload["data"]


SWITCHES = "query ($on: Boolean! = true, $off: Boolean = false, $bare: Boolean!) { a: __typename @include(if: $on) b: __typename @skip(if: $on) c: __typename @include(if: $off) d: __typename @skip(if: $off) @include(if: $on) e: __typename @skip(if: $bare) @include(if: $off) me @include(if: $bare) { id @include(if: $on) name @skip(if: $off) ...F @include(if: $off) } organisations(first: 1) @skip(if: $bare) { nodes { ...G @skip(if: $off) } } } fragment F on Person { x: name @skip(if: $on) } fragment G on Organisation { name @include(if: $bare) id @include(if: $on) }"
GIVEN = [
    {"bare": True},
    {"bare": False},
    {"bare": True, "on": False},
    {"bare": True, "off": True},
    {"bare": False, "on": False, "off": True},
    {"bare": True, "off": None},
    {"bare": None},
    {"bare": "yes"},
    {"on": None, "bare": True},
    {},
]


@pytest.mark.parametrize("given", GIVEN, ids=repr)
async def test_directives_with_variables(lab, given):
    first = await alike(lab, "olga", SWITCHES, given)
    again = await lab.ask("olga", SWITCHES, given)  # from the cache now
    assert whole_of(first) == whole_of(again)


VARIABLES = {
    "text": "String",
    "number": "Int",
    "given": "Given",
    "words": '[String!] = ["d"]',
    "word": 'String = "v"',
    "n": "Int = 4",
}
ARGUMENTS = [
    ("asked", {}),
    ("asked(text: $text, number: $number, given: $given)", {}),
    ("asked(text: $text)", {"text": None}),
    ("asked(text: $word, number: $n)", {}),
    ("asked(text: $word, number: $n)", {"word": None, "n": None}),
    ("asked(text: null, number: null, given: null)", {}),
    ('asked(given: {words: "one"})', {}),
    ('asked(given: {words: ["a", $word], number: $n, inner: {words: []}})', {}),
    ('asked(given: {words: ["a", $text]})', {}),
    ('asked(given: {words: ["a", $text]})', {"text": None}),
    ("asked(given: {words: $words, number: $n})", {"n": None}),
    ("asked(given: {words: $words, number: $n})", {"words": ["x", "y"]}),
    ("asked(given: {words: $words})", {"words": "single"}),
    ("asked(given: {words: $words})", {"words": None}),
    ("asked(given: $given)", {"given": {"words": ["a"], "inner": {"words": "b", "number": 9}}}),
    ("asked(given: $given)", {"given": {"words": ["a"], "inner": {"words": ["b", 3]}}}),
    ("asked(given: $given)", {"given": {"words": [None]}}),
    ("asked(given: $given)", {"given": {"words": [], "colour": 1}}),
    ("asked(given: $given)", {"given": {}}),
    ("asked(given: $given)", {"given": 3}),
    ("asked(number: $number)", {"number": 2**31}),
    ("asked(number: $number)", {"number": "3"}),
    ("asked(number: $number)", {"number": 3.0}),
    ("asked(number: $number)", {"number": True}),
    ("asked(text: $text)", {"text": 3}),
    ("asked(number: 99999999999)", {}),
    ("asked(text: 3)", {}),
    ("asked(given: {number: 3})", {}),
    ("asked(given: {words: [3]})", {}),
    ("words(words: [])", {}),
    ('words(words: "w")', {}),
    ("words(words: $words)", {}),
    ("words(words: $words)", {"words": None}),
    ('words(words: ["a", $text])', {}),
    ('words(words: ["a", $text])', {"text": "b"}),
    ('words(words: ["fail"])', {}),
    ('words(words: $words) other: words(words: ["a", $text]) asked', {"words": None}),
    ("organisations(first: $number) { totalCount }", {}),
    ("organisations(first: $n) { nodes { schemePages(first: $number) { totalCount } } }", {}),
    ("organisations(first: $n, after: $text) { totalCount }", {"text": "x"}),
    ("organisations(first: $n) { nodes { entities { id } schemePages(first: $n, after: $word) { totalCount } } }", {}),
    ("organisations(first: $n) { edges { node { x: schemePages(last: 1, before: $text) { nodes { id } } } } }", {"text": "?"}),
    ('node(id: "no") { id } organisation(id: "org_x") { id }', {}),
]  # fmt: skip


@pytest.mark.parametrize("who", ["robin", "petra", "auth0|nobody"])
@pytest.mark.parametrize(("field", "given"), ARGUMENTS, ids=[f"{f} {g}" for f, g in ARGUMENTS])
async def test_arguments(lab, field, given, who):
    used = [name for name in VARIABLES if re.search(rf"\${name}\b", field)]
    declared = ", ".join(f"${name}: {VARIABLES[name]}" for name in used)
    document = f"query ({declared}) {{ {field} }}" if used else f"{{ {field} }}"
    await alike(lab, who, document, given)


ROLE_FIRST = """query ($at: ID = "x") { users(first: 9) { nodes {
  can(action: EMPLOYER_ACCOUNT_RENAME, organisationId: $at) } } }"""


async def test_the_role_comes_before_the_arguments(desk: Desk):
    """Whether one may act is told of oneself alone, and only there is a null for an id an error."""
    answer = await alike(desk, "olga", ROLE_FIRST, {"at": None})
    codes = [error["extensions"]["code"] for error in answer.payload["errors"]]
    assert codes.count("BAD_USER_INPUT") == 1
    assert set(codes) == {"BAD_USER_INPUT", "FORBIDDEN"}


# graphql-core lets a variable that may be null stand where null may not, if it has a default.
NULLS = {
    "a choice": ("query ($x: LearnersShown = MY) { learners(first: 1, show: $x) { totalCount } }", "learners", "Query.learners"),
    "a filter": ('query ($x: String = "a") { users(first: 1, filter: { name: { in: [$x] } }) { totalCount } }', "users", "Query.users"),
    "introspection": ('query ($x: String = "User") { __type(name: $x) { name } }', "__type", None),
}  # fmt: skip


@PATHS
@pytest.mark.parametrize(("document", "field", "coordinate"), NULLS.values(), ids=NULLS)
async def test_a_null_for_what_must_not_be_null_is_told_where_it_stands(
    desk: Desk, document, field, coordinate, plain
):
    answer = await desk.ask("sue", document, {"x": None}, plain=plain)
    assert answer.payload["data"] == {field: None}
    [error] = answer.payload["errors"]
    assert error["path"] == [field]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["coordinate"] == coordinate
    assert "errors" not in (await desk.ask("sue", document, plain=plain)).payload
