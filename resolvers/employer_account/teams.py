"""Commands of an account's team: invite, accept, cancel, change a role, remove, leave."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

import strawberry
from sqlalchemy import func, select

from db.models import Invitation, Organisation, RoleGrant, User
from db.states import invitation_status
from db.types import ascii_lower, new_key
from engine.declare.commands import command, command_input, left_out, payload
from engine.errors import Refusal
from resolvers import checks, identifiers, targets
from resolvers.employer_account import letters
from resolvers.employer_account.enums import EmployerAccountRole
from resolvers.people.people import (
    caller_or_new,
    keep_an_owner,
    membership,
    own_address,
    same_address,
    team,
)

if TYPE_CHECKING:
    from engine.declare.change import Change
    from engine.declare.commands import Keys

DAY = 24 * 60 * 60 * 1000
EXPIRES_AFTER = 8 * DAY
"""How long an invitation stands, in milliseconds."""


@command_input("Somebody to invite to the team.")
class InviteUser:
    """Input of inviteUser."""

    organisation_id: strawberry.ID
    email: str
    name: str
    role: EmployerAccountRole


@command(
    "team.invite",
    InviteUser,
    answers=payload(
        "The invitation; its code goes to the invited address alone.", invitation="Invitation"
    ),
    target=targets.ACCOUNT,
    allowance="invitations",
)
async def invite_user(change: Change, given: InviteUser) -> Keys:
    """Invite somebody to the team (D0-01)."""
    return await invite(change, given.email, given.name, given.role.value)


async def invite(change: Change, email: str, name: str, role: str) -> Keys:
    """Invite a person under a role; nothing is given before they accept (D0-04)."""
    address, name = checks.email("email", email), checks.text("name", name)
    members = team(change.organisation, change.now).join(User, User.id == RoleGrant.user_id)
    mailbox = ascii_lower(address)
    if await change.session.scalar(members.where(User.email_sort == mailbox)) is not None:
        raise checks.conflict("ALREADY_MEMBER", "Somebody with this e-mail is on the team already.")
    pending = await change.session.scalar(
        select(Invitation).where(
            Invitation.organisation_id == change.organisation,
            Invitation.email_sort == mailbox,
            Invitation.status == "PENDING",
        )
    )
    if pending is not None:
        pending.status = await _status(change, pending)
        if pending.status == "PENDING":
            raise checks.conflict("ALREADY_INVITED", "This e-mail is invited already.")
        await change.session.flush()
    await _few_open(change)
    code = secrets.token_urlsafe(24)
    invitation = Invitation(
        id=new_key(),
        organisation_id=change.organisation,
        email=address,
        email_sort=mailbox,
        name=name,
        role=role,
        status="PENDING",
        invited_at=change.now,
        expires_at=change.now + EXPIRES_AFTER,
        code_digest=digest(code),
        invited_by_id=change.principal.user,
        revision=1,
    )
    change.session.add(invitation)
    organisation = await change.session.get_one(Organisation, change.organisation)
    inviter = None
    if change.principal.user is not None:
        inviter = (await change.session.get_one(User, change.principal.user)).name
    page = change.pages.get("invitation", "")
    letter = letters.invitation(invitation, organisation.name, inviter, code, page)
    change.mail("invitation", address, letter.subject, letter.body)
    change.note(invitation=invitation.id, role=role)
    return {"invitation": invitation.id}


@command_input("An invitation to take back.")
class CancelInvitation:
    """Input of cancelInvitation."""

    invitation_id: strawberry.ID
    if_version: int | None = left_out(checks.VERSION)


@command(
    "invitation.cancel",
    CancelInvitation,
    answers=payload("The invitation that was taken back.", invitation="Invitation"),
    target=targets.INVITATION,
)
async def cancel_invitation(change: Change, given: CancelInvitation) -> Keys:
    """Take back an invitation that nobody has accepted (D0-10)."""
    invitation = await change.session.get_one(Invitation, change.target)
    checks.version(invitation, getattr(given, "if_version", None))
    await _pending(change, invitation)
    invitation.status = "DELETED"
    invitation.code_digest = None
    return {"invitation": invitation.id}


@command_input("The one-time code of an invitation.")
class AcceptInvitation:
    """Input of acceptInvitation."""

    code: str


@command(
    "invitation.accept",
    AcceptInvitation,
    answers=payload(
        "The new grant, and the account that it is for.",
        grant="RoleGrant",
        organisation="Organisation",
    ),
    description="Join a team with the one-time code that came by mail.",
)
async def accept_invitation(change: Change, given: AcceptInvitation) -> Keys:
    """Join a team: the code of the mail, and a verified e-mail that is the invited one (D0-02).

    A wrong code and somebody else's code are answered alike.
    """
    code = digest(identifiers.one_time_code(given.code))
    found = await change.session.scalar(select(Invitation).where(Invitation.code_digest == code))
    if found is not None:  # whoever sent it: the audit tells of it, the answer does not
        change.acts_on("Invitation", found.id, found.organisation_id)
    address = own_address(change)
    unusable = Refusal(
        "BAD_USER_INPUT",
        "The code is not one that you can use.",
        input="input.code",
        reason="CODE",
    )
    if found is None or address is None or not same_address(address, found.email):
        raise unusable
    await change.lock(found.organisation_id)
    await change.session.refresh(found)
    await _pending(change, found)
    user = await caller_or_new(change, found.name)
    held = team(found.organisation_id, change.now).where(RoleGrant.user_id == user.id)
    if await change.session.scalar(held) is not None:
        raise checks.conflict("ALREADY_MEMBER", "You are on this team already.")
    grant = membership(user.id, found.organisation_id, found.role, change.now)
    change.session.add(grant)
    found.status, found.accepted_at, found.accepted_by_id = "ACCEPTED", change.now, user.id
    found.code_digest = None
    change.note(grant=grant.id, role=found.role)
    return {"grant": grant.id, "organisation": found.organisation_id}


@command_input("Another role for a member of the team.")
class ChangeRole:
    """Input of changeRole."""

    grant_id: strawberry.ID
    role: EmployerAccountRole
    if_version: int | None = left_out(checks.VERSION)


@command(
    "team.change_role",
    ChangeRole,
    answers=payload("The grant with its new role.", grant="RoleGrant"),
    target=targets.GRANT,
)
async def change_role(change: Change, given: ChangeRole) -> Keys:
    """Give a member of the team another role (D0-10, D0-13); one owner stays (A08)."""
    grant = await change.session.get_one(RoleGrant, change.target)
    checks.version(grant, given.if_version)
    role = given.role.value
    if role != grant.role:
        await keep_an_owner(change, grant)
        change.note(fields=["role"], before=grant.role, after=role)
        grant.role = role
    return {"grant": grant.id}


@command_input("A member to take off the team.")
class RemoveUser:
    """Input of removeUser."""

    grant_id: strawberry.ID


@command(
    "team.remove",
    RemoveUser,
    answers=payload("The account that the member was removed from.", organisation="Organisation"),
    target=targets.ENDED_GRANT,
)
async def remove_user(change: Change, _given: RemoveUser) -> Keys:
    """Take a member off the team; the next request of theirs sees nothing of the account."""
    grant = await change.session.get_one(RoleGrant, change.target)
    await keep_an_owner(change, grant)
    grant.ends_at = change.now
    change.note(user=grant.user_id, role=grant.role)
    return {"organisation": grant.organisation_id}


@command_input("An account to leave.")
class LeaveAccount:
    """Input of leaveAccount."""

    organisation_id: strawberry.ID


@command(
    "team.leave",
    LeaveAccount,
    answers=payload(
        "The account that was left, for who still sees it.", organisation="Organisation"
    ),
    target=targets.ACCOUNT,
)
async def leave_account(change: Change, _given: LeaveAccount) -> Keys:
    """Leave the team of an account that keeps another owner (A08)."""
    mine = team(change.organisation, change.now).where(RoleGrant.user_id == change.principal.user)
    for grant in await change.session.scalars(mine.order_by(RoleGrant.id)):
        await keep_an_owner(change, grant)
        grant.ends_at = change.now
        change.note(user=grant.user_id, role=grant.role)
    return {"organisation": change.organisation}


async def _few_open(change: Change) -> None:
    """Refuse one invitation more than may wait at once; the account is locked meanwhile."""
    most = change.allowances.open_invitations
    waiting = select(func.count()).where(
        Invitation.organisation_id == change.organisation,
        invitation_status(Invitation.__table__, change.now) == "PENDING",
    )
    if (await change.session.scalar(waiting) or 0) >= most:
        message = f"{most:,} invitations wait for an answer: cancel some, or wait until they end."
        raise Refusal("CONFLICT", message, reason="OPEN_INVITATIONS", limit=most)


def digest(code: str) -> str:
    """Return what the database keeps of a one-time code."""
    return hashlib.sha256(code.encode()).hexdigest()


async def _status(change: Change, invitation: Invitation) -> str:
    """Return where an invitation stands at this instant."""
    status = invitation_status(Invitation.__table__, change.now)
    found = await change.session.scalars(select(status).where(Invitation.id == invitation.id))
    return found.one()


async def _pending(change: Change, invitation: Invitation) -> None:
    status = await _status(change, invitation)
    if status != "PENDING":
        message = f"The invitation can no longer be used; it is {status}."
        raise checks.conflict("NOT_PENDING", message)
