"""An operand that is not given asks nothing, wherever it stands; a null is refused by its name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.finding import PEOPLE
from scenarios.rows import names

ABSENT = (
    "filter: {name: {startsWith: $n}}",
    "filter: {or: [{name: {startsWith: $n}}]}",
    "filter: {not: {name: {startsWith: $n}}}",
    "filter: {and: [{name: {eq: $n}}, {not: {or: [{name: {contains: $n}}, {email: {eq: $n}}]}}]}",
    "filter: {name: $t, or: [{name: $t}], not: {name: $t}}",
    "filter: {and: $l, or: $l, not: $f}",
    "filter: $f",
    "filter: {or: [{name: {in: $w}}, {not: {status: {isNull: $b}}}]}",
    "orderBy: $o",
    "orderBy: {field: NAME, direction: $d}",
    "after: $n, before: $n, last: $i",
)  # fmt: skip
DECLARED = {
    "n": "String", "t": "TextFilter", "l": "[UserFilter!]", "f": "UserFilter", "w": "[String!]",
    "b": "Boolean", "o": "UserOrder", "d": "OrderDirection", "i": "Int",
}  # fmt: skip
LISTED = "totalCount edges { cursor node { id } }"


def declaring(arguments: str, listed: str = LISTED) -> str:
    """Return a document of a page of people that declares the variables of its arguments."""
    used = ", ".join(f"${n}: {kind}" for n, kind in DECLARED.items() if f"${n}" in arguments)
    head = f"query ({used})" if used else "query"
    return f"{head} {{ page: users(first: 100, {arguments}) {{ {listed} }} }}"


@pytest.mark.parametrize("arguments", ABSENT)
async def test_what_is_not_given_leaves_the_list_as_it_is(shared_world, arguments):
    client = await shared_world.client("olga")
    whole = (await client.ask(f"{{ page: users(first: 100) {{ {LISTED} }} }}")).data
    assert whole["page"]["totalCount"] == 5
    for plain in (False, True):
        reply = await client.ask(declaring(arguments), {}, plain=plain)
        assert (reply.data, reply.errors) == (whole, [])


async def test_an_absent_leaf_leaves_the_others_of_its_or(shared_world):
    client = await shared_world.client("olga")
    arguments = 'filter: {or: [{name: {startsWith: $n}}, {name: {eq: "Vera"}}]}'
    for plain in (False, True):
        reply = await client.ask(declaring(arguments, "nodes { name }"), plain=plain)
        assert names(reply.data["page"]["nodes"], "name") == ["Vera"]
        given_too = await client.ask(
            declaring(arguments, "nodes { name }"), {"n": "o"}, plain=plain
        )
        assert names(given_too.data["page"]["nodes"], "name") == ["Olga", "Otis", "Vera"]


NULLS = [
    ({"name": {"startsWith": None}}, "filter.name.startsWith"),
    ({"name": {"eq": None}}, "filter.name.eq"),
    ({"name": {"in": None}}, "filter.name.in"),
    ({"name": {"isNull": None}}, "filter.name.isNull"),
    ({"name": {"eq": "Vera", "contains": None}}, "filter.name.contains"),
    ({"status": {"eq": None}}, "filter.status.eq"),
    ({"name": None}, "filter.name"),
    ({"and": None}, "filter.and"),
    ({"or": None}, "filter.or"),
    ({"not": None}, "filter.not"),
    ({"or": [{"name": {"eq": "Vera"}}, {"not": {"email": {"eq": None}}}]}, "filter.or.not.email.eq"),
    (None, "filter"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "named"), NULLS, ids=[named for _, named in NULLS])
async def test_a_null_that_means_nothing_is_refused_by_its_name(shared_world, asked, named):
    client = await shared_world.client("olga")
    for plain in (False, True):
        reply = await client.ask(PEOPLE, {"filter": asked, "first": 5}, plain=plain)
        (error,) = reply.errors
        assert reply.data == {"page": None}
        told = error["extensions"]
        assert (told["code"], told["input"], told["reason"]) == ("BAD_USER_INPUT", named, "NULL")
        assert named in error["message"]


async def test_a_null_in_a_variable_is_no_absent_variable(shared_world):
    client = await shared_world.client("olga")
    document = declaring("filter: {not: {name: {startsWith: $n}}}", "nodes { name }")
    asked = [({}, 5), ({"n": "o"}, 3), ({"n": None}, None), ({}, 5), ({"n": "v"}, 4)]
    for variables, count in asked:
        reply = await client.ask(document, variables)
        if count is None:
            assert reply.refusals == {"page": "BAD_USER_INPUT"}
        else:
            assert len(reply.data["page"]["nodes"]) == count


RECORDS = (
    "query ($f: ApprenticeRecordFilter) { apprenticeRecords(first: 5, filter: $f) { totalCount } }"
)


async def test_a_null_hides_no_right_that_is_missing(shared_world):
    """Ann may find no record by its cost; of an absent operand nobody needs the right."""
    client = await shared_world.client("ann")
    for plain in (False, True):
        for refused in ({"cost": {"eq": 1}}, {"cost": {"eq": None}}, {"not": {"cost": None}}):
            reply = await client.ask(RECORDS, {"f": refused}, plain=plain)
            assert reply.refusals == {"apprenticeRecords": "FORBIDDEN"}
        reply = await client.ask(RECORDS, {"f": {"not": {"cost": {}}}}, plain=plain)
        assert (reply.data, reply.errors) == ({"apprenticeRecords": {"totalCount": 2}}, [])


# a filter as a tree: what joins, and leaves of an operator with an operand that may be absent
LEAF = st.tuples(
    st.sampled_from([("name", "startsWith"), ("name", "contains"), ("name", "eq"), ("email", "contains")]),
    st.sampled_from(["o", "Vera", "a", "i", "@example"]),
    st.booleans(),
)  # fmt: skip
TREE = st.recursive(
    LEAF,
    lambda below: st.one_of(
        st.tuples(st.just("not"), below),
        st.tuples(st.sampled_from(["and", "or"]), st.lists(below, min_size=1, max_size=3)),
    ),
    max_leaves=6,
)


def written(tree: Any, variables: dict[str, str], declared: list[str]) -> str:
    """Return a tree with a variable for each operand, whose value is kept where it is given."""
    if isinstance(tree[0], tuple):
        (field, operator), operand, is_given = tree
        name = f"v{len(declared)}"
        declared.append(name)
        if is_given:
            variables[name] = operand
        return f"{{{field}: {{{operator}: ${name}}}}}"
    if tree[0] == "not":
        return f"{{not: {written(tree[1], variables, declared)}}}"
    return f"{{{tree[0]}: [{', '.join(written(each, variables, declared) for each in tree[1])}]}}"


def cut(tree: Any) -> dict[str, Any]:
    """Return a tree without the leaves whose operand is absent, and what held only these."""
    if isinstance(tree[0], tuple):
        (field, operator), operand, is_given = tree
        return {field: {operator: operand}} if is_given else {}
    if tree[0] == "not":
        below: Any = cut(tree[1])
    else:
        below = [left for left in map(cut, tree[1]) if left]
    return {tree[0]: below} if below else {}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=TREE)
async def test_absent_operands_are_as_leaves_cut_out(shared_world, tree):
    variables: dict[str, str] = {}
    declared: list[str] = []
    text = written(tree, variables, declared)
    head = ", ".join(f"${name}: String" for name in declared)
    document = f"query ({head}) {{ page: users(first: 100, filter: {text}) {{ {LISTED} }} }}"
    client = await shared_world.client("tariq")  # who may read some addresses only
    plainly = f"query ($f: UserFilter!) {{ page: users(first: 100, filter: $f) {{ {LISTED} }} }}"
    expected = await client.ask(plainly, {"f": cut(tree)})
    assert expected.errors == []
    for plain in (False, True):
        reply = await client.ask(document, variables, plain=plain)
        assert (reply.data, reply.errors) == (expected.data, [])


MEANING_ALL = ["", "filter: {}", "filter: {and: []}", "filter: $f", "filter: {or: [{}], not: {}}",
               "orderBy: {field: NAME}", "orderBy: $o", "orderBy: null, after: null",
               "filter: {not: $f}, orderBy: {direction: ASC, field: NAME}"]  # fmt: skip
MEANING_SOME = [
    'filter: {name: {contains: "a", startsWith: "v"}}',
    'filter: {name: {startsWith: "v", contains: "a"}, and: []}',
    'filter: {and: [{name: {startsWith: "v", contains: $n}}]}',
    'filter: {or: [{name: {contains: $n, startsWith: "v"}}]}, orderBy: {field: NAME, direction: ASC}',
    'filter: {name: {contains: "a", startsWith: "v", eq: $absent}}',
]  # fmt: skip


@pytest.mark.parametrize("written_alike", [MEANING_ALL, MEANING_SOME], ids=["all", "some"])
async def test_a_cursor_opens_every_list_of_the_same_meaning(shared_world, written_alike):
    client = await shared_world.client("tariq")
    kinds = {"f": "UserFilter", "o": "UserOrder", "n": "String", "absent": "String"}
    listings, given_values = set(), {"n": "a"}
    for plain in (False, True):
        for arguments in written_alike:
            used = ", ".join(f"${n}: {k}" for n, k in kinds.items() if f"${n}" in arguments)
            document = f"query {f'({used})' if used else ''} {{ page: users(first: 100, {arguments}) {{ edges {{ cursor }} }} }}"
            wanted = {
                name: value for name, value in given_values.items() if f"${name}" in arguments
            }
            reply = await client.ask(document, wanted, plain=plain)
            assert reply.errors == [], arguments
            listings.add(tuple(edge["cursor"] for edge in reply.data["page"]["edges"]))
    assert len(listings) == 1


UNLIKE = ['filter: {name: {contains: "a"}}', 'filter: {name: {eq: "a"}}', 'filter: {not: {name: {contains: "a"}}}',
          'filter: {or: [{name: {contains: "a"}}, {name: {contains: "e"}}]}', 'filter: {name: {contains: "a"}, email: {contains: "a"}}',
          "", "filter: {or: []}", "orderBy: {field: NAME, direction: DESC}", "orderBy: {field: EMAIL}"]  # fmt: skip


async def test_a_cursor_opens_no_list_of_another_meaning(shared_world):
    client = await shared_world.client("tariq")
    pages = {}
    for arguments in UNLIKE:
        reply = await client.ask(
            f"{{ page: users(first: 1, {arguments}) {{ pageInfo {{ endCursor }} }} }}"
        )
        pages[arguments] = reply.data["page"]["pageInfo"]["endCursor"]
    for made_by, cursor in pages.items():
        for arguments in UNLIKE if cursor else ():
            reply = await client.ask(
                f'{{ page: users(first: 1, after: "{cursor}", {arguments}) {{ totalCount }} }}'
            )
            opened = not reply.errors
            assert opened == (arguments == made_by), (made_by, arguments)
