"""Every table of Fieldgate, one module a subject."""

from db.models.apprentice_records.assessments import AssessmentComponent, EndPointAssessment
from db.models.apprentice_records.caseloads import Caseload, CaseloadItem
from db.models.apprentice_records.ilrs import Ilr
from db.models.apprentice_records.records import ApprenticeRecord, PriceEpisode
from db.models.apprentice_records.training import Evidence, Feedback, Training
from db.models.employer_account.agreements import Agreement, AgreementEvent
from db.models.employer_account.organisations import (
    EmployerAccount,
    Invitation,
    LegalEntity,
    Organisation,
    PayeScheme,
)
from db.models.inspections.inspections import (
    InspectionGroup,
    InspectionLearner,
    InspectionOpening,
    InspectorAccount,
)
from db.models.operations.allowances import Allowance
from db.models.operations.audit_events import AuditEvent
from db.models.operations.audit_prunings import AuditPruning
from db.models.operations.audit_repeats import AuditRepeat
from db.models.operations.mails import Mail
from db.models.operations.remembered_changes import RememberedChange
from db.models.people.roles import RoleGrant
from db.models.people.users import User

__all__ = [
    "Agreement",
    "AgreementEvent",
    "Allowance",
    "ApprenticeRecord",
    "AssessmentComponent",
    "AuditEvent",
    "AuditPruning",
    "AuditRepeat",
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
