"""Every table of Fieldgate, one module a subject."""

from db.models.agreements import Agreement, AgreementEvent
from db.models.apprentice_records import ApprenticeRecord
from db.models.audit_events import AuditEvent
from db.models.caseloads import Caseload, CaseloadItem
from db.models.mails import Mail
from db.models.organisations import (
    EmployerAccount,
    Invitation,
    LegalEntity,
    Organisation,
    PayeScheme,
)
from db.models.roles import RoleGrant
from db.models.users import User

__all__ = [
    "Agreement",
    "AgreementEvent",
    "ApprenticeRecord",
    "AuditEvent",
    "Caseload",
    "CaseloadItem",
    "EmployerAccount",
    "Invitation",
    "LegalEntity",
    "Mail",
    "Organisation",
    "PayeScheme",
    "RoleGrant",
    "User",
]
