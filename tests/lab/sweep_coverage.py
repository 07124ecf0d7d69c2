"""Over one crawl of the lab every coordinate is seen as it can be: a value, refused, masked."""

from __future__ import annotations

import pytest

from differential.comparing import described
from differential.covering import gaps
from differential.crawling import crawl
from engine.catalogue import Catalogue
from lab.policy import SCOPES
from lab.schema import lab_schema
from lab.soil import ids_by_type

pytestmark = pytest.mark.asyncio(loop_scope="module")

CRAWLERS = ("sam", "nia", "tariq", "vera", "stan", "pat1", "alma", "lou")
IMPOSSIBLE = {
    "whoever is signed in holds the action, if only for rows of their own": (
        "Note.author refused",
        "Note.record refused",
        "Note.replies refused",
        "Note.replyTo refused",
        "Person.email refused",
        "Person.records refused",
        "Record.employer refused",
        "Record.followers refused",
        "Record.learner refused",
        "Record.previous refused",
        "RecordAggregates.outcome refused",
        "Review.record refused",
    ),
    "no scope of the action is anchored on the parent's key": (
        "Note.replies masked",
        "Record.followers masked",
        "Record.notePages masked",
        "Record.noteTotals masked",
        "Record.notes masked",
    ),
    "the one role that holds the action holds it for every row": (
        "Organisation.vaults masked",
        "Record.busy masked",
    ),
}


@pytest.mark.dealt
async def test_every_coordinate_is_seen_in_every_way(comparison):
    questions = crawl(comparison.oracle.schema, ids_by_type())
    differences = {}
    for person in CRAWLERS:
        differences |= await comparison.all_differences(person, questions)
    assert not differences, described(differences)
    assert not comparison.refused
    catalogue = Catalogue(lab_schema(), SCOPES)
    missing = gaps(comparison.oracle, catalogue, IMPOSSIBLE)
    assert not missing, "\n".join(missing)
