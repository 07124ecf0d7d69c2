"""Inputs and payloads of the commands of inspections and of inspectors' accounts."""

from __future__ import annotations

from datetime import datetime

import strawberry

from engine.declare.fields import input_field
from engine.kinds import changed
from schema.declare import payload
from schema.employer_account.enums import EmailKind
from schema.inspections.enums import InspectionBody, InspectorChannel, InspectorPermission
from schema.inspections.inspections import InspectionGroup, InspectorAccount
from schema.people.users import User

_CREATE = "inspector_account.create"
_EDIT = "inspector_account.edit"
_OPEN = "inspection_group.open"
_ACCOUNT = "inspector_account.read"
_GROUP = "inspection_group.read"


@strawberry.input(description="A group to set up beside the main groups of a provider.")
class CreateInspectionGroupInput:
    """Input of createInspectionGroup."""

    organisation_id: strawberry.ID = input_field("inspection_group.create")
    name: str = input_field("inspection_group.create", description="Such as Ofsted June.")
    body: InspectionBody = input_field("inspection_group.create")


@payload
class InspectionGroupPayload:
    """The group as it is now."""

    group: InspectionGroup | None = changed(_GROUP)


@strawberry.input(description="Learners to add to a group, in addition to their main group.")
class AddLearnersInput:
    """Input of addLearners."""

    group_id: strawberry.ID = input_field("inspection_group.add_learners")
    record_ids: list[strawberry.ID] = input_field("inspection_group.add_learners")


@strawberry.input(description="Learners to take out of a group.")
class RemoveLearnersInput:
    """Input of removeLearners."""

    group_id: strawberry.ID = input_field("inspection_group.remove_learners")
    record_ids: list[strawberry.ID] = input_field("inspection_group.remove_learners")


@strawberry.input(description="A visit; what is left out stays as it was prepared.")
class OpenInspectionInput:
    """Input of openInspection."""

    group_id: strawberry.ID = input_field(_OPEN)
    host_id: strawberry.ID | None = input_field(
        _OPEN,
        default=strawberry.UNSET,
        description="The member of staff who shows the inspectors round.",
    )
    opens_at: datetime | None = input_field(
        _OPEN,
        default=strawberry.UNSET,
        description="Now, where it is left out; without an offset it is London's time.",
    )
    closes_at: datetime | None = input_field(
        _OPEN,
        default=strawberry.UNSET,
        description="From then on nothing is in sight; without an offset it is London's time.",
    )
    all_learners: bool | None = input_field(
        "inspection_group.open_to_all",
        default=strawberry.UNSET,
        description="Whether every learner of the provider is in sight; not recommended.",
    )


@strawberry.input(description="A visit that is over.")
class CloseInspectionInput:
    """Input of closeInspection."""

    group_id: strawberry.ID = input_field("inspection_group.close")


@strawberry.input(description="An external party to let into one group alone.")
class CreateInspectorAccountInput:
    """Input of createInspectorAccount."""

    group_id: strawberry.ID = input_field(_CREATE)
    email: str = input_field(_CREATE)
    name: str = input_field(_CREATE)
    email_kind: EmailKind = input_field(_CREATE)
    permissions: list[InspectorPermission] | None = input_field(
        _CREATE,
        default=strawberry.UNSET,
        description="The two that are recommended, where they are left out.",
    )
    channels: list[InspectorChannel] | None = input_field(
        _CREATE, default=strawberry.UNSET, description="The console alone, where they are left out."
    )


@payload
class CreateInspectorAccountPayload:
    """The account, inert until it is activated, and the group that it is let into."""

    account: InspectorAccount | None = changed(_ACCOUNT)
    group: InspectionGroup | None = changed(_GROUP)


@strawberry.input(description="What an inspector may from now on; what is left out stays.")
class UpdateInspectorAccountInput:
    """Input of updateInspectorAccount."""

    account_id: strawberry.ID = input_field(_EDIT)
    permissions: list[InspectorPermission] | None = input_field(_EDIT, default=strawberry.UNSET)
    channels: list[InspectorChannel] | None = input_field(_EDIT, default=strawberry.UNSET)


@strawberry.input(description="An account to activate.")
class ActivateInspectorInput:
    """Input of activateInspector."""

    account_id: strawberry.ID = input_field("inspector_account.activate")


@strawberry.input(description="A generic account whose credentials were changed.")
class RotateInspectorCredentialsInput:
    """Input of rotateInspectorCredentials."""

    account_id: strawberry.ID = input_field("inspector_account.rotate_credentials")


@strawberry.input(description="An account whose subscription ends.")
class CancelInspectorInput:
    """Input of cancelInspector."""

    account_id: strawberry.ID = input_field("inspector_account.cancel")


@strawberry.input(description="An account whose subscription is taken up again.")
class ReactivateInspectorInput:
    """Input of reactivateInspector."""

    account_id: strawberry.ID = input_field("inspector_account.reactivate")


@strawberry.input(description="A cancelled account to put away for good.")
class ArchiveInspectorInput:
    """Input of archiveInspector."""

    account_id: strawberry.ID = input_field("inspector_account.archive")


@payload
class InspectorAccountPayload:
    """The account as it is now."""

    account: InspectorAccount | None = changed(_ACCOUNT)


@strawberry.input(description="Your own account as an inspector, by the e-mail of your sign-in.")
class RegisterInspectorInput:
    """Input of registerInspector."""

    name: str = input_field("inspector_account.register", description="What you are called.")


@payload
class RegisterInspectorPayload:
    """Who you are from now on."""

    user: User | None = changed("user.read")
