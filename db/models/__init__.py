"""Every table of Fieldgate, one module a subject."""

from db.models.agreements import Agreement, AgreementEvent
from db.models.apprentice_records import ApprenticeRecord, PriceEpisode
from db.models.assessments import AssessmentComponent, EndPointAssessment
from db.models.audit_events import AuditEvent
from db.models.caseloads import Caseload, CaseloadItem
from db.models.ilrs import Ilr
from db.models.inspections import (
    InspectionGroup,
    InspectionLearner,
    InspectionOpening,
    InspectorAccount,
)
from db.models.mails import Mail
from db.models.organisations import (
    EmployerAccount,
    Invitation,
    LegalEntity,
    Organisation,
    PayeScheme,
)
from db.models.remembered_changes import RememberedChange
from db.models.roles import RoleGrant
from db.models.training import Evidence, Feedback, Training
from db.models.users import User

__all__ = [
    "Agreement",
    "AgreementEvent",
    "ApprenticeRecord",
    "AssessmentComponent",
    "AuditEvent",
    "Caseload",
    "CaseloadItem",
    "EmployerAccount",
    "EndPointAssessment",
    "Evidence",
    "Feedback",
    "Ilr",
    "InspectionGroup",
    "InspectionLearner",
    "InspectionOpening",
    "InspectorAccount",
    "Invitation",
    "LegalEntity",
    "Mail",
    "Organisation",
    "PayeScheme",
    "PriceEpisode",
    "RememberedChange",
    "RoleGrant",
    "Training",
    "User",
]
