"""Break-glass: what support does by an operator's command, and the API has no field for (D0-17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from db.models import EmployerAccount, Invitation, Organisation, RoleGrant, User
from db.states import invitation_status
from db.types import ascii_lower
from engine.errors import Refusal
from resolvers import checks
from resolvers.employer_account import teams
from resolvers.people.people import OWNER, effective_owners, membership, same_address, team

if TYPE_CHECKING:
    from engine.declare.change import Change
    from engine.declare.commands import Keys


@dataclass(slots=True)
class NewOwner:
    """Who is to own an account that nobody owns; `user` is the key of a User they have."""

    email: str
    name: str
    user: str | None = None


async def restore_owner(change: Change, given: NewOwner) -> Keys:
    """Give an account that has no effective owner one: by invitation, or to a User by a grant.

    The organisation is locked. Raises Refusal with a sentence to the operator.
    """
    organisation = await change.session.get(Organisation, change.organisation)
    facet = select(EmployerAccount.id).where(EmployerAccount.organisation_id == change.organisation)
    if organisation is None or await change.session.scalar(facet) is None:
        raise Refusal("NOT_FOUND", "There is no employer account with this id.")
    if organisation.status != "OPEN":
        raise checks.conflict("CLOSED", "The account is closed, so nobody can own it.")
    owners = await change.session.scalar(effective_owners(change.organisation, change.now))
    if owners:
        count = "an owner" if owners == 1 else f"{owners} owners"
        message = f"The account has {count} who can give others access; support does not."
        raise checks.conflict("HAS_OWNER", message)
    if given.user is not None:
        return await _grant(change, given, given.user)
    return await _invite(change, given)


async def _invite(change: Change, given: NewOwner) -> Keys:
    """Invite them as Owner, in place of any invitation that waits for them already."""
    address = ascii_lower(checks.email("email", given.email))
    members = team(change.organisation, change.now).join(User, User.id == RoleGrant.user_id)
    if await change.session.scalar(members.where(User.email_sort == address)) is not None:
        message = "Somebody with this e-mail is on the team already: name them as the user instead."
        raise checks.conflict("ALREADY_MEMBER", message)
    waiting = select(Invitation).where(
        Invitation.organisation_id == change.organisation,
        Invitation.email_sort == address,
        invitation_status(Invitation.__table__, change.now) == "PENDING",
    )
    for invitation in await change.session.scalars(waiting):
        invitation.status, invitation.code_digest = "DELETED", None
        change.note(replaced=invitation.id)
    await change.session.flush()
    return await teams.invite(change, given.email, given.name, OWNER)


async def _grant(change: Change, given: NewOwner, key: str) -> Keys:
    """Make a User the Owner, in place of the role that they may hold on the team."""
    user = await change.session.get(User, key, with_for_update={"read": True})
    if user is None or not same_address(checks.email("email", given.email), user.email):
        raise Refusal("NOT_FOUND", "There is no user with this id and this e-mail address.")
    if user.subject is None or user.status != "ACTIVE":
        raise checks.conflict("NO_SIGN_IN", f"The user cannot sign in; they are {user.status}.")
    mine = team(change.organisation, change.now).where(RoleGrant.user_id == user.id)
    for held in await change.session.scalars(mine):
        held.ends_at = change.now
        change.note(before=held.role)
    await change.session.flush()
    grant = membership(user.id, change.organisation, OWNER, change.now)
    change.session.add(grant)
    change.note(grant=grant.id, user=user.id, role=OWNER)
    return {"grant": grant.id}
