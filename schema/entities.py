"""The types with ids of their own: what payloads name, and what a global id can be of."""

from __future__ import annotations

from schema.apprentice_records.caseloads import Caseload
from schema.apprentice_records.records import ApprenticeRecord
from schema.apprentice_records.training import Evidence
from schema.employer_account.agreements import Agreement, LegalEntity
from schema.employer_account.organisations import Invitation, Organisation, PayeScheme
from schema.inspections.inspections import InspectionGroup, InspectorAccount
from schema.people.roles import RoleGrant
from schema.people.users import User

ENTITIES = (
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
)
