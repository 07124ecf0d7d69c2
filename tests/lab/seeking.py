"""Questions that filter, sort and add up: mostly by what the caller may find rows by, sometimes not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from graphql import GraphQLNonNull, GraphQLSchema

from differential.literals import Literals
from differential.question import Question
from lab.oracle.asked import Asked
from lab.soil import POOLS
from oracle.finding import refused_argument

SUMS = "count sum min max"
DOCUMENTS = {
    "Record": f"""
      query ($f: RecordFilter, $o: RecordOrder, $first: Int, $last: Int) {{
        records(first: $first, last: $last, filter: $f, orderBy: $o) {{
          totalCount nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        }}
        recordTotals(filter: $f) {{ count cost {{ {SUMS} }} outcome {{ {SUMS} }} }}
      }}""",
    "Note": f"""
      query ($f: NoteFilter, $o: NoteOrder, $first: Int, $last: Int) {{
        notes(first: $first, last: $last, filter: $f, orderBy: $o) {{ totalCount nodes {{ id }} }}
        records(first: 12) {{ nodes {{
          notePages(first: $first, last: $last, filter: $f, orderBy: $o) {{
            totalCount edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage }}
          }}
          noteTotals(filter: $f) {{ count weight {{ {SUMS} }} }}
        }} }}
      }}""",
    "Person": """
      query ($f: PersonFilter, $o: PersonOrder, $first: Int, $last: Int) {
        people(first: $first, last: $last, filter: $f, orderBy: $o) { totalCount nodes { id } }
      }""",
    "Organisation": """
      query ($f: OrganisationFilter, $o: OrganisationOrder, $first: Int, $last: Int) {
        organisations(first: $first, last: $last, filter: $f, orderBy: $o) {
          totalCount nodes { id }
        }
      }""",
}
ASKED_FOR = ("Record", "Record", "Record", "Note", "Person", "Organisation")
SIZES = ({"first": 100}, {"last": 100}, {"first": 5}, {"last": 4})


def sought(asked: Asked, schema: GraphQLSchema, count: int, seed: int) -> Iterator[Question]:
    """Yield so many questions for one caller, the same ones on every run."""
    chance, literals = random.Random(seed), Literals(POOLS)
    for _ in range(count):
        kind = chance.choice(ASKED_FOR)
        args: dict[str, Any] = {}
        may_be_refused = chance.random() < 0.12
        for _ in range(40):
            args = {"filter": _filter(chance, literals, schema, kind)}
            if chance.random() < 0.6:
                order: Any = schema.type_map[f"{kind}Order"]
                args["orderBy"] = literals.draw(chance, GraphQLNonNull(order), "")
                args["orderBy"].setdefault("direction", "ASC")
                args["orderBy"]["direction"] = args["orderBy"]["direction"] or "ASC"
            if may_be_refused or refused_argument(asked, kind, args) is None:
                break
        variables = {"f": args["filter"], "o": args.get("orderBy"), **chance.choice(SIZES)}
        yield Question(DOCUMENTS[kind], variables)


def _filter(
    chance: random.Random, literals: Literals, schema: GraphQLSchema, kind: str
) -> dict[str, Any]:
    """Return one of the forms that filters take, over leaves and relations drawn at random."""
    named: Any = GraphQLNonNull(schema.type_map[f"{kind}Filter"])
    leaf = lambda: literals.draw(chance, named, "", 2)  # noqa: E731 - it is drawn anew each time
    form = chance.randrange(6)
    if form == 0:
        return {"not": leaf()}
    if form == 1:
        return {"or": [leaf(), leaf()]}
    if form == 2:
        return {"not": {"or": [leaf(), {"not": leaf()}]}}
    if form == 3:
        return {"and": [leaf(), {"not": leaf()}], **leaf()}
    return leaf()


WALKED = """
query ($o: RecordOrder, $first: Int, $after: String, $last: Int, $before: String) {
  records(orderBy: $o, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


def walked(asked: Asked, schema: GraphQLSchema) -> Iterator[dict[str, Any]]:
    """Yield an order by each key that the caller may sort records by, up and down in turn."""
    keys: Any = schema.type_map["RecordOrderField"]
    for place, name in enumerate(keys.values):
        order = {"field": name, "direction": ("ASC", "DESC")[place % 2]}
        if refused_argument(asked, "Record", {"orderBy": order}) is None:
            yield order
