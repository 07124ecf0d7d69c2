"""The closed sets of organisations, accounts and the people in them."""

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


@strawberry.enum(
    description="Whether an e-mail address is a person's own, or a provider's for others."
)
class EmailKind(Enum):
    """Kinds of e-mail."""

    PERSONAL = "PERSONAL"
    GENERIC = "GENERIC"


@strawberry.enum(description="A role in an employer account.")
class EmployerAccountRole(Enum):
    """The four levels of access to an employer account (D0-04)."""

    OWNER = "employer_account.owner"
    TRANSACTOR = "employer_account.transactor"
    VIEWER = "employer_account.viewer"
    AAN = "employer_account.aan"
