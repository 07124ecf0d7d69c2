"""Documents that filter and sort: written out under aliases, and by variables of many shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from differential.literals import Name, written
from differential.question import Question

ACTIVE, INVITED, INACTIVE = map(Name, ("ACTIVE", "INVITED", "INACTIVE"))
EMPLOYER, EPAO = map(Name, ("EMPLOYER", "EPAO"))
Filters = Sequence[dict[str, Any] | None]

BY_NAME: Filters = (
    {},
    None,
    {"name": None},
    {"name": {}},
    {"name": {"eq": None, "in": None}},
    {"name": {"eq": "Vera"}},
    {"name": {"eq": "vera"}},
    {"name": {"in": ["Vera", "Olga", "Alder", "Nobody", "Vera"]}},
    {"name": {"in": "Birch"}},
    {"name": {"in": []}},
    {"name": {"contains": ""}},
    {"name": {"contains": "R"}},
    {"name": {"contains": "%"}},
    {"name": {"startsWith": "_"}},
    {"name": {"startsWith": "ａ"}},
    {"name": {"contains": "ß"}},
    {"name": {"startsWith": "FI"}},
    {"name": {"startsWith": "ZOË"}},
    {"name": {"contains": "😀"}},
    {"name": {"startsWith": "o", "contains": "l", "in": ["Olga", "Otis"]}},
    {"name": {"isNull": True}},
    {"name": {"isNull": False}},
    {"and": []},
    {"or": []},
    {"or": {"name": {"eq": "Vera"}}},
    {"not": {}},
    {"or": [{}, {"name": {"eq": "Vera"}}, {"not": {"name": {}}}]},
    {"not": {"or": [{"name": {}}, {"and": []}]}},
    {"not": {"name": {"eq": None}}, "or": [{"name": None}]},
    {"and": None},
    {"not": {"not": {"name": {"contains": "a"}}}},
    {"and": [{"name": {"contains": "a"}}, {"not": {"name": {"contains": "i"}}}, {}]},
    {"or": [{"name": {"eq": "Vera"}}, {"and": [{"name": {"startsWith": "t"}}, {"or": []}]}]},
    {"name": {"contains": "a"}, "or": [{"name": {"contains": "e"}}, {"name": {"contains": "o"}}]},
)
"""By what is seen of everything in sight, of people and of organisations."""

BY_CONTACT: Filters = (
    {"email": {"eq": "olga@example.test"}},
    {"email": {"in": ["vera@example.test", "robin@example.test", "vic@example.test"]}},
    {"email": {"contains": "@EXAMPLE"}},
    {"email": {"startsWith": "t"}},
    {"email": {"isNull": True}},
    {"email": {"isNull": False}},
    {"email": {"in": []}},
    {"email": None, "status": {}},
    {"status": {"eq": ACTIVE}},
    {"status": {"in": [INVITED, INACTIVE]}},
    {"not": {"email": {"eq": "olga@example.test"}}},
    {"not": {"email": {"isNull": True}}},
    {"not": {"email": {"in": []}}},
    {"not": {"not": {"status": {"eq": ACTIVE}}}},
    {"not": {"or": [{"email": {"contains": "x"}}, {"name": {"contains": "a"}}]}},
    {"not": {"and": [{"email": {"contains": "x"}}, {"name": {"contains": "a"}}]}},
    {"or": [{"email": {"startsWith": "o"}}, {"not": {"email": {"startsWith": "o"}}}]},
    {"or": [{"email": {"isNull": True}}, {"name": {"startsWith": "o"}}]},
    {"and": [{"email": {"isNull": False}}, {"not": {"status": {"eq": INVITED}}}]},
    {"name": {"contains": "a"}, "email": {"contains": "a"}, "status": {"isNull": False}},
)
"""By what some may read of themselves alone, and some of nobody else at one place."""

BY_KIND: Filters = (
    {"kind": {"eq": EMPLOYER}},
    {"kind": {"in": [EMPLOYER, EPAO]}},
    {"kind": {"isNull": True}},
    {"not": {"kind": {"in": [EPAO]}}, "name": {"contains": "e"}},
)

SORTED = tuple(
    {"field": field, "direction": direction}
    for field in (Name("NAME"), Name("EMAIL"))
    for direction in (Name("ASC"), Name("DESC"))
)

UNSTORABLE: Filters = (
    {"name": {"eq": "a\0b"}},
    {"or": [{"name": {"in": ["Vera", "\0"]}}], "name": {"in": []}},
    {"not": {"and": [{"name": {"contains": "\0"}}]}},
)
"""Texts that no row can hold; a variable of one never gets as far as the engine."""

BY_VARIABLE = (
    "query ($f: UserFilter, $o: UserOrder) { users(first: 50, filter: $f, orderBy: $o) {"
    " totalCount nodes { name email } edges { cursor } } }"
)
OF_ORGANISATIONS = (
    "query ($f: OrganisationFilter) { organisations(last: 50, filter: $f) { totalCount"
    " nodes { name kind } } }"
)
BY_LEAVES = (
    "query ($t: String, $ts: [String!], $n: Boolean, $s: UserStatus, $d: OrderDirection! = DESC,"
    " $l: TextFilter, $a: [UserFilter!] = [{}]) { users(first: 50, filter: {name: {contains: $t,"
    " in: $ts}, email: $l, and: $a, not: {status: {eq: $s, isNull: $n}}}, orderBy: {field: EMAIL,"
    " direction: $d}) { totalCount nodes { name } } }"
)
IN_LISTS = (
    'query ($t: String!, $f: UserFilter!) { users(first: 50, filter: {or: [{name: {in: [$t, "Vera"]'
    "}}, $f, {not: $f, name: {startsWith: $t}}]}) { totalCount nodes { name } } }"
)
LEAVES: Sequence[dict[str, Any]] = (
    {},
    {"t": "a"},
    {"t": None, "ts": None, "n": None, "s": None, "l": None, "a": None},
    {"s": None},
    {"l": None},
    {"l": {"eq": None}},
    {"ts": []},
    {"ts": ["Vera", "Tariq", "Olga"], "d": "ASC"},
    {"s": "INVITED"},
    {"s": "ACTIVE"},
    {"n": True},
    {"n": False, "s": "ACTIVE"},
    {"l": {}},
    {"l": {"isNull": False}, "d": "ASC"},
    {"l": {"contains": "EXAMPLE"}, "t": "A"},
    {"a": {"name": {"startsWith": "v"}}},
    {"a": []},
    {"a": [{"or": []}]},
)


def by_variables() -> Iterator[Question]:
    """Ask one document after the other with variables of every shape."""
    for given in (*BY_NAME, *BY_CONTACT):
        yield Question(BY_VARIABLE, {"f": given})
    for order in SORTED:
        yield Question(BY_VARIABLE, {"o": order})
        yield Question(BY_VARIABLE, {"f": {"email": {"contains": "a"}}, "o": order})
    for given in (*BY_NAME[::3], *BY_KIND):
        yield Question(OF_ORGANISATIONS, {"f": given})
    for leaves in LEAVES:
        yield Question(BY_LEAVES, leaves)
    for text in ("Olga", "Tariq", "nobody"):
        given = {"t": text, "f": {"email": {"startsWith": text[:1]}}}
        yield Question(IN_LISTS, given)


def under_aliases(field: str, filters: Filters, part: str) -> str:
    """Return a document of one connection with each of these filters."""
    asked = " ".join(
        f"f{at}: {field}(first: 50, filter: {written(given)}) {{ {part} }}"
        for at, given in enumerate(filters)
    )
    return f"{{ {asked} }}"


DOCUMENTS: dict[str, Question] = {
    "people by name": Question(under_aliases("users", BY_NAME[:16], "totalCount nodes { name }")),
    "more people by name": Question(
        under_aliases("users", (*BY_NAME[16:], *UNSTORABLE), "nodes { name email }")
    ),
    "people by contact": Question(
        under_aliases("users", BY_CONTACT[:10], "totalCount nodes { name email }")
    ),
    "more people by contact": Question(
        under_aliases("users", BY_CONTACT[10:], "totalCount edges { cursor node { status } }")
    ),
    "organisations by name and kind": Question(
        under_aliases("organisations", (*BY_NAME[5:16], *BY_KIND), "totalCount nodes { name }")
    ),
    "people in order": Question(
        "{ "
        + " ".join(
            f"o{at}: users(first: 50, orderBy: {written(order)}) {{ edges {{ cursor node {{ name"
            f" email }} }} }} l{at}: users(last: 2, filter: {{email: {{isNull: false}}}}, orderBy:"
            f" {written(order)}) {{ totalCount nodes {{ name }} pageInfo {{ hasNextPage"
            " hasPreviousPage } }"
            for at, order in enumerate((*SORTED, None))
        )
        + " k: organisations(first: 9, orderBy: {field: KIND}) { nodes { kind name } } }"
    ),
    "a wrong page of those found": Question(
        '{ a: users(filter: {name: {eq: "Vera"}}) { totalCount } b: users(first: 1, after: "x",'
        " filter: {email: {isNull: false}}, orderBy: {field: EMAIL}) { totalCount } me { id } }"
    ),
}
"""What the corpus takes of them."""
