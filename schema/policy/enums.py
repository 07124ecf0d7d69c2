"""The closed sets of the policy: systems, roles and actions."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

import strawberry

from engine.kinds.declarations import actions_of
from resolvers.commands import COMMANDS


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


if TYPE_CHECKING:
    Action: TypeAlias = Enum
else:
    Action = actions_of(COMMANDS)
