"""What the answers are made of: global ids, instants, pages, and rows that know their type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from oracle.refusal import bad_input
from oracle.world import Row

PREFIXES = {
    "org": "organisations",
    "usr": "users",
    "grt": "role_grants",
    "pay": "paye_schemes",
    "len": "legal_entities",
    "agr": "agreements",
    "inv": "invitations",
    "rec": "apprentice_records",
    "cld": "caseloads",
    "evd": "evidence",
    "grp": "inspection_groups",
    "ins": "role_grants",
}
OTHERS = {"ins": "InspectorAccount"}
"""By their prefix, types whose rows lie in a table that another type has its name from."""
TYPES = {
    "organisations": "Organisation",
    "users": "User",
    "role_grants": "RoleGrant",
    "paye_schemes": "PayeScheme",
    "legal_entities": "LegalEntity",
    "agreements": "Agreement",
    "invitations": "Invitation",
    "employer_accounts": "EmployerAccount",
    "agreement_events": "AgreementEvent",
    "apprentice_records": "ApprenticeRecord",
    "caseloads": "Caseload",
    "caseload_items": "CaseloadItem",
    "price_episodes": "PriceEpisode",
    "trainings": "Training",
    "evidence": "Evidence",
    "feedback": "Feedback",
    "end_point_assessments": "EndPointAssessment",
    "assessment_components": "AssessmentComponent",
    "ilrs": "Ilr",
    "inspection_groups": "InspectionGroup",
    "inspection_openings": "InspectionOpening",
    "inspection_learners": "InspectedLearner",
}
KINDS = {
    **{kind: table for table, kind in TYPES.items()},
    "Assignee": "caseload_items",
    "AssignableUser": "role_grants",
    **{kind: PREFIXES[prefix] for prefix, kind in OTHERS.items()},
}
"""The table of each type; some tables have several."""
ENTITIES = {prefix: OTHERS.get(prefix, TYPES[table]) for prefix, table in PREFIXES.items()}
LARGEST_PAGE = 100
DEFAULT_PAGE = 20
CURSOR = "cursor of "
LINK = "link to "
PREVIEW = "a preview"
LINK_LIVES = 5 * 60 * 1000
_ID = re.compile(r"([a-z]{3})_([a-z2-7]{26})")

CursorOpener = Callable[[str, str], str | None]


@dataclass(frozen=True)
class Thing:
    """A row of a table, on its way into an answer; as another `kind` than the table's, if named."""

    table: str
    row: Row
    kind: str | None = None

    @property
    def type_name(self) -> str:
        """The GraphQL type of the row."""
        return self.kind or TYPES[self.table]


def global_id(table: str, key: str, kind: str | None = None) -> str:
    """Return the id of a row as the API writes it, of the table's type or of another kind."""
    of = {name: prefix for prefix, name in ENTITIES.items()}
    return f"{of[kind or TYPES[table]]}_{key}"


def parse_id(text: str) -> tuple[str, str] | None:
    """Return the table and the key of a global id, or None for a malformed one."""
    match = _ID.fullmatch(text)
    if match is None or match[1] not in PREFIXES:
        return None
    return PREFIXES[match[1]], match[2]


def enum(word: str | None) -> str | None:
    """Return a stored `system.role` as an enum value."""
    return None if word is None else word.upper().replace(".", "_")


def instant(milliseconds: int | None) -> str | None:
    """Return stored UTC milliseconds as an ISO instant."""
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


def cursor(coordinate: str, key: str) -> str:
    """Return a position as the oracle writes it, in place of sealed bytes."""
    return f"{CURSOR}{key} in {coordinate}"


def page(
    things: Sequence[Thing],
    arguments: Mapping[str, Any],
    coordinate: str,
    open_cursor: CursorOpener,
    binding: str = "",
) -> dict[str, Any]:
    """Return the connection over all rows in scope, which are in order already.

    `binding` is what a cursor is bound to besides the coordinate: the filter and the order.
    """
    first, last = arguments.get("first"), arguments.get("last")
    after, before = arguments.get("after"), arguments.get("before")
    if first is None and last is None:
        first, last = (DEFAULT_PAGE, None) if before is None else (None, DEFAULT_PAGE)
    size = first if last is None else last
    one_size = (first is None) != (last is None)
    if not one_size or not 0 <= size <= LARGEST_PAGE:
        raise bad_input(coordinate)
    if (after is not None and first is None) or (before is not None and last is None):
        raise bad_input(coordinate)
    keys = [thing.row["id"] for thing in things]
    start, end = 0, len(things)
    if after is not None:
        start = keys.index(_opened(after, coordinate, keys, open_cursor, binding)) + 1
    if before is not None:
        end = keys.index(_opened(before, coordinate, keys, open_cursor, binding))
    if last is None:
        shown = things[start : start + size]
        more_after, more_before = start + size < end, after is not None
    else:
        shown = things[max(start, end - size) : end]
        more_after, more_before = before is not None, end - size > start
    place = coordinate + binding
    edges = [{"cursor": cursor(place, thing.row["id"]), "node": thing} for thing in shown]
    return {
        "edges": edges,
        "nodes": list(shown),
        "totalCount": len(things),
        "pageInfo": {
            "hasNextPage": more_after,
            "hasPreviousPage": more_before,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def _opened(
    text: str, coordinate: str, keys: Sequence[str], open_cursor: CursorOpener, binding: str
) -> str:
    key = open_cursor(coordinate + binding, text)
    if key is None or key not in keys:
        raise bad_input(coordinate)
    return key
