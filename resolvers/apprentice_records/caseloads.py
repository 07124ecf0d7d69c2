"""Commands that assign apprentice records to named users, and take them away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry
from sqlalchemy import and_, delete, insert, select

from authz.rows.grants import INSPECTOR
from db.models import Caseload, CaseloadItem, RoleGrant, User
from db.types import new_key
from engine.declare.commands import command, command_input, given, payload
from engine.errors import NOT_FOUND, Refusal
from resolvers import checks, targets
from resolvers.apprentice_records.enums import CaseloadKind
from resolvers.people.people import not_ended

if TYPE_CHECKING:
    from engine.declare.change import Change
    from engine.declare.commands import Keys


def _by_kind(verb: str) -> dict[str, str]:
    """Return the action that each kind of caseload needs: each side assigns its own kinds."""
    return {kind.value: f"apprentice_record.{verb}_{kind.value.lower()}" for kind in CaseloadKind}


@command_input("Somebody to assign a record to.")
class AssignRecord:
    """Input of assignRecord."""

    record_id: strawberry.ID
    user_id: strawberry.ID
    kind: CaseloadKind = given(by_word=_by_kind("assign"))


@command(
    "apprentice_record.assign",
    AssignRecord,
    answers=payload(
        "The record, and the caseload that it is in now.",
        record="ApprenticeRecord",
        caseload="Caseload",
    ),
    target=targets.RECORD_ON_ITS_SIDE,
    named=targets.ASSIGNEE,
)
async def assign_record(change: Change, given: AssignRecord) -> Keys:
    """Assign one record to a user (D1-06)."""
    return await _assign(change, given)


@command_input("Somebody to assign records to, all of them or none.")
class AssignRecords:
    """Input of assignRecords."""

    record_ids: list[strawberry.ID]
    user_id: strawberry.ID
    kind: CaseloadKind = given(by_word=_by_kind("assign"))


@command(
    "apprentice_record.assign",
    AssignRecords,
    answers=payload("The caseload that the records are in now.", caseload="Caseload"),
    target=targets.RECORDS,
    named=targets.ASSIGNEE,
    description="Assign all of the records, or none.",
)
async def assign_records(change: Change, given: AssignRecords) -> Keys:
    """Assign records to a user, all of them or none (D1-07)."""
    return await _assign(change, given)


async def _assign(change: Change, given: AssignRecord | AssignRecords) -> Keys:
    """Assign the records to a user, all of them or none (D1-07); whoever has one keeps it (B03).

    The user has to be ACTIVE and hold the kind's role in the organisation acted for (I18).
    """
    kind = given.kind.value
    user = await _assignee(change, kind)
    caseload, there = await _caseload(change, kind, user)
    rows = [
        {
            "id": new_key(),
            "caseload_id": caseload,
            "record_id": record,
            "kind": kind,
            "organisation_id": change.organisation,
            "owner_id": user,
            "assigned_by_id": change.principal.user,
            "assigned_at": change.now,
        }
        for record in change.targets
        if record not in there
    ]
    if rows:
        await change.session.execute(insert(CaseloadItem), rows)
    change.note(kind=kind, user=user)
    return {"record": change.target, "caseload": caseload}


@command_input("Records to take from everybody they are assigned to in one kind.")
class UnassignRecords:
    """Input of unassignRecords."""

    record_ids: list[strawberry.ID]
    kind: CaseloadKind = given(by_word=_by_kind("unassign"))
    confirm: bool = given(
        default=False, description="That you mean it: without, nothing is unassigned."
    )


@command(
    "apprentice_record.unassign",
    UnassignRecords,
    answers=payload(
        "The organisation whose people the records were taken from.", organisation="Organisation"
    ),
    target=targets.RECORDS,
    description="Take records from everybody of one kind; their sight of them ends at once.",
)
async def unassign_records(change: Change, given: UnassignRecords) -> Keys:
    """Take the records from everybody they are assigned to in a kind, once confirmed (D1-11)."""
    if given.confirm is not True:
        message = "Removing everybody who is assigned has to be confirmed."
        raise checks.bad_input("confirm", "CONFIRM", message)
    theirs = (
        CaseloadItem.record_id.in_(change.targets),
        CaseloadItem.kind == given.kind.value,
        CaseloadItem.organisation_id == change.organisation,
    )
    found = await change.session.execute(
        select(CaseloadItem.record_id, CaseloadItem.owner_id).where(*theirs)
    )
    removed: dict[str, list[str]] = {record: [] for record in change.targets}
    for record, owner in found:
        removed[record].append(owner)
    await change.session.execute(delete(CaseloadItem).where(*theirs))
    change.note(kind=given.kind.value)
    for record, owners in removed.items():
        change.note_of(record, users=sorted(owners))
    return {"organisation": change.organisation}


async def _assignee(change: Change, kind: str) -> str:
    """Return the key of the user who is to be assigned, or raise Refusal naming the input."""
    [user] = change.named["user_id"]
    found = await change.session.execute(
        select(RoleGrant.caseload_kind, RoleGrant.starts_at, User.status)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.user_id == user,
            RoleGrant.organisation_id == change.organisation,
            RoleGrant.role != INSPECTOR,  # of whom nobody is to hear (I16)
            not_ended(change.now),
        )
    )
    grants = found.all()
    if not grants:  # of another organisation that the caller acts for
        raise Refusal("NOT_FOUND", NOT_FOUND, input="input.userId")
    of_kind = [grant for grant in grants if grant.caseload_kind == kind]
    if not of_kind:
        message = "The user holds no role here that records of this kind are assigned to."
        raise checks.bad_input("userId", "WRONG_KIND", message)
    if not any(g.status == "ACTIVE" and g.starts_at <= change.now for g in of_kind):
        message = "The user has no access to the system yet, so nothing can be assigned to them."
        raise Refusal("PRECONDITION", message, reason="NO_ACCOUNT", input="input.userId")
    return user


async def _caseload(change: Change, kind: str, user: str) -> tuple[str, set[str]]:
    """Return the key of the user's caseload of a kind, and which of the records are in it.

    Where they have none it is a new one.
    """
    there = and_(
        CaseloadItem.caseload_id == Caseload.id, CaseloadItem.record_id.in_(change.targets)
    )
    found = await change.session.execute(
        select(Caseload.id, CaseloadItem.record_id)
        .outerjoin(CaseloadItem, there)
        .where(
            Caseload.kind == kind,
            Caseload.organisation_id == change.organisation,
            Caseload.owner_id == user,
        )
    )
    rows = found.all()
    if rows:
        return rows[0][0], {record for _, record in rows} - {None}
    caseload = Caseload(id=new_key(), kind=kind, organisation_id=change.organisation, owner_id=user)
    change.session.add(caseload)
    await change.session.flush()
    return caseload.id, set()
