"""Inputs and payloads of the commands of an account's team."""

from __future__ import annotations

import strawberry

from engine.declare.fields import input_field
from engine.kinds import changed
from schema.declare import payload
from schema.employer_account.account_commands import VERSION
from schema.employer_account.organisations import Invitation, Organisation
from schema.people.roles import RoleGrant
from schema.policy.enums import EmployerAccountRole


@strawberry.input(description="Somebody to invite to the team.")
class InviteUserInput:
    """Input of inviteUser."""

    organisation_id: strawberry.ID = input_field("team.invite")
    email: str = input_field("team.invite")
    name: str = input_field("team.invite")
    role: EmployerAccountRole = input_field("team.invite")


@payload
class InviteUserPayload:
    """The invitation; its code goes to the invited address alone."""

    invitation: Invitation | None = changed("invitation.read")


@strawberry.input(description="An invitation to take back.")
class CancelInvitationInput:
    """Input of cancelInvitation."""

    invitation_id: strawberry.ID = input_field("invitation.cancel")
    if_version: int | None = input_field(
        "invitation.cancel", default=strawberry.UNSET, description=VERSION
    )


@payload
class CancelInvitationPayload:
    """The invitation that was taken back."""

    invitation: Invitation | None = changed("invitation.read")


@strawberry.input(description="The one-time code of an invitation.")
class AcceptInvitationInput:
    """Input of acceptInvitation."""

    code: str = input_field("invitation.accept")


@payload
class AcceptInvitationPayload:
    """The new grant, and the account that it is for."""

    grant: RoleGrant | None = changed("role_grant.read")
    organisation: Organisation | None = changed("organisation.read")


@strawberry.input(description="Another role for a member of the team.")
class ChangeRoleInput:
    """Input of changeRole."""

    grant_id: strawberry.ID = input_field("team.change_role")
    role: EmployerAccountRole = input_field("team.change_role")
    if_version: int | None = input_field(
        "team.change_role", default=strawberry.UNSET, description=VERSION
    )


@payload
class ChangeRolePayload:
    """The grant with its new role."""

    grant: RoleGrant | None = changed("role_grant.read")


@strawberry.input(description="A member to take off the team.")
class RemoveUserInput:
    """Input of removeUser."""

    grant_id: strawberry.ID = input_field("team.remove")


@payload
class RemoveUserPayload:
    """The account that the member was removed from."""

    organisation: Organisation | None = changed("organisation.read")


@strawberry.input(description="An account to leave.")
class LeaveAccountInput:
    """Input of leaveAccount."""

    organisation_id: strawberry.ID = input_field("team.leave")


@payload
class LeaveAccountPayload:
    """The account that was left, for who still sees it."""

    organisation: Organisation | None = changed("organisation.read")
