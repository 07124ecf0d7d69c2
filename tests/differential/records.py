"""Documents about apprentice records, their parts, who they are assigned to, and finding them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from differential.finding import under_aliases
from differential.literals import Name, written
from differential.question import Question

RECORD = """
fragment Card on OrganisationCard { __typename organisationId name kind ukprn }
fragment Record on ApprenticeRecord {
  __typename id firstName lastName uln email dateOfBirth apprentice { id name email }
  reference standardCode standardTitle standardVersion standardOption deliveryModel status
  startDate endDate pauseDate stopDate completionDate
  employer { ...Card } provider { ...Card } epao { ...Card }
  cost trainingPrice endPointAssessmentPrice
  priceHistory { __typename fromDate toDate cost trainingPrice endPointAssessmentPrice }
  training {
    __typename progressPercent plannedHours loggedHours nextReviewOn editVersion
    evidence(first: 2) {
      __typename totalCount
      edges { cursor node { id title kind status submittedAt content { url expiresAt } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
    feedback(last: 1) { totalCount nodes { __typename text at by } }
  }
  epa {
    __typename gatewayStatus gatewayOn grade certificateNumber editVersion
    components { __typename name attempt takenOn outcome }
  }
  assignees { __typename kind initials avatar }
  unassigned allowedActions
}
"""
LOAD = """
fragment Load on Caseload {
  __typename id kind
  owner { __typename userId name initials avatar } organisation { organisationId name kind ukprn }
  items(first: 5) {
    totalCount
    edges { __typename cursor node { __typename assignedAt assignedBy { name } record { id uln } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
NUMBERS = (1, 2, 3, 5, 6, 7, 8, 9)
LOADS = (
    "ann_assessor", "abe_assessor", "kim_training_coordinator", "robin_training_coordinator",
    "tina_case_owner", "robin_case_owner",
)  # fmt: skip
THINGS = (
    *(f"r{number}" for number in NUMBERS),
    *LOADS,
    "r1_evidence",
    "r7_evidence",
    "r9_evidence",
)
UNKNOWN = ("unknown_rec", "unknown_cld", "unknown_evd")
FOUND = "totalCount nodes { reference }"

LIVE, STOPPED, REGULAR = map(Name, ("LIVE", "STOPPED", "REGULAR"))
NOT_ASSIGNED = {"unassigned": True}
BY_WHAT_ALL_SEE: Sequence[dict[str, Any] | None] = (
    {"lastName": {"eq": "Learner"}},
    {"lastName": {"startsWith": "LEARNER L1"}},
    {"lastName": {"contains": "earner l"}},
    {"lastName": {"in": ["Learner", "Brook"]}},
    {"uln": {"eq": "9900000001"}},
    {"uln": {"in": ["9900000007", "9900000002", "nothing"]}},
    {"not": {"uln": {"eq": "9900000001"}}},
    {"or": [{"uln": {"eq": "9900000008"}}, {"lastName": {"startsWith": "b"}}]},
)
BY_DETAILS: Sequence[dict[str, Any] | None] = (
    {"email": {"eq": "l1@example.test"}},
    {"email": {"isNull": False}},
    {"dateOfBirth": {"eq": "2001-02-15"}},
    {"dateOfBirth": {"gt": "2001-02-15", "lte": "2004-05-15"}},
    {"dateOfBirth": {"in": ["2001-02-15", "2002-03-15", "1999-01-01"]}},
    {"startDate": {"lt": "2025-09-01"}},
    {"startDate": {"gte": "2025-09-01"}},
    {"endDate": {"isNull": True}},
    {"not": {"endDate": {"gt": "2027-01-01"}}},
    {"reference": {"in": ["APP-0001", "APP-0007", "APP-0009"]}},
    {"standardCode": {"eq": "ST0215"}},
    {"deliveryModel": {"eq": REGULAR}, "status": {"in": [LIVE, STOPPED]}},
)
BY_COST: Sequence[dict[str, Any] | None] = (
    {"cost": {"gte": 1_500_000}},
    {"not": {"cost": {"eq": 1_800_000}}},
    {"or": [{"cost": {"lt": 500_000}}, {"uln": {"eq": "9900000001"}}]},
    {"cost": {"isNull": False}},
    {"cost": {}},
)
BY_NOBODY: Sequence[dict[str, Any] | None] = (
    NOT_ASSIGNED,
    {"unassigned": False},
    {"unassigned": None},
    {"not": NOT_ASSIGNED},
    {"or": [NOT_ASSIGNED, {"uln": {"eq": "9900000001"}}]},
    {"and": [NOT_ASSIGNED, {"uln": {"in": ["9900000001", "9900000005", "9900000009"]}}]},
    {"not": {"unassigned": False}},
)
KEYS = ("LAST_NAME", "START_DATE", "END_DATE")
BY_KIND = (
    {"kind": {"eq": Name("ASSESSOR")}},
    {"kind": {"in": [Name("CASE_OWNER"), Name("TRAINING_COORDINATOR")]}},
    {"not": {"kind": {"eq": Name("CASE_OWNER")}}},
    {"kind": {}},
    {},
    None,
)
ACTIONS = (
    "APPRENTICE_RECORD_ASSIGN", "APPRENTICE_RECORD_UNASSIGN", "APPRENTICE_RECORD_EDIT_TRAINING",
    "APPRENTICE_RECORD_EDIT_EPA",
)  # fmt: skip
BY_ID = "id ... on ApprenticeRecord { uln training { loggedHours } } ... on Caseload { kind } ... on Evidence { title content { url } }"


def _ordered(keys: Sequence[str]) -> Question:
    """Ask for pages from both ends in each order, with and without a filter."""
    orders = [{"field": Name(k), "direction": Name(d)} for k in keys for d in ("ASC", "DESC")]
    asked = " ".join(
        f"a{at}: apprenticeRecords(first: 9, orderBy: {written(order)}) {{ edges {{ cursor node {{"
        f" id lastName }} }} pageInfo {{ hasNextPage endCursor }} }} b{at}: apprenticeRecords("
        f'last: 3, orderBy: {written(order)}, filter: {{uln: {{in: ["9900000001", "9900000002",'
        f' "9900000007", "9900000009"]}}}}) {{ totalCount nodes {{ id startDate }} }}'
        for at, order in enumerate(orders)
    )
    return Question(f"{{ {asked} }}")


def _rights(at: str) -> Question:
    asked = " ".join(
        f'{each.lower()}: can(action: {each}, organisationId: "<{at}>")' for each in ACTIONS
    )
    return Question(f"{{ me {{ {asked} }} }}")


DOCUMENTS: dict[str, Question] = {
    "records": Question(
        "{ apprenticeRecords(first: 9) { totalCount edges { cursor node { ...Record } } pageInfo {"
        " hasNextPage hasPreviousPage startCursor endCursor } } }" + RECORD
    ),
    "last records": Question(
        "{ apprenticeRecords(last: 3) { totalCount nodes { reference lastName unassigned } } none:"
        " apprenticeRecords(first: 0) { totalCount pageInfo { hasNextPage } } }"
    ),
    "records one by one": Question(
        "{ "
        + " ".join(f'r{n}: apprenticeRecord(id: "<r{n}>") {{ ...Record }}' for n in NUMBERS)
        + " }"
        + RECORD
    ),
    "parts of records only": Question(
        "{ apprenticeRecords(first: 20) { nodes { training { evidence(first: 1) { totalCount } }"
        " epa { grade } priceHistory { cost } assignees { kind } unassigned cost } } }"
    ),
    "record of the wrong type": Question(
        '{ a: apprenticeRecord(id: "<alder>") { id } b: caseload(id: "<r1>") { id }'
        ' c: apprenticeRecord(id: "nonsense") { id } d: caseload(id: "<unknown_cld>") { id }'
        ' e: apprenticeRecord(id: "<unknown_rec>") { id } me { id } }'
    ),
    "caseloads": Question(
        "{ caseloads(first: 9) { totalCount edges { cursor node { ...Load } } } }" + LOAD
    ),
    "caseloads one by one": Question(
        "{ " + " ".join(f'{n}: caseload(id: "<{n}>") {{ ...Load }}' for n in LOADS) + " }" + LOAD
    ),
    "caseloads by kind": Question(
        under_aliases("caseloads", BY_KIND, "totalCount nodes { id kind }")
    ),
    "caseloads and records in turn": Question(
        "{ caseloads(first: 3) { nodes { items(last: 2) { nodes { record { ...Record } } } } } }"
        + RECORD
    ),
    "people to assign": Question(
        "{ organisations(first: 9) { nodes { name caseloads(first: 3) { totalCount nodes { ...Load"
        " } } assignableUsers(first: 9) { totalCount edges { cursor node { __typename kind user {"
        " __typename userId name initials avatar } organisation { organisationId name kind ukprn } } } } } } }"
        + LOAD
    ),
    **{
        f"people to assign at {name}": Question(
            f'{{ organisation(id: "<{name}>") {{ '
            + " ".join(
                f"a{at}: assignableUsers(first: 9, filter: {written(each)}) {{ totalCount nodes {{"
                f" kind user {{ name }} }} }} c{at}: caseloads(first: 9, filter: {written(each)})"
                " { totalCount }"
                for at, each in enumerate(BY_KIND)
            )
            + " } }"
        )
        for name in ("prov", "epa", "alder")
    },
    "apprenticeships": Question(
        "{ organisations(first: 9) { nodes { name account { all: apprenticeships(first: 5) {"
        " totalCount edges { cursor node { ...Record } } } costly: apprenticeships(last: 2,"
        " filter: {cost: {gt: 500000}}, orderBy: {field: COST, direction: DESC}) { totalCount"
        " nodes { cost reference } } free: apprenticeships(first: 5, filter: {unassigned: true}) {"
        " totalCount } } } } }" + RECORD
    ),
    "records and nodes": Question(
        f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename {BY_ID} }} }}",
        {"ids": [f"<{name}>" for name in (*THINGS, *UNKNOWN)]},
    ),
    "records as nodes": Question(
        "{ "
        + " ".join(
            f'{name}: node(id: "<{name}>") {{ {BY_ID} }}' for name in (*THINGS[::2], *UNKNOWN)
        )
        + " }"
    ),
    "records by name": Question(under_aliases("apprenticeRecords", BY_WHAT_ALL_SEE, FOUND)),
    "records by details": Question(under_aliases("apprenticeRecords", BY_DETAILS, FOUND)),
    "records by cost": Question(under_aliases("apprenticeRecords", BY_COST, FOUND)),
    "records of nobody": Question(under_aliases("apprenticeRecords", BY_NOBODY, FOUND)),
    "records in order": _ordered(KEYS),
    "records by price": _ordered(("COST",)),
    **{f"rights on records at {name}": _rights(name) for name in ("alder", "prov", "epa")},
}
"""What the corpus takes of them."""
