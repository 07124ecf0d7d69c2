"""What questions about the lab grow from: its ids, and values that its cells really hold."""

from __future__ import annotations

from datetime import UTC, datetime

from graphql import GraphQLSchema

from db.seed.demo.fixed import FIRST_DAY, organisation_key, user_key
from differential.grown import Soil
from differential.literals import Literals
from lab import rows
from lab.oracle.asked import PREFIXES

PEOPLE = (
    "olga", "tariq", "vera", "robin", "eric", "sam", "nia", "dan", "vic", "ann", "sen", "petra",
    "sue", "pat1", "alma", "stan", "aisha", "auth0|nobody",
)  # fmt: skip
"""One of each standing; `lou` is invited, and holds nothing."""


def moment(day: int, milliseconds: int = 0) -> str:
    """A day of the lab, as a client writes it."""
    stamp = (FIRST_DAY + day * rows.DAY + milliseconds) / 1000
    return datetime.fromtimestamp(stamp, UTC).isoformat()


def ids() -> tuple[str, ...]:
    """Ids of every type, of types that there are not, and no ids at all."""
    organisations = ("alder", "birch", "cherry", "dogwood", "elm", "prov", "prov-two", "cec")
    return (
        *(f"org_{organisation_key(handle)}" for handle in organisations),
        *(f"per_{user_key(handle)}" for handle in rows.LEARNERS),
        *(f"rec_{rows.key('record', n)}" for n in range(60) if n % 7 == 3 or n % 14 == 0),
        *(f"not_{rows.key('note', n)}" for n in range(0, 90, 7)),
        *(f"evt_{rows.key('event', n)}" for n in range(0, 42, 5)),
        *(f"vlt_{rows.key('vault', n)}" for n in range(3)),
        f"rec_{'a' * 26}",
        f"usr_{user_key('olga')}",
        "nonsense",
    )


POOLS = {
    "RecordFilter.code": ("R-01", "R-12", "R-30", "nothing"),
    "RecordFilter.title": rows.TITLES,
    "RecordFilter.nickname": rows.TITLES,
    "RecordFilter.region": rows.REGIONS,
    "RecordFilter.level": tuple(range(8)),
    "RecordFilter.cost": (0, 100, 300, 500, 800),
    "RecordFilter.outcome": (-3, -1, 0, 2, 3),
    "RecordFilter.ilr": ("ILR1", "ILR3", "ILR5", "ilr1"),
    "RecordFilter.email": ("learner1@example.test", "learner16@example.test"),
    "RecordFilter.phone": ("+44 1", "+44 40"),
    "NoteFilter.title": rows.TITLES,
    "NoteFilter.body": ("Note 1", "Note 2", "Note 50"),
    "NoteFilter.weight": (0, 1, 2, 3),
    "OrganisationFilter.name": ("Alder", "al", "BIRCH", "Prov", "e"),
    "OrganisationFilter.ukprn": ("10000001", "10000002"),
    "PersonFilter.name": ("Vera", "v", "l", "Sam"),
    "PersonFilter.email": ("vera@example.test", "l1@example.test"),
    "DateTime": tuple(moment(day, day % 2) for day in range(12)),
}


def lab_soil(schema: GraphQLSchema) -> Soil:
    """What documents of the lab grow from."""
    return Soil(schema, ids(), Literals(POOLS))


def ids_by_type() -> dict[str, tuple[str, ...]]:
    """Some ids of each type, for a crawl."""
    return {
        name: tuple(text for text in ids() if text.startswith(f"{prefix}_"))
        for prefix, name in PREFIXES.items()
    }
