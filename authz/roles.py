"""The source systems and the roles in them, each a column of its system's matrix."""

from __future__ import annotations

from dataclasses import dataclass

SIGNED_IN = "signed_in"
"""The pseudo-role of any verified subject without a User or with an ACTIVE one."""


class UnknownRole(ValueError):
    """A role of no system; the text names it and those that there are."""

    def __init__(self, role: str) -> None:
        """Keep the role and list the others for a person."""
        super().__init__(f"There is no role {role!r}. There are {', '.join((SIGNED_IN, *ROLES))}.")
        self.role = role


@dataclass(frozen=True, slots=True)
class System:
    """A system whose published roles Fieldgate obeys; `document` is the source's id, if any.

    `organisation` is what the source calls an organisation that its roles are held at.
    """

    name: str
    title: str
    document: str | None
    organisation: str = "organisation"


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """A role, local to its system, and the kinds of organisation it can be held at.

    Who holds it may be assigned records in caseloads of the kind `caseload`, if there is one.
    """

    name: str
    title: str
    system: str
    organisation_kinds: tuple[str, ...]
    caseload: str | None = None

    @property
    def graphql_name(self) -> str:
        """The role as a value of the enum RoleName."""
        return graphql_name(self.name)


def graphql_name(name: str) -> str:
    """Return `system.role` as an enum value: `employer_account.owner` is EMPLOYER_ACCOUNT_OWNER."""
    return name.upper().replace(".", "_")


SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        System("employer_account", "Apprenticeship service employer account", "D0", "account"),
        System("training_provider", "Apprenticeship service training provider", "D0"),
        System("record_assignment", "ACE360 record assignment", "D1"),
        System("careers_register", "Careers & Enterprise Company register", "D2"),
        System("training_management", "accessplanit users", "D3", "account"),
        System("inspection_access", "Aptem inspection access", "D4"),
        System("fieldgate", "Fieldgate", None),
    )
}
"""Every system by its name, in the order of the documents."""

_EMPLOYER = ("EMPLOYER",)
_PROVIDER = ("TRAINING_PROVIDER",)
_EPAO = ("EPAO",)
_CEC = ("CEC",)
_CUSTOMER = ("EMPLOYER", "INSTITUTION", "OTHER")

_TITLES: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "employer_account": (
        ("owner", "Owner", _EMPLOYER),
        ("transactor", "Transactor", _EMPLOYER),
        ("viewer", "Viewer", _EMPLOYER),
        ("aan", "AAN", _EMPLOYER),
    ),
    "training_provider": (("provider_user", "Provider user", _PROVIDER),),
    "record_assignment": (
        ("epao_super_admin", "Super Admin (EPAO)", _EPAO),
        ("epao_admin", "Admin (EPAO)", _EPAO),
        ("senior_assessor", "Senior Assessor", _EPAO),
        ("assessor", "Assessor", _EPAO),
        ("provider_super_admin", "Super Admin (training provider)", _PROVIDER),
        ("provider_admin", "Admin (training provider)", _PROVIDER),
        ("training_manager", "Training Manager", _PROVIDER),
        ("training_coordinator", "Training Coordinator", _PROVIDER),
    ),
    "careers_register": (
        ("enterprise_coordinator", "Enterprise Coordinator", ("PARTNER", "SUBCONTRACTOR")),
        ("partner", "Partner user", ("PARTNER",)),
        ("sub_contractor", "Sub-contractor", ("SUBCONTRACTOR",)),
        ("cec_staff", "CEC Staff", _CEC),
        ("network_operations", "Network Operations", _CEC),
        ("admin", "Admin", _CEC),
    ),
    "training_management": (
        ("individual", "Individual", (*_CUSTOMER, "TRAINING_PROVIDER", "GUEST")),
        ("manager", "Manager", _CUSTOMER),
        ("training_administrator", "Training Administrator", _PROVIDER),
        ("super_administrator", "Super Administrator", _PROVIDER),
    ),
    "inspection_access": (
        ("superuser", "Superuser", _PROVIDER),
        ("tutor", "Tutor", _PROVIDER),
        ("employer_user", "Employer user", _EMPLOYER),
        ("inspector", "Inspector", _PROVIDER),
    ),
}

_CASELOADS = {
    "record_assignment.senior_assessor": "ASSESSOR",
    "record_assignment.assessor": "ASSESSOR",
    "record_assignment.training_coordinator": "TRAINING_COORDINATOR",
    "inspection_access.tutor": "CASE_OWNER",
}

ROLES: dict[str, RoleDefinition] = {
    f"{system}.{role}": RoleDefinition(
        f"{system}.{role}", title, system, kinds, _CASELOADS.get(f"{system}.{role}")
    )
    for system, roles in _TITLES.items()
    for role, title, kinds in roles
}
"""Every role by its full name, in the order of the documents."""


def role_title(role: str) -> str:
    """Return a role as its source writes it; `signed_in` has no source of its own."""
    return "anyone signed in" if role == SIGNED_IN else ROLES[role].title


def column_role(system: str, column: str) -> str | None:
    """Return the role that a column of a system's matrix stands for, or None for an unknown one."""
    if column == SIGNED_IN:
        return SIGNED_IN
    name = f"{system}.{column}"
    return name if name in ROLES else None
