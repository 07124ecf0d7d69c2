"""Commands of inspection groups: set up, filled, opened for a visit, and closed again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import strawberry
from sqlalchemy import delete, exists, insert, select

from authz.rows.grants import INSPECTOR
from db.models import (
    ApprenticeRecord,
    InspectionGroup,
    InspectionLearner,
    InspectionOpening,
    RoleGrant,
    User,
)
from db.types import new_key
from engine.declare.commands import command, command_input, given, left_out, payload
from engine.errors import Refusal
from engine.instants import LocalTimeError, milliseconds
from resolvers import checks, targets
from resolvers.inspections.enums import InspectionBody
from resolvers.inspections.visits import current, managed, nobody_stayed, require_verified
from resolvers.people.people import running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.declare.change import Change
    from engine.declare.commands import Keys

_FIRST_YEAR, _LAST_YEAR = 2000, 2999


_GROUP_NOW = payload(
    "The group as it is now.", name="InspectionGroupPayload", group="InspectionGroup"
)


@command_input("A group to set up beside the main groups of a provider.")
class CreateInspectionGroup:
    """Input of createInspectionGroup."""

    organisation_id: strawberry.ID
    name: str = given(description="Such as Ofsted June.")
    body: InspectionBody


@command(
    "inspection_group.create",
    CreateInspectionGroup,
    answers=_GROUP_NOW,
    target=targets.ACCOUNT,
)
async def create_inspection_group(change: Change, given: CreateInspectionGroup) -> Keys:
    """Set up a parallel group, which is nobody's parent or child (D4-02)."""
    group = InspectionGroup(
        id=new_key(),
        organisation_id=change.organisation,
        name=checks.text("name", given.name),
        body=given.body.value,
        revision=1,
    )
    change.session.add(group)
    await change.session.flush()
    _begin(change, group.id, 1)
    change.note(group=group.id, body=group.body)
    return {"group": group.id}


@command_input("Learners to add to a group, in addition to their main group.")
class AddLearners:
    """Input of addLearners."""

    group_id: strawberry.ID
    record_ids: list[strawberry.ID]


@command(
    "inspection_group.add_learners",
    AddLearners,
    answers=_GROUP_NOW,
    target=targets.GROUP,
    named=targets.learners("inspection_group.add_learners"),
)
async def add_learners(change: Change, _given: AddLearners) -> Keys:
    """Add learners to the opening that is prepared or in force, in addition to their main group.

    Where somebody may manage ILRs, every learner's has to be QA verified (D4-28, I14). A group
    whose visit is over begins a new opening.
    """
    records = change.named["record_ids"]
    await _of_provider(change, records)
    group = await change.session.get_one(InspectionGroup, change.target)
    opening = await current(change, group.id) or await _next(change, group.id)
    if await managed(change, group.id):
        await require_verified(change, records)
    there = await change.session.scalars(
        select(InspectionLearner.record_id).where(
            InspectionLearner.opening_id == opening.id, InspectionLearner.record_id.in_(records)
        )
    )
    known = set(there)
    rows = [
        {
            "id": new_key(),
            "opening_id": opening.id,
            "organisation_id": change.organisation,
            "record_id": record,
            "added_by_id": change.principal.user,
            "added_at": change.now,
        }
        for record in records
        if record not in known
    ]
    if rows:
        await change.session.execute(insert(InspectionLearner), rows)
    change.note(records=[row["record_id"] for row in rows])
    return {"group": group.id}


@command_input("Learners to take out of a group.")
class RemoveLearners:
    """Input of removeLearners."""

    group_id: strawberry.ID
    record_ids: list[strawberry.ID]


@command(
    "inspection_group.remove_learners",
    RemoveLearners,
    answers=_GROUP_NOW,
    target=targets.GROUP,
    named=targets.learners("inspection_group.remove_learners"),
)
async def remove_learners(change: Change, _given: RemoveLearners) -> Keys:
    """Take learners out of the opening that is prepared or in force (D4-24)."""
    records = change.named["record_ids"]
    await _of_provider(change, records)
    opening = await current(change, change.target or "")
    if opening is not None:
        chosen = (
            InspectionLearner.opening_id == opening.id,
            InspectionLearner.record_id.in_(records),
        )
        there = await change.session.scalars(select(InspectionLearner.record_id).where(*chosen))
        change.note(records=sorted(there))
        await change.session.execute(delete(InspectionLearner).where(*chosen))
    return {"group": change.target}


@command_input("A visit; what is left out stays as it was prepared.")
class OpenInspection:
    """Input of openInspection."""

    group_id: strawberry.ID
    host_id: strawberry.ID | None = left_out("The member of staff who shows the inspectors round.")
    opens_at: datetime | None = left_out(
        "Now, where it is left out; without an offset it is London's time."
    )
    closes_at: datetime | None = left_out(
        "From then on nothing is in sight; without an offset it is London's time."
    )
    all_learners: bool | None = left_out(
        "Whether every learner of the provider is in sight; not recommended.",
        action="inspection_group.open_to_all",
    )


@command(
    "inspection_group.open",
    OpenInspection,
    answers=_GROUP_NOW,
    target=targets.GROUP,
    named=targets.HOST,
)
async def open_inspection(change: Change, given: OpenInspection) -> Keys:
    """Open the group for a visit: with a host and a window (D4-17, F08)."""
    group = change.target or ""
    opening = await current(change, group) or await _next(change, group)
    if opening.opened_at is not None:
        message = "The group is open already, or opened for a time to come; close it first."
        raise checks.conflict("ALREADY_OPEN", message)
    await nobody_stayed(change, group)
    if host := change.named["host_id"]:
        opening.host_id = await _member(change, host[0])
    opens_at = _moment("opensAt", given.opens_at)
    closes_at = _moment("closesAt", given.closes_at)
    opening.opens_at = opens_at if opens_at is not None else opening.opens_at or change.now
    opening.closes_at = closes_at if closes_at is not None else opening.closes_at
    if given.all_learners is not strawberry.UNSET and given.all_learners is not None:
        opening.all_learners = given.all_learners
    if opening.host_id is None:
        message = "A visit needs a host: a member of staff who shows the inspectors round."
        raise Refusal("PRECONDITION", message, reason="HOST_MISSING", input="input.hostId")
    if opening.closes_at is None:
        message = "A visit needs a window: say when it closes."
        raise Refusal("PRECONDITION", message, reason="WINDOW_MISSING", input="input.closesAt")
    if opening.closes_at <= max(opening.opens_at, change.now):
        message = "closesAt is not after opensAt and now."
        raise checks.bad_input("closesAt", "WINDOW", message)
    opening.opened_at = change.now
    change.note(opening=opening.id, host=opening.host_id, allLearners=opening.all_learners)
    return {"group": group}


@command_input("A visit that is over.")
class CloseInspection:
    """Input of closeInspection."""

    group_id: strawberry.ID


@command(
    "inspection_group.close",
    CloseInspection,
    answers=_GROUP_NOW,
    target=targets.GROUP,
    description="End a visit; nothing of the group is in sight from the next request on.",
)
async def close_inspection(change: Change, _given: CloseInspection) -> Keys:
    """End the visit: from now on nothing of the group is in an inspector's sight (D4-12)."""
    opening = await current(change, change.target or "")
    if opening is None or opening.opened_at is None:
        raise checks.conflict("NOT_OPEN", "The group is not open.")
    opening.closed_at = change.now
    change.note(opening=opening.id)
    return {"group": change.target}


async def _next(change: Change, group: str) -> InspectionOpening:
    """Begin the next use of a group, which starts empty (D4-24)."""
    numbers = await change.session.scalars(
        select(InspectionOpening.number).where(InspectionOpening.group_id == group)
    )
    opening = _begin(change, group, max(numbers, default=0) + 1)
    await change.session.flush()
    return opening


def _begin(change: Change, group: str, number: int) -> InspectionOpening:
    opening = InspectionOpening(
        id=new_key(),
        group_id=group,
        organisation_id=change.organisation,
        number=number,
        all_learners=False,
    )
    change.session.add(opening)
    return opening


async def _of_provider(change: Change, records: Sequence[str]) -> None:
    """Refuse records of another provider that the caller acts for too: one acts for one."""
    own = await change.session.scalars(
        select(ApprenticeRecord.id).where(
            ApprenticeRecord.id.in_(records), ApprenticeRecord.provider_id == change.organisation
        )
    )
    known = set(own)
    if known != set(records):
        message = "recordIds names learners of another provider than the group's."
        raise checks.bad_input("recordIds", "MIXED_ORGANISATIONS", message)


async def _member(change: Change, user: str) -> str:
    """Return the key of an active member of the provider's staff, or raise Refusal."""
    held = exists().where(
        RoleGrant.user_id == User.id,
        RoleGrant.organisation_id == change.organisation,
        RoleGrant.role != INSPECTOR,
        running(change.now),
    )
    member = select(User.id).where(User.id == user, User.status == "ACTIVE", held)
    if await change.session.scalar(member) is None:
        message = "The host has to be an active member of the provider's staff."
        raise checks.bad_input("hostId", "NOT_STAFF", message)
    return user


def _moment(name: str, given: Any) -> int | None:
    """Return a given instant as milliseconds; one without an offset is London's (F08)."""
    if given is None or given is strawberry.UNSET:
        return None
    if not _FIRST_YEAR <= given.year <= _LAST_YEAR:
        message = f"{name} is not in the years {_FIRST_YEAR} to {_LAST_YEAR}."
        raise checks.bad_input(name, "WINDOW", message)
    try:
        return milliseconds(given)
    except LocalTimeError as error:
        raise checks.bad_input(name, "LOCAL_TIME", f"{name} {error}") from None
