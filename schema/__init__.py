"""What can be asked: types and fields, each of which names its action. Declarations only."""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from engine.instants import SCALARS
from schema.apprentice_records.caseloads import Caseload
from schema.apprentice_records.records import ApprenticeRecord
from schema.apprentice_records.training import Evidence
from schema.employer_account.agreements import Agreement, LegalEntity
from schema.employer_account.organisations import Invitation, Organisation, PayeScheme
from schema.inspections.inspections import InspectionGroup, InspectorAccount
from schema.mutation import Mutation
from schema.people.roles import RoleGrant
from schema.people.users import User
from schema.query import Query


def build_schema() -> strawberry.Schema:
    """Return the schema that the gateway serves."""
    return strawberry.Schema(
        Query,
        Mutation,
        types=[
            Organisation,
            User,
            RoleGrant,
            Agreement,
            LegalEntity,
            PayeScheme,
            Invitation,
            ApprenticeRecord,
            Evidence,
            Caseload,
            InspectionGroup,
            InspectorAccount,
        ],
        config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
    )
