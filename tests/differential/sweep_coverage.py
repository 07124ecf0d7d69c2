"""Over one crawl of the demo world every coordinate is seen as it can be: a value, refused, masked."""

from __future__ import annotations

import pytest

from asking import product_catalogue
from differential.comparing import Comparison, described
from differential.covering import gaps
from differential.crawling import crawl
from oracle.shapes import ENTITIES

pytestmark = pytest.mark.asyncio(loop_scope="module")

CRAWLERS = (
    "tariq",
    "vera",
    "aisha",
    "ellis",
    "kim",
    "petra",
    "robin",
    "lou",
    "max",
    "sue",
    "tina",
    "dot",
    "cyd",
)
ALIKE = (
    "standardCode", "standardTitle", "standardVersion", "standardOption", "startDate", "endDate",
)  # fmt: skip
"""Fields of a record that every role has which has records, inspectors included."""
IMPOSSIBLE = {
    "whoever is signed in holds the action, if only for rows of their own": (
        "RoleGrant.organisation refused",
        "RoleGrant.startsAt refused",
        "RoleGrant.user refused",
        "User.can refused",
        "User.email refused",
        "User.grants masked",
        "User.grants refused",
        "User.status refused",
    ),
    "whoever sees the agreement holds the action": (
        "Agreement.history masked",
        "Agreement.history refused",
        "Agreement.legalEntity refused",
    ),
    "whoever sees the record holds the action": (
        "ApprenticeRecord.apprentice refused",
        *(f"ApprenticeRecord.{name} {way}" for name in ALIKE for way in ("masked", "refused")),
        "Caseload.items masked",
        "Caseload.items refused",
        "CaseloadItem.record refused",
        *(
            f"{name} {way}"
            for name in ("EndPointAssessment.components", "Training.evidence", "Training.feedback")
            for way in ("masked", "refused")
        ),
    ),
    "whoever sees the group holds the action": (
        "InspectionGroup.openings masked",
        "InspectionGroup.openings refused",
    ),
    "whoever sees the row has learners and groups": (
        "InspectedLearner.record refused",
        "InspectorAccount.group refused",
    ),
}


def ids_by_type(comparison: Comparison) -> dict[str, list[str]]:
    names = comparison.names
    return {
        name: [text for text in names.values() if text.startswith(f"{prefix}_")]
        for prefix, name in ENTITIES.items()
    }


async def test_every_coordinate_is_seen_in_every_way(stirred):
    stirred.oracle.seen.clear()
    right = f'(action: TEAM_INVITE, organisationId: "{stirred.names["alder"]}")'
    previewed = '(permissions: [], channels: [CONSOLE], document: "{ me { id } }")'
    given = {"User.can": right, "InspectionGroup.previewAccess": previewed}
    questions = crawl(stirred.oracle.schema, ids_by_type(stirred), given)
    differences = {}
    for person in CRAWLERS:
        differences |= await stirred.all_differences(person, questions)
    assert not differences, described(differences)
    assert not stirred.refused
    # Whoever sees some records whole and others as an inspector is asked for days by name.
    days = "{ apprenticeRecords(first: 50) { nodes { pauseDate stopDate completionDate } } }"
    assert not await stirred.differences("dot", days)
    missing = gaps(stirred.oracle, product_catalogue(), IMPOSSIBLE)
    assert not missing, "\n".join(missing)
