"""Inspections of random worlds: groups, visits in every state, who is let in, and ILRs.

What the application itself keeps is kept here, too: a visit that was opened has a host and a window, one
of a group is in force at a time, and a learner is of the provider that added them, or was.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from worlds import NOW

if TYPE_CHECKING:
    from differential.random_worlds import RandomWorld, Row

HOUR = 3_600_000
PERMISSIONS = ("TRAINEE_ASSESSOR", "VIEW_ALL_IN_ASSIGNED_GROUP", "MANAGE_ILR")
WINDOWS = {
    "prepared": {"opens_at": None, "closes_at": None, "opened_at": None, "closed_at": None},
    "to come": {"opens_at": NOW + 1, "closes_at": NOW + HOUR, "opened_at": 1, "closed_at": None},
    "begun": {"opens_at": NOW, "closes_at": NOW + HOUR, "opened_at": 1, "closed_at": None},
    "last moment": {"opens_at": 1, "closes_at": NOW + 1, "opened_at": 1, "closed_at": None},
    "closed": {"opens_at": 1, "closes_at": NOW + HOUR, "opened_at": 1, "closed_at": NOW},
    "over": {"opens_at": 1, "closes_at": NOW, "opened_at": 1, "closed_at": None},
}
IN_FORCE = ("begun", "last moment")


def add_groups(world: RandomWorld) -> None:
    """Add the groups of each provider, before anybody is let into one."""
    for provider in world.rows["organisations"]:
        if provider["kind"] == "TRAINING_PROVIDER":
            for number in range(2):
                world.add(
                    "inspection_groups",
                    organisation_id=provider["id"],
                    name=f"{provider['name']}, {number}",
                    body=world.chance.choice(("OFSTED", "EQA")),
                    revision=1,
                )


def let_in(world: RandomWorld, organisation: str) -> dict[str, str | None]:
    """Return what the grant of an inspector says of group and permissions."""
    own = [
        group["id"]
        for group in world.rows["inspection_groups"]
        if group["organisation_id"] == organisation
    ]
    likely = dict(zip(PERMISSIONS, (0.5, 0.7, 0.6), strict=True))
    given = [name for name, chance in likely.items() if world.often(chance)]
    return {
        "group_id": world.chance.choice(own) if own else None,
        "permissions": " ".join(given),
    }


def add_account(world: RandomWorld, grant: Row, person: Row, channels: str) -> None:
    """Add what the provider keeps of an inspector beside the grant."""
    chance = Random(str(grant["id"]))
    world.add(
        "inspector_accounts",
        id=grant["id"],
        name=f"{person['name']} here",
        name_sort=f"{person['name']} here",
        email=person["email"],
        email_kind=chance.choice(("GENERIC", "PERSONAL")),
        channels=channels,
        status=chance.choice((*["ACTIVE"] * 7, "INVITED", "CANCELLED", "ARCHIVED")),
        credentials_rotated_at=None,
    )


def add_visits(world: RandomWorld) -> None:
    """Add the visits of each group, one after another, with learners of the provider's."""
    for group in world.rows["inspection_groups"]:
        before = [world.chance.choice(("over", "closed"))] if world.often(0.5) else []
        last = world.chance.choice([*WINDOWS, *IN_FORCE, *IN_FORCE])
        for number, state in enumerate([*before, last], 1):
            _visit(world, group, number, state)


def _visit(world: RandomWorld, group: Row, number: int, state: str) -> None:
    whole = world.often(0.4)
    visit = world.add(
        "inspection_openings",
        group_id=group["id"],
        organisation_id=group["organisation_id"],
        number=number,
        host_id=None if state == "prepared" else world.one("users")["id"],
        all_learners=whole,
        **WINDOWS[state],
    )
    for record in world.rows["apprentice_records"]:
        here = record["provider_id"] == group["organisation_id"]
        if not whole and world.often(0.6 if here else 0.3):
            world.add(
                "inspection_learners",
                opening_id=visit["id"],
                organisation_id=group["organisation_id"],
                record_id=record["id"],
                added_by_id=world.one("users")["id"] if world.often(0.5) else None,
                added_at=NOW - HOUR,
            )


def add_ilr(world: RandomWorld, record: str) -> None:
    """Add the ILR of a record, or none."""
    if world.often(0.9):
        verified = world.often(0.5)
        world.add(
            "ilrs",
            record_id=record,
            learn_ref_number=f"L{world.chance.randint(1, 999)}",
            funding_model=36,
            planned_end_on="2027-08-31",
            actual_end_on=None,
            completion_status=world.chance.choice(("CONTINUING", "COMPLETED")),
            outcome=None,
            withdraw_reason=None,
            delivery_postcode="ZZ9 9ZZ",
            qa_verified_at=NOW - HOUR if verified else None,
            qa_verified_by_id=world.one("users")["id"] if verified else None,
            revision=1,
        )
