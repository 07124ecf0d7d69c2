"""The closed sets of the schema: kinds, statuses and names, each as the database stores it."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="What an organisation is.")
class OrganisationKind(Enum):
    """Kinds of organisation."""

    EMPLOYER = "EMPLOYER"
    TRAINING_PROVIDER = "TRAINING_PROVIDER"
    EPAO = "EPAO"
    PARTNER = "PARTNER"
    SUBCONTRACTOR = "SUBCONTRACTOR"
    INSTITUTION = "INSTITUTION"
    CEC = "CEC"
    INSPECTORATE = "INSPECTORATE"
    GUEST = "GUEST"
    OTHER = "OTHER"


@strawberry.enum(description="Whether an employer pays the apprenticeship levy.")
class LevyStatus(Enum):
    """Levy status of an employer account."""

    LEVY = "LEVY"
    NON_LEVY = "NON_LEVY"


@strawberry.enum(description="What an owner of an account should know.")
class AccountWarning(Enum):
    """Warnings of an employer account."""

    SINGLE_OWNER = strawberry.enum_value(
        "SINGLE_OWNER",
        description="Nobody could take over: give at least one other team member full access.",
    )


@strawberry.enum(description="The register that a legal entity was found in.")
class LegalEntitySource(Enum):
    """Sources of legal entities."""

    COMPANIES_HOUSE = "COMPANIES_HOUSE"
    CHARITIES = "CHARITIES"
    PUBLIC_BODIES = "PUBLIC_BODIES"
    PENSIONS_REGULATOR = "PENSIONS_REGULATOR"
    OTHER = "OTHER"


@strawberry.enum(description="Where an agreement stands.")
class AgreementStatus(Enum):
    """States of an employer agreement."""

    PENDING = "PENDING"
    SIGNED = "SIGNED"
    EXPIRED = "EXPIRED"
    SUPERSEDED = "SUPERSEDED"
    REMOVED = "REMOVED"


@strawberry.enum(description="Where an invitation stands.")
class InvitationStatus(Enum):
    """States of an invitation."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    EXPIRED = "EXPIRED"
    DELETED = "DELETED"


@strawberry.enum(description="Where a person's sign-in stands.")
class UserStatus(Enum):
    """States of a User."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    CANCELLED = "CANCELLED"
    ARCHIVED = "ARCHIVED"
    ANONYMISED = "ANONYMISED"


@strawberry.enum(description="Where an apprenticeship stands.")
class ApprenticeshipStatus(Enum):
    """States of an apprenticeship."""

    WAITING_TO_START = "WAITING_TO_START"
    LIVE = "LIVE"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"
    COMPLETED = "COMPLETED"


@strawberry.enum(description="How an apprenticeship is delivered.")
class DeliveryModel(Enum):
    """Delivery models."""

    REGULAR = "REGULAR"
    PORTABLE_FLEXI_JOB = "PORTABLE_FLEXI_JOB"
    FLEXI_JOB_AGENCY = "FLEXI_JOB_AGENCY"


@strawberry.enum(description="What records are assigned for; each side has kinds of its own.")
class CaseloadKind(Enum):
    """Kinds of caseload."""

    ASSESSOR = "ASSESSOR"
    TRAINING_COORDINATOR = "TRAINING_COORDINATOR"
    CASE_OWNER = "CASE_OWNER"


@strawberry.enum(description="What a piece of evidence is.")
class EvidenceKind(Enum):
    """Kinds of evidence."""

    ASSIGNMENT = "ASSIGNMENT"
    OBSERVATION = "OBSERVATION"
    REFLECTION = "REFLECTION"
    TESTIMONY = "TESTIMONY"


@strawberry.enum(description="Where a piece of evidence stands.")
class EvidenceStatus(Enum):
    """States of a piece of evidence."""

    SUBMITTED = "SUBMITTED"
    REFERRED = "REFERRED"
    ACCEPTED = "ACCEPTED"


@strawberry.enum(description="How far an apprentice is on the way into the end-point assessment.")
class GatewayStatus(Enum):
    """States of the gateway."""

    IN_TRAINING = "IN_TRAINING"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"


@strawberry.enum(description="The overall grade of an end-point assessment.")
class Grade(Enum):
    """Grades."""

    PASS = "PASS"  # noqa: S105 - a grade
    CREDIT = "CREDIT"
    MERIT = "MERIT"
    DISTINCTION = "DISTINCTION"
    PASS_WITH_EXCELLENCE = "PASS_WITH_EXCELLENCE"  # noqa: S105 - a grade
    OUTSTANDING = "OUTSTANDING"
    NO_GRADE_AWARDED = "NO_GRADE_AWARDED"
    FAIL = "FAIL"


@strawberry.enum(description="Which attempt at a component it is.")
class ComponentAttempt(Enum):
    """Attempts at a component."""

    FIRST = "FIRST"
    RESIT = "RESIT"
    RETAKE = "RETAKE"


@strawberry.enum(description="What came of an attempt at a component.")
class ComponentOutcome(Enum):
    """Outcomes of an attempt."""

    PASS = "PASS"  # noqa: S105 - a grade
    FAIL = "FAIL"


@strawberry.enum(description="Who inspects, or audits.")
class InspectionBody(Enum):
    """Bodies that visit a provider."""

    OFSTED = "OFSTED"
    ESFA = "ESFA"
    EPA = "EPA"
    EQA = "EQA"
    EV = "EV"
    OTHER = "OTHER"


@strawberry.enum(description="Where one use of an inspection group stands.")
class InspectionStatus(Enum):
    """States of an opening."""

    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"


@strawberry.enum(description="What an inspector may: there is nothing else.")
class InspectorPermission(Enum):
    """The closed set of three (D4-27)."""

    VIEW_ALL_IN_ASSIGNED_GROUP = "VIEW_ALL_IN_ASSIGNED_GROUP"
    TRAINEE_ASSESSOR = "TRAINEE_ASSESSOR"
    MANAGE_ILR = "MANAGE_ILR"


@strawberry.enum(description="How an inspector gets in; classic is for the ILR alone.")
class InspectorChannel(Enum):
    """Channels."""

    CONSOLE = "CONSOLE"
    CLASSIC = "CLASSIC"


@strawberry.enum(
    description="Whether an e-mail address is a person's own, or a provider's for others."
)
class EmailKind(Enum):
    """Kinds of e-mail."""

    PERSONAL = "PERSONAL"
    GENERIC = "GENERIC"


@strawberry.enum(description="What is to be done with an inspector's account after a visit.")
class InspectorDuty(Enum):
    """Duties after a visit."""

    ROTATE_CREDENTIALS = "ROTATE_CREDENTIALS"
    CANCEL = "CANCEL"
    ARCHIVE = "ARCHIVE"


@strawberry.enum(description="Which learners: those one is the case owner of, or all in sight.")
class LearnersShown(Enum):
    """Filters of the console."""

    MY = "MY"
    ALL = "ALL"


@strawberry.enum(description="Whether a learner is still learning.")
class IlrCompletion(Enum):
    """Completion states of an ILR."""

    CONTINUING = "CONTINUING"
    COMPLETED = "COMPLETED"
    WITHDRAWN = "WITHDRAWN"
    BREAK = "BREAK"


@strawberry.enum(description="What came of the learning.")
class IlrOutcome(Enum):
    """Outcomes of an ILR."""

    ACHIEVED = "ACHIEVED"
    PARTIAL = "PARTIAL"
    NO_ACHIEVEMENT = "NO_ACHIEVEMENT"


@strawberry.enum(description="Whether a cell of the policy lets a role act.")
class PolicyEffect(Enum):
    """Effects of a policy row."""

    ALLOW = "allow"
    DENY = "deny"


@strawberry.enum(description="A source system with a matrix or roles of its own.")
class System(Enum):
    """The systems of authz.roles, which the start-up audit holds this against."""

    EMPLOYER_ACCOUNT = "employer_account"
    TRAINING_PROVIDER = "training_provider"
    RECORD_ASSIGNMENT = "record_assignment"
    CAREERS_REGISTER = "careers_register"
    TRAINING_MANAGEMENT = "training_management"
    INSPECTION_ACCESS = "inspection_access"
    FIELDGATE = "fieldgate"


@strawberry.enum(description="A role, local to its system.")
class RoleName(Enum):
    """The roles of authz.roles, which the start-up audit holds this against."""

    EMPLOYER_ACCOUNT_OWNER = "employer_account.owner"
    EMPLOYER_ACCOUNT_TRANSACTOR = "employer_account.transactor"
    EMPLOYER_ACCOUNT_VIEWER = "employer_account.viewer"
    EMPLOYER_ACCOUNT_AAN = "employer_account.aan"
    TRAINING_PROVIDER_PROVIDER_USER = "training_provider.provider_user"
    RECORD_ASSIGNMENT_EPAO_SUPER_ADMIN = "record_assignment.epao_super_admin"
    RECORD_ASSIGNMENT_EPAO_ADMIN = "record_assignment.epao_admin"
    RECORD_ASSIGNMENT_SENIOR_ASSESSOR = "record_assignment.senior_assessor"
    RECORD_ASSIGNMENT_ASSESSOR = "record_assignment.assessor"
    RECORD_ASSIGNMENT_PROVIDER_SUPER_ADMIN = "record_assignment.provider_super_admin"
    RECORD_ASSIGNMENT_PROVIDER_ADMIN = "record_assignment.provider_admin"
    RECORD_ASSIGNMENT_TRAINING_MANAGER = "record_assignment.training_manager"
    RECORD_ASSIGNMENT_TRAINING_COORDINATOR = "record_assignment.training_coordinator"
    CAREERS_REGISTER_ENTERPRISE_COORDINATOR = "careers_register.enterprise_coordinator"
    CAREERS_REGISTER_PARTNER = "careers_register.partner"
    CAREERS_REGISTER_SUB_CONTRACTOR = "careers_register.sub_contractor"
    CAREERS_REGISTER_CEC_STAFF = "careers_register.cec_staff"
    CAREERS_REGISTER_NETWORK_OPERATIONS = "careers_register.network_operations"
    CAREERS_REGISTER_ADMIN = "careers_register.admin"
    TRAINING_MANAGEMENT_INDIVIDUAL = "training_management.individual"
    TRAINING_MANAGEMENT_MANAGER = "training_management.manager"
    TRAINING_MANAGEMENT_TRAINING_ADMINISTRATOR = "training_management.training_administrator"
    TRAINING_MANAGEMENT_SUPER_ADMINISTRATOR = "training_management.super_administrator"
    INSPECTION_ACCESS_SUPERUSER = "inspection_access.superuser"
    INSPECTION_ACCESS_TUTOR = "inspection_access.tutor"
    INSPECTION_ACCESS_EMPLOYER_USER = "inspection_access.employer_user"
    INSPECTION_ACCESS_INSPECTOR = "inspection_access.inspector"


@strawberry.enum(description="A role in an employer account.")
class EmployerAccountRole(Enum):
    """The four levels of access to an employer account (D0-04)."""

    OWNER = "employer_account.owner"
    TRANSACTOR = "employer_account.transactor"
    VIEWER = "employer_account.viewer"
    AAN = "employer_account.aan"


@strawberry.enum(description="Something that can be done.")
class Action(Enum):
    """The actions of the commands, which the start-up audit holds this against."""

    EMPLOYER_ACCOUNT_CREATE = "employer_account.create"
    EMPLOYER_ACCOUNT_RENAME = "employer_account.rename"
    AGREEMENT_ACCEPT = "agreement.accept"
    PAYE_SCHEME_ADD = "paye_scheme.add"
    PAYE_SCHEME_REMOVE = "paye_scheme.remove"
    LEGAL_ENTITY_ADD = "legal_entity.add"
    LEGAL_ENTITY_REMOVE = "legal_entity.remove"
    TEAM_INVITE = "team.invite"
    TEAM_CHANGE_ROLE = "team.change_role"
    TEAM_REMOVE = "team.remove"
    TEAM_LEAVE = "team.leave"
    INVITATION_ACCEPT = "invitation.accept"
    INVITATION_CANCEL = "invitation.cancel"
    APPRENTICE_RECORD_ASSIGN = "apprentice_record.assign"
    APPRENTICE_RECORD_UNASSIGN = "apprentice_record.unassign"
    APPRENTICE_RECORD_EDIT_TRAINING = "apprentice_record.edit_training"
    APPRENTICE_RECORD_EDIT_EPA = "apprentice_record.edit_epa"
    APPRENTICE_RECORD_EDIT_ILR = "apprentice_record.edit_ilr"
    APPRENTICE_RECORD_VERIFY_ILR = "apprentice_record.verify_ilr"
    INSPECTION_GROUP_CREATE = "inspection_group.create"
    INSPECTION_GROUP_ADD_LEARNERS = "inspection_group.add_learners"
    INSPECTION_GROUP_REMOVE_LEARNERS = "inspection_group.remove_learners"
    INSPECTION_GROUP_OPEN = "inspection_group.open"
    INSPECTION_GROUP_CLOSE = "inspection_group.close"
    INSPECTOR_ACCOUNT_CREATE = "inspector_account.create"
    INSPECTOR_ACCOUNT_EDIT = "inspector_account.edit"
    INSPECTOR_ACCOUNT_ACTIVATE = "inspector_account.activate"
    INSPECTOR_ACCOUNT_ROTATE_CREDENTIALS = "inspector_account.rotate_credentials"
    INSPECTOR_ACCOUNT_CANCEL = "inspector_account.cancel"
    INSPECTOR_ACCOUNT_REACTIVATE = "inspector_account.reactivate"
    INSPECTOR_ACCOUNT_ARCHIVE = "inspector_account.archive"
    INSPECTOR_ACCOUNT_REGISTER = "inspector_account.register"
