"""What can be asked: types and fields, each of which names its action. Declarations only."""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from engine.instants import SCALARS
from schema.agreements import Agreement, LegalEntity
from schema.apprentice_records import ApprenticeRecord
from schema.caseloads import Caseload
from schema.inspections import InspectionGroup, InspectorAccount
from schema.mutation import Mutation
from schema.organisations import Invitation, Organisation, PayeScheme
from schema.query import Query
from schema.roles import RoleGrant
from schema.training import Evidence
from schema.users import User


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
