"""What is asked of the lab's schema: many ways to one row, and filters, orders and sums over them."""

from __future__ import annotations

from snapshots.asked import Asked

LAB = (
    Asked(
        "lab-a-row-reached-in-many-ways",
        "Each path is scanned by its own index; beside the page's rows stands the reach of each.",
        "sam",
        "{ records(first: 2) { nodes { code title cost outcome ilr phone } } }",
        lab=True,
    ),
    Asked(
        "lab-a-condition-on-the-row",
        "Outcomes are the Owner's once the record is completed: PRECONDITION where it is not.",
        "cora",
        "{ records(first: 3) { nodes { code status outcome } } }",
        lab=True,
    ),
    Asked(
        "lab-a-leaf-drops-the-paths-without-the-right",
        "A leaf that must be true narrows the scope, and the answer says that it is narrowed.",
        "sam",
        "{ records(first: 2, filter: { cost: { gte: 300 } }) { totalCount nodes { code cost } } }",
        lab=True,
    ),
    Asked(
        "lab-a-leaf-within-not-is-unknown-where-withheld",
        "NOT of unknown is unknown, so no withheld cost is told by who is left out.",
        "sam",
        """query ($least: Int!) {
  records(first: 2, filter: { not: { cost: { gte: $least } } }) { totalCount nodes { code cost } }
}""",
        {"least": 300},
        lab=True,
    ),
    Asked(
        "lab-a-filter-that-is-refused",
        "Who may search titles nowhere is told so by the argument's name, and nothing is read.",
        "eric",
        """{ records(first: 2, filter: { title: { contains: "zo" } }) { totalCount nodes { code } } }""",
        lab=True,
    ),
    Asked(
        "lab-a-filter-through-a-list",
        "A related row counts in its own scope and under its own masks, behind the gate of the relation.",
        "cora",
        """{ records(first: 2, filter: { notes: { some: { weight: { gte: 2 } } } }) { nodes { code } } }""",
        lab=True,
    ),
    Asked(
        "lab-a-sort-of-two-segments",
        "First the rows whose key may be read and is there, then all others by id.",
        "sam",
        """{
  records(first: 3, orderBy: { field: COST, direction: DESC }) { nodes { code cost } pageInfo { endCursor } }
}""",
        lab=True,
    ),
    Asked(
        "lab-sums-of-what-may-be-read",
        "The count is of rows, the sums are of values that are open and there.",
        "sam",
        "{ recordTotals { count cost { count sum min max } } }",
        lab=True,
    ),
    Asked(
        "lab-a-subject-of-several-types",
        "A type that is refused is not read; the plan alone says that it is left out.",
        "cora",
        """{
  events(first: 4) { nodes { text subject { __typename ... on Record { code } ... on Person { name } } } }
}""",
        lab=True,
    ),
    Asked(
        "lab-a-gate-with-a-condition",
        "A parent where the role is held under a condition that is false is PRECONDITION.",
        "tariq",
        "{ organisations(first: 5) { nodes { name events(first: 1) { nodes { text } } } } }",
        lab=True,
    ),
    Asked(
        "lab-a-card",
        "What a record shows of its host is a value of the record, joined to its row.",
        "cora",
        "{ records(first: 2) { nodes { code host { name } } } }",
        lab=True,
    ),
)
