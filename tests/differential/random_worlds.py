"""Small worlds at random: people with any grants, records of any parties, assigned to anybody.

What the application itself keeps is kept here, too: the caseload of a record is at the organisation of
the record that goes with its kind (I18), and nobody has two roles in one account at a time.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import create_async_engine

from authz.roles import ROLES
from db.base import Base
from db.drivers.database import sqlalchemy_url
from db.types import encode_key, fold, initials
from differential.random_visits import add_account, add_groups, add_ilr, add_visits, let_in
from worlds import NOW

Row = dict[str, Any]
HOUR = 3_600_000
KINDS = ("EMPLOYER", "EMPLOYER", "TRAINING_PROVIDER", "TRAINING_PROVIDER", "EPAO", "EPAO")
PEOPLE, RECORDS, ITEMS = 11, 12, 24
HELD = [
    *(f"employer_account.{name}" for name in ("owner", "transactor", "viewer", "aan")),
    *(role for role in ROLES if role.startswith("record_assignment.")),
    *(f"inspection_access.{name}" for name in ("superuser", "tutor", "employer_user", "inspector")),
    "training_provider.provider_user",
]
ASSIGNED = [role for role in HELD if ROLES[role].caseload]
INSPECTING = ["inspection_access.inspector"]
SIDES = {
    "ASSESSOR": "epao_id",
    "TRAINING_COORDINATOR": "provider_id",
    "CASE_OWNER": "provider_id",
}


@dataclass
class RandomWorld:
    """The rows of one small world, by table."""

    chance: random.Random
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    deck: list[str] = field(default_factory=list)

    def add(self, table: str, **columns: Any) -> Row:
        """Add a row with a key of its own."""
        row = {"id": encode_key(self.chance.randbytes(16)), **columns}
        self.rows[table].append(row)
        return row

    def one(self, table: str, **columns: Any) -> Row:
        """Return any row with these values."""
        found = [r for r in self.rows[table] if all(r[c] == v for c, v in columns.items())]
        return self.chance.choice(found)

    def next_role(self) -> str:
        """Return a role of a shuffled deck, so that none comes a second time before all came."""
        if not self.deck:
            self.deck = self.chance.sample(HELD, len(HELD))
        return self.deck.pop()

    def often(self, likely: float) -> bool:
        """Throw a coin."""
        return self.chance.random() < likely


def random_world(seed: int) -> RandomWorld:
    """Return the world of a seed; it is the same one on every run."""
    world = RandomWorld(random.Random(seed))
    for number, kind in enumerate(KINDS):
        _organisation(world, f"{kind.title()} {number}", kind)
    add_groups(world)
    for number in range(PEOPLE):
        _person(world, f"p{number}")
    for number in range(RECORDS):
        _record(world, number)
    for _ in range(ITEMS):
        _item(world)
    add_visits(world)
    return world


def _organisation(world: RandomWorld, name: str, kind: str) -> None:
    row = world.add(
        "organisations",
        kind=kind,
        name=name,
        name_sort=fold(name),
        status="OPEN" if world.often(0.9) else "CLOSED",
        ukprn=None,
        parent_id=None,
        revision=1,
    )
    if kind == "EMPLOYER":
        world.add("employer_accounts", organisation_id=row["id"], levy_status="LEVY")


def _person(world: RandomWorld, handle: str) -> None:
    person = world.add(
        "users",
        subject=handle,
        email=f"{handle}@example.test",
        email_sort=f"{handle}@example.test",
        name=handle,
        name_sort=handle,
        initials=initials(handle),
        avatar=f"data:,{handle}" if world.often(0.3) else None,
        status="ACTIVE" if world.often(0.9) else "INVITED",
    )
    channels = "CONSOLE CLASSIC" if world.often(0.7) else "CONSOLE"
    for _ in range(world.chance.choice((0, 1, 1, 2, 2, 3, 4))):
        _grant(world, person, channels)


def _grant(world: RandomWorld, person: Row, channels: str) -> None:
    """Grant a role, mostly where it means something; at times begun not yet, or ended."""
    others = world.chance.choice((None, ASSIGNED, INSPECTING))
    role = world.chance.choice(others) if others else world.next_role()
    [kind] = ROLES[role].organisation_kinds
    at = world.one("organisations", **({"kind": kind} if world.often(0.95) else {}))
    system = role.partition(".")[0]
    window = world.chance.choice((0, 0, 0, 0, 0, 0, 1, 2, 3))
    begins = NOW + 1 if window == 1 else NOW - HOUR
    ends = {2: NOW, 3: NOW + 1}.get(window)
    same = (person["id"], at["id"], system)
    if system == "employer_account" and any(
        (each["user_id"], each["organisation_id"], each["system"]) == same
        for each in world.rows["role_grants"]
    ):
        return
    inspects = role.endswith(".inspector")
    if inspects and any(
        (each["user_id"], each["role"]) == (person["id"], role)
        for each in world.rows["role_grants"]
    ):
        return
    given = let_in(world, at["id"]) if inspects else {"permissions": "", "group_id": None}
    grant = world.add(
        "role_grants",
        user_id=person["id"],
        organisation_id=at["id"],
        role=role,
        system=system,
        caseload_kind=ROLES[role].caseload,
        starts_at=begins,
        ends_at=ends,
        revision=1,
        **given,
    )
    if inspects:
        add_account(world, grant, person, channels)


def _record(world: RandomWorld, number: int) -> None:
    last = world.chance.choice(("Ash", "ash", "Éloi", "Oak"))
    epao = world.one("organisations", kind="EPAO")["id"]
    record = world.add(
        "apprentice_records",
        reference=f"A-{number}",
        apprentice_id=world.one("users")["id"] if world.often(0.4) else None,
        employer_id=world.one("organisations", kind="EMPLOYER")["id"],
        provider_id=world.one("organisations", kind="TRAINING_PROVIDER")["id"],
        epao_id=epao if world.often(0.7) else None,
        first_name=f"F{number}",
        last_name=last,
        last_name_sort=fold(f"{last} F{number}"),
        email=f"f{number}@example.test",
        date_of_birth=f"200{number % 7}-01-15",
        uln=f"77{number:08}",
        ni_number=None,
        standard_code=world.chance.choice(("ST1", "ST2")),
        standard_title="A standard",
        standard_version="1.0",
        standard_option=None,
        delivery_model="REGULAR",
        status=world.chance.choice(("LIVE", "PAUSED", "COMPLETED")),
        start_date=f"2025-0{1 + number % 9}-01",
        end_date="2027-08-31",
        pause_date=None,
        stop_date=None,
        completion_date=None,
        cost_pence=number * 1_000,
        training_price_pence=number * 800,
        assessment_price_pence=number * 200,
    )
    _parts(world, record["id"])


def _parts(world: RandomWorld, record: str) -> None:
    add_ilr(world, record)
    prices = {"cost_pence": 5, "training_price_pence": 4, "assessment_price_pence": 1}
    for day in ("2025-01-01", "2025-02-01")[: world.chance.randint(0, 2)]:
        world.add("price_episodes", record_id=record, from_date=day, to_date=None, **prices)
    if world.often(0.8):
        world.add(
            "trainings",
            record_id=record,
            progress_percent=world.chance.randint(0, 100),
            planned_hours=300,
            logged_hours=world.chance.randint(0, 300),
            next_review_on=None,
            revision=1,
        )
    for _ in range(world.chance.randint(0, 2)):
        world.add(
            "evidence",
            record_id=record,
            title="Work",
            kind="ASSIGNMENT",
            status="SUBMITTED",
            submitted_at=NOW - HOUR,
            content="What I did.",
        )
        world.add("feedback", record_id=record, by="Tutor", by_id=None, at=NOW, text="Good.")
    if world.often(0.6):
        world.add(
            "end_point_assessments",
            record_id=record,
            gateway_status="APPROVED",
            gateway_on="2026-06-15",
            grade=world.chance.choice((None, "PASS")),
            certificate_number=None,
            revision=1,
        )
        world.add(
            "assessment_components",
            record_id=record,
            name="Test",
            attempt="FIRST",
            taken_on="2026-07-06",
            outcome="PASS",
        )


def _item(world: RandomWorld) -> None:
    """Assign a record to anybody, whether or not a role of theirs comes with the kind."""
    record, kind = world.one("apprentice_records"), world.chance.choice(list(SIDES))
    organisation = record[SIDES[kind]]
    able = [
        grant["user_id"]
        for grant in world.rows["role_grants"]
        if grant["caseload_kind"] == kind and grant["organisation_id"] == organisation
    ]
    owner = world.chance.choice(able) if able and world.often(0.8) else world.one("users")["id"]
    if organisation is None:
        return
    given = {"kind": kind, "organisation_id": organisation, "owner_id": owner}
    loads = [r for r in world.rows["caseloads"] if given.items() <= r.items()]
    load = loads[0] if loads else world.add("caseloads", **given)
    pair = {"caseload_id": load["id"], "record_id": record["id"]}
    if any(pair.items() <= item.items() for item in world.rows["caseload_items"]):
        return
    by = world.one("users")["id"] if world.often(0.5) else None
    world.add("caseload_items", **pair, **given, assigned_by_id=by, assigned_at=NOW - HOUR)


async def fill(url: str, world: RandomWorld) -> None:
    """Put the rows of a world in place of all that stands in a database."""
    tables: list[Table] = list(Base.metadata.sorted_tables)
    engine = create_async_engine(sqlalchemy_url(url))
    try:
        async with engine.begin() as connection:
            for table in reversed(tables):
                if table.name not in {
                    "audit_events",
                    "audit_prunings",
                }:  # which let nothing be taken out
                    await connection.execute(table.delete())
            for table in tables:
                if rows := world.rows[table.name]:
                    await connection.execute(table.insert().values(rows))
    finally:
        await engine.dispose()
