"""Documents about inspections: what an inspector asks, and what whoever lets them in asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from differential.finding import under_aliases
from differential.literals import Name, written
from differential.question import Question
from differential.records import BY_COST, BY_DETAILS, BY_NOBODY, BY_WHAT_ALL_SEE, RECORD

ILR = """
fragment Ilr on Ilr {
  __typename learnRefNumber niNumber fundingModel plannedEndOn actualEndOn completionStatus outcome
  withdrawReason deliveryPostcode qaVerifiedAt editVersion
}
"""
GROUP = """
fragment Group on InspectionGroup {
  __typename id name body editVersion allowedActions
  openings {
    __typename number status host { __typename name } opensAt closesAt openedAt closedAt allLearners
    learners(first: 2) {
      __typename totalCount
      edges { cursor node { __typename addedAt addedBy { name } record { id uln } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
  inspectors(first: 9) { totalCount edges { cursor node { ...Account } } }
}
"""
ACCOUNT = """
fragment Account on InspectorAccount {
  __typename id name email emailKind status permissions channels duty allowedActions
  group { id name }
}
"""
GROUPS = ("june", "over", "everybody", "verified", "draft", "soon", "bare", "away")
ACCOUNTS = (
    "ivy_at_june", "art_at_verified", "cyd_at_everybody", "dot_at_june", "eli_at_away",
    "gen_at_over", "lex_at_june",
)  # fmt: skip
RECORDS = ("r1", "r2", "r3", "r5", "r7", "r9")
ALL = {"show": Name("ALL")}
FOUND = "totalCount nodes { uln }"
ORDERS = tuple(
    {"field": Name(field), "direction": Name(direction)}
    for field in ("LAST_NAME", "START_DATE", "END_DATE", "COST")
    for direction in ("ASC", "DESC")
)
WALKED = (
    "query ($show: LearnersShown!, $first: Int, $after: String, $last: Int, $before: String, $f:"
    " ApprenticeRecordFilter, $o: ApprenticeRecordOrder) { learners(show: $show, first: $first,"
    " after: $after, last: $last, before: $before, filter: $f, orderBy: $o) { totalCount edges {"
    " cursor node { id firstName } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
    " } }"
)
"""What is asked page by page, and with cursors of another page than one's own."""
PREVIEWED = (
    "{ learners(show: ALL, first: 5) { totalCount nodes { uln ilr { outcome } } } }",
    "query ($id: ID!) { apprenticeRecord(id: $id) { email } }",
    "{ inspectionGroups(first: 2) { nodes { name } } ",
)


def _shown(filters: Sequence[dict[str, Any] | None]) -> Question:
    """Ask for all learners and for one's own, by each of these filters."""
    asked = " ".join(
        f"a{at}: learners(show: {show}, first: 50, filter: {written(each)}) {{ {FOUND} }}"
        for at, (each, show) in enumerate(
            (each, show) for each in filters for show in ("ALL", "MY")
        )
    )
    return Question(f"{{ {asked} }}")


def _in_order(show: str) -> Question:
    asked = " ".join(
        f"a{at}: learners(show: {show}, first: 3, orderBy: {written(order)}) {{ edges {{ cursor"
        f" node {{ id lastName }} }} pageInfo {{ hasNextPage endCursor }} }} b{at}:"
        f' learners(show: {show}, last: 2, orderBy: {written(order)}, filter: {{uln: {{in: ["9900000001",'
        f' "9900000003", "9900000005"]}}}}) {{ totalCount nodes {{ id }} }}'
        for at, order in enumerate(ORDERS)
    )
    return Question(f"{{ {asked} }}")


def _previews() -> Question:
    """Preview what may be given, what may not, and documents that are none."""
    given = (
        ([VIEW], ["CONSOLE"], 0),
        ([VIEW, "MANAGE_ILR"], ["CONSOLE", "CLASSIC"], 1),
        ([], ["CONSOLE"], 2),
        ([VIEW], ["CLASSIC"], 0),
        ([VIEW], [], 0),
    )
    asked = " ".join(
        f"a{at}: previewAccess(permissions: {written(list(map(Name, may)))}, channels:"
        f" {written(list(map(Name, through)))}, document: $d{which}, variables: $v)"
        for at, (may, through, which) in enumerate(given)
    )
    return Question(
        "query ($d0: String!, $d1: String!, $d2: String!, $v: JSON) {"
        f' a: inspectionGroup(id: "<june>") {{ {asked} }} b: inspectionGroup(id: "<away>") {{'
        f" {asked} }} }}",
        {**{f"d{at}": text for at, text in enumerate(PREVIEWED)}, "v": {"id": "<r1>"}},
    )


VIEW = "VIEW_ALL_IN_ASSIGNED_GROUP"
BY_ID = (
    "__typename id ... on InspectionGroup { name openings { number } } ... on InspectorAccount {"
    " name duty } ... on ApprenticeRecord { uln standardCode ilr { outcome } }"
)
LEARNERS: dict[str, Question] = {
    "learners": Question(
        "{ all: learners(show: ALL, first: 20) { totalCount edges { cursor node { ...Record ilr {"
        " ...Ilr } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
        " mine: learners(first: 20) { totalCount nodes { id } } }" + RECORD + ILR
    ),
    "learners one by one": Question(
        "{ "
        + " ".join(
            f'{name}: apprenticeRecord(id: "<{name}>") {{ ...Record ilr {{ ...Ilr }} }}'
            for name in RECORDS
        )
        + " }"
        + RECORD
        + ILR
    ),
    "only the ILR": Question(
        "{ apprenticeRecords(first: 30) { nodes { ilr { outcome niNumber editVersion } } } }"
    ),
    "learners by name": _shown(BY_WHAT_ALL_SEE),
    "learners by details": _shown(BY_DETAILS[:7]),
    "learners by more": _shown(BY_DETAILS[7:]),
    "learners by cost": _shown(BY_COST),
    "learners of nobody": _shown(BY_NOBODY),
    **{f"learners in order, {show}": _in_order(show) for show in ("ALL", "MY")},
    "records by name": Question(under_aliases("apprenticeRecords", BY_WHAT_ALL_SEE, FOUND)),
    "no such way to show": Question(
        "query ($show: LearnersShown! = ALL) { a: learners(show: $show, last: 3) { totalCount }"
        " b: learners(first: 0) { totalCount pageInfo { hasNextPage } } c: learners(show: MY, first:"
        " 1, last: 1) { totalCount } me { id } }"
    ),
}
"""What anybody with learners asks."""

GROUPED: dict[str, Question] = {
    "groups": Question(
        "{ inspectionGroups(first: 9) { totalCount edges { cursor node { ...Group } } pageInfo {"
        " hasNextPage endCursor } } }" + GROUP + ACCOUNT
    ),
    "last groups": Question(
        "{ inspectionGroups(last: 2) { totalCount nodes { id name openings { status } } } }"
    ),
    "groups one by one": Question(
        "{ "
        + " ".join(f'{name}: inspectionGroup(id: "<{name}>") {{ ...Group }}' for name in GROUPS)
        + ' account: inspectionGroup(id: "<ivy_at_june>") { id }'
        + ' unknown: inspectionGroup(id: "<unknown_grp>") { id } me { id } }'
        + GROUP
        + ACCOUNT
    ),
    "accounts and groups as nodes": Question(
        f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {BY_ID} }} }}",
        {
            "ids": [
                f"<{name}>" for name in (*GROUPS, *ACCOUNTS, *RECORDS, "no_account", "unknown_ins")
            ]
        },
    ),
    "accounts as grants": Question(
        "{ me { grants { id role } } "
        + " ".join(f'{name}: node(id: "<{name}>") {{ {BY_ID} }}' for name in ACCOUNTS)
        + " }"
    ),
    "learners of groups": Question(
        "{ inspectionGroups(first: 9) { nodes { openings { learners(last: 3) { nodes { record {"
        " ...Record ilr { ...Ilr } } } } } inspectors(last: 1) { nodes { name group { name } } }"
        " } } }" + RECORD + ILR
    ),
    "previews": _previews(),
    "previews at once": Question(
        "query ($d: String!) { inspectionGroups(first: 4) { nodes { name previewAccess(permissions:"
        " [VIEW_ALL_IN_ASSIGNED_GROUP], channels: [CONSOLE], document: $d) } } }",
        {"d": PREVIEWED[0]},
    ),
    "previews of no variables": Question(
        "query ($d: String!) { inspectionGroups(first: 2) { nodes { previewAccess(permissions: [],"
        " channels: [CONSOLE], document: $d, variables: [1]) } } }",
        {"d": PREVIEWED[0]},
    ),
}
"""What is asked of groups and accounts."""

DOCUMENTS = LEARNERS | GROUPED
