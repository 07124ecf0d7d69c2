"""The closed sets of the policy: systems, roles and actions."""

from __future__ import annotations

from enum import Enum

import strawberry


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
