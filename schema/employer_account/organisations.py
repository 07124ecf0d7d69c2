"""Organisations and their employer account, the facet that the employer account matrix guards."""

from __future__ import annotations

from datetime import datetime

from db import models
from db.states import invitation_status
from engine.declare.connection_types import Connection
from engine.declare.fields import Node
from engine.declare.filters import filter_input
from engine.declare.orders import order_input
from engine.kinds import allowed_actions, computed, connection, derived, facet, field, many
from resolvers.employer_account import organisations as resolvers
from resolvers.employer_account.enums import (
    AccountWarning,
    InvitationStatus,
    LevyStatus,
    OrganisationKind,
)
from schema.apprentice_records.caseloads import (
    AssignableUser,
    AssignableUserFilter,
    AssignableUserOrder,
    Caseload,
    CaseloadFilter,
    CaseloadOrder,
)
from schema.apprentice_records.records import (
    ApprenticeRecord,
    ApprenticeRecordFilter,
    ApprenticeRecordOrder,
)
from schema.declare import entity
from schema.employer_account.agreements import Agreement, LegalEntity
from schema.people.roles import RoleGrant
from schema.policy.enums import Action, RoleName


@entity(models.PayeScheme, read="paye_scheme.read", prefix="pay")
class PayeScheme(Node):
    """A PAYE scheme of an employer account."""

    reference: str | None = field(description="The employer's PAYE reference.")
    name: str | None = field()
    added_at: datetime | None = field()
    allowed_actions: list[Action] | None = allowed_actions("paye_scheme.read")


@entity(models.Invitation, read="invitation.read", prefix="inv")
class Invitation(Node):
    """An invitation to join the team of an account; it gives nothing until it is accepted."""

    email: str | None = field()
    name: str | None = field()
    role: RoleName | None = field()
    status: InvitationStatus | None = derived(
        None, invitation_status, filter=True, description="EXPIRED from its end on."
    )
    invited_at: datetime | None = field()
    expires_at: datetime | None = field()
    edit_version: int | None = field("invitation.read", column="revision")
    allowed_actions: list[Action] | None = allowed_actions("invitation.read")


InvitationFilter = filter_input(Invitation)


@entity(models.EmployerAccount, read="employer_account.read")
class EmployerAccount:
    """An employer's account in the apprenticeship service."""

    levy_status: LevyStatus | None = field("employer_account.read_levy_status")
    warnings: list[AccountWarning] | None = computed(
        "employer_account.read_warnings",
        resolvers.warnings,
        reads=("organisation_id",),
        derives=("team.read",),
        description="What an owner should know; empty when all is well.",
    )
    paye_schemes: list[PayeScheme] | None = many(
        "paye_scheme.read", by="organisation_id", on="organisation_id", order=("reference",)
    )
    legal_entities: list[LegalEntity] | None = many(
        "legal_entity.read", by="organisation_id", on="organisation_id", order=("name",)
    )
    agreements: list[Agreement] | None = many(
        "agreement.read", by="organisation_id", on="organisation_id", order=("offered_at",)
    )
    apprenticeships: Connection[ApprenticeRecord] | None = connection(
        "apprenticeship.read",
        by="employer_id",
        on="organisation_id",
        order=("last_name_sort",),
        filter=ApprenticeRecordFilter,
        order_by=ApprenticeRecordOrder,
    )
    team: Connection[RoleGrant] | None = connection(
        "team.read",
        by="organisation_id",
        on="organisation_id",
        description="Who holds a role in this account.",
    )
    invitations: Connection[Invitation] | None = connection(
        "invitation.read",
        by="organisation_id",
        on="organisation_id",
        order=("email_sort",),
        filter=InvitationFilter,
    )


@entity(models.Organisation, read="organisation.read", prefix="org")
class Organisation(Node):
    """An account, provider, assessment organisation, Partner or institution."""

    kind: OrganisationKind | None = field(filter=True, sort=True)
    name: str | None = field(filter=True, sort=True, folded="name_sort")
    account: EmployerAccount | None = facet(
        "employer_account.read",
        by="organisation_id",
        description="The employer's account, where the organisation is an employer with one.",
    )
    caseloads: Connection[Caseload] | None = connection(
        "caseload.read",
        by="organisation_id",
        order=("owner.name",),
        filter=CaseloadFilter,
        order_by=CaseloadOrder,
        description="Who is assigned records here, in which kind.",
    )
    assignable_users: Connection[AssignableUser] | None = connection(
        "assignable_user.read",
        by="organisation_id",
        order=("user.name",),
        filter=AssignableUserFilter,
        order_by=AssignableUserOrder,
        description="Who can be assigned records here; filter by the kind.",
    )
    edit_version: int | None = field("organisation.read_version", column="revision")
    allowed_actions: list[Action] | None = allowed_actions("organisation.read")


OrganisationFilter = filter_input(Organisation)
OrganisationOrder = order_input(Organisation)
