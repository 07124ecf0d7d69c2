"""The lab's enums, its own scalar, plain values, and what its computed fields compute."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NewType

import strawberry
from sqlalchemy import func, select

from db.drivers.statements import one_of
from engine.declare.fields import value
from lab.model import LabNote

Money = NewType("Money", int)
MONEY = strawberry.scalar(
    name="Money",
    description="Pounds and pence.",
    serialize=lambda pence: f"{pence // 100}.{pence % 100:02}",
    parse_value=lambda text: int(text.replace(".", "")),
)


@strawberry.enum(description="What an organisation is.")
class Kind(Enum):
    EMPLOYER = "EMPLOYER"
    TRAINING_PROVIDER = "TRAINING_PROVIDER"
    EPAO = "EPAO"
    PARTNER = "PARTNER"
    SUBCONTRACTOR = "SUBCONTRACTOR"
    INSTITUTION = "INSTITUTION"
    CEC = "CEC"


@strawberry.enum(description="How far a record has come.")
class Status(Enum):
    WAITING = "WAITING"
    LIVE = "LIVE"
    COMPLETED = "COMPLETED"


@value
class Word:
    """A word, with words below it."""

    text: str | None
    status: Status | None
    at: datetime | None
    price: Money | None
    below: list[Word]
    numbers: list[int]


@value
class HostCard:
    """What a record shows of the organisation where somebody works."""

    name: str
    ukprn: str | None


MOMENT = datetime.fromisoformat("2026-11-02T09:00:00+00:00")


def words(prefix=None):
    """A tree of words; one that is broken has a number that is none."""
    leaf = Word(text=None, status=None, at=None, price=None, below=[], numbers=[])
    tree = Word(
        text="word" if prefix is None else prefix,
        status=Status.LIVE,
        at=MOMENT,
        price=Money(1250),
        below=[leaf, leaf],
        numbers=[2, None] if prefix == "broken" else [2, 1],
    )
    return [tree, leaf]


async def label(rows, loading):
    """The code and the title."""
    del loading
    return [f"{row['code']} {row['title']}" for row in rows]


async def grades(rows, loading):
    """The outcome as often as the level says; none without an outcome."""
    del loading
    return [[row["outcome"]] * row["level"] if row["outcome"] is not None else [] for row in rows]


async def busy(rows, loading):
    """How many notes there are, by a statement of the field's own."""
    notes = LabNote.__table__
    counted = select(notes.c.record_id, func.count()).where(one_of(notes.c.record_id, "records"))
    found = await loading.fetch(
        counted.group_by(notes.c.record_id), {"records": [row["id"] for row in rows]}
    )
    counts = {row[0]: row[1] for row in found}
    return [counts.get(row["id"], 0) for row in rows]
