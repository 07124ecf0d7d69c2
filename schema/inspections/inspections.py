"""Inspections: parallel groups, their openings, and the accounts of inspectors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from db import models
from db.states import opening_status
from engine.declare.connection_types import Connection
from engine.declare.fields import Node
from engine.declare.guarded import Argument
from engine.kinds import (
    allowed_actions,
    card,
    computed,
    connection,
    derived,
    field,
    many,
    one,
    preview,
    shown,
)
from resolvers.employer_account.enums import EmailKind, UserStatus
from resolvers.inspections import views
from resolvers.inspections.enums import (
    InspectionBody,
    InspectionStatus,
    InspectorChannel,
    InspectorDuty,
    InspectorPermission,
)
from schema.apprentice_records.records import ApprenticeRecord
from schema.cards import PersonName
from schema.declare import entity
from schema.policy.enums import Action

_READ = "inspection_group.read"
_WINDOW = "inspection_group.read_window"
_MEMBERS = "inspection_group.read_members"
_ACCOUNT = "inspector_account.read"


@entity(models.InspectionLearner, read=_MEMBERS, about="record")
class InspectedLearner:
    """A learner in an opening, in addition to their main group."""

    record: ApprenticeRecord | None = one("apprentice_record.read", on="record_id")
    added_at: datetime | None = field()
    added_by: PersonName | None = card(_MEMBERS, on="added_by_id", of=models.User)


@entity(models.InspectionOpening, read=_WINDOW)
class InspectionOpening:
    """One use of a group: it is in force in its window alone, and the next one starts empty."""

    number: int | None = field(description="1 for the first use of the group.")
    status: InspectionStatus | None = derived(
        _WINDOW, opening_status, description="Where it stands now, by act and by clock."
    )
    host: PersonName | None = card(
        _WINDOW,
        on="host_id",
        of=models.User,
        description="The member of staff who shows the inspectors round.",
    )
    opens_at: datetime | None = field()
    closes_at: datetime | None = field(description="From then on nothing is in sight.")
    opened_at: datetime | None = field()
    closed_at: datetime | None = field()
    all_learners: bool | None = field(
        _MEMBERS, description="Whether every learner of the provider is in sight."
    )
    learners: Connection[InspectedLearner] | None = connection(
        _MEMBERS, by="opening_id", order=("added_at",), part=True
    )


@entity(models.RoleGrant, read=_ACCOUNT, prefix="ins")
class InspectorAccount(Node):
    """The account of an external party, let into one group alone."""

    name: str | None = shown(on="id", of=models.InspectorAccount, column="name", sort="name_sort")
    email: str | None = shown(on="id", of=models.InspectorAccount, column="email")
    email_kind: EmailKind | None = shown(on="id", of=models.InspectorAccount, column="email_kind")
    status: UserStatus | None = shown(
        on="id",
        of=models.InspectorAccount,
        column="status",
        description="Of this account alone, whatever the person holds elsewhere.",
    )
    permissions: list[InspectorPermission] | None = computed(
        _ACCOUNT, views.permissions, reads=("permissions",)
    )
    channels: list[InspectorChannel] | None = computed(_ACCOUNT, views.channels, reads=("id",))
    duty: InspectorDuty | None = computed(
        _ACCOUNT,
        views.duty,
        reads=("id", "group_id"),
        description="What is to be done with the account now that a visit is over, if anything.",
    )
    group: Annotated[InspectionGroup, strawberry.lazy("schema.inspections.inspections")] | None = (
        one(_READ, on="group_id")
    )
    allowed_actions: list[Action] | None = allowed_actions(_ACCOUNT)


@entity(models.InspectionGroup, read=_READ, prefix="grp")
class InspectionGroup(Node):
    """A group beside the main groups of a provider, which inspectors are let into."""

    name: str | None = field()
    body: InspectionBody | None = field()
    openings: list[InspectionOpening] | None = many(
        _WINDOW, by="group_id", order=("number",), part=True
    )
    inspectors: Connection[InspectorAccount] | None = connection(
        _ACCOUNT, by="group_id", order=("name",), part=True
    )
    preview_access: JSON | None = preview(
        "inspection_group.preview",
        views.inspector,
        reads=("id", "organisation_id"),
        imagines=("RoleGrant", "User"),
        derives=(_ACCOUNT,),
        arguments=(
            Argument(
                "account_id",
                strawberry.ID | None,
                description="An account of the group; its permissions and channels, unless others "
                "are given.",
            ),
            Argument(
                "permissions",
                list[InspectorPermission] | None,
                description="The two that are recommended, where there is no account either.",
            ),
            Argument(
                "channels",
                list[InspectorChannel] | None,
                description="The console, where there is no account either.",
            ),
        ),
        description="The answer that an inspector of the group, who holds nothing else, would get "
        "to a document, as if the opening that is being prepared were in force.",
    )
    edit_version: int | None = field(_MEMBERS, column="revision")
    allowed_actions: list[Action] | None = allowed_actions(_READ)
