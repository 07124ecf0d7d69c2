"""Commands that assign apprentice records to named users, and take them away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, insert, select

from authz.rows.grants import INSPECTOR
from db.models import Caseload, CaseloadItem, RoleGrant, User
from db.types import new_key
from engine.errors import NOT_FOUND, Refusal
from resolvers import checks
from resolvers.people.people import not_ended

if TYPE_CHECKING:
    from engine.declare.change import Change
    from resolvers.employer_account.accounts import Keys
    from resolvers.inputs import AssignRecords, UnassignRecords


async def assign(change: Change, given: AssignRecords) -> Keys:
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


async def unassign(change: Change, given: UnassignRecords) -> Keys:
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
