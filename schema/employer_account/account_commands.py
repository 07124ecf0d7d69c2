"""Inputs and payloads of the commands of an employer account."""

from __future__ import annotations

import strawberry

from engine.declare.fields import input_field
from engine.kinds import changed
from schema.declare import payload
from schema.employer_account.agreements import Agreement, LegalEntity
from schema.employer_account.enums import LegalEntitySource
from schema.employer_account.organisations import Organisation, PayeScheme
from schema.people.roles import RoleGrant

VERSION = "The version that the edit was made of; another one is refused as stale."


@strawberry.input(description="A new account.")
class CreateAccountInput:
    """Input of createAccount."""

    name: str = input_field("employer_account.create")


@payload
class CreateAccountPayload:
    """The new account, and the grant that makes its creator the Owner."""

    organisation: Organisation | None = changed("organisation.read")
    grant: RoleGrant | None = changed("role_grant.read")


@strawberry.input(description="Another name for an account.")
class RenameAccountInput:
    """Input of renameAccount."""

    organisation_id: strawberry.ID = input_field("employer_account.rename")
    name: str = input_field("employer_account.rename")
    if_version: int | None = input_field(
        "employer_account.rename", default=strawberry.UNSET, description=VERSION
    )


@payload
class RenameAccountPayload:
    """The account under its new name."""

    organisation: Organisation | None = changed("organisation.read")


@strawberry.input(description="An agreement to sign.")
class AcceptAgreementInput:
    """Input of acceptAgreement."""

    agreement_id: strawberry.ID = input_field("agreement.accept")
    if_version: int | None = input_field(
        "agreement.accept", default=strawberry.UNSET, description=VERSION
    )


@payload
class AcceptAgreementPayload:
    """The signed agreement."""

    agreement: Agreement | None = changed("agreement.read")


@strawberry.input(description="A PAYE scheme to add.")
class AddPayeSchemeInput:
    """Input of addPayeScheme."""

    organisation_id: strawberry.ID = input_field("paye_scheme.add")
    reference: str = input_field("paye_scheme.add", description="Such as 123/AB45678.")
    name: str = input_field("paye_scheme.add")


@payload
class AddPayeSchemePayload:
    """The scheme, and the account it was added to."""

    paye_scheme: PayeScheme | None = changed("paye_scheme.read")
    organisation: Organisation | None = changed("organisation.read")


@strawberry.input(description="A PAYE scheme to remove.")
class RemovePayeSchemeInput:
    """Input of removePayeScheme."""

    paye_scheme_id: strawberry.ID = input_field("paye_scheme.remove")


@payload
class RemovePayeSchemePayload:
    """The account it was removed from."""

    organisation: Organisation | None = changed("organisation.read")


@strawberry.input(description="A legal entity to add.")
class AddLegalEntityInput:
    """Input of addLegalEntity."""

    organisation_id: strawberry.ID = input_field("legal_entity.add")
    name: str = input_field("legal_entity.add")
    code: str = input_field(
        "legal_entity.add", description="The number in the register it was found in."
    )
    source: LegalEntitySource = input_field("legal_entity.add")


@payload
class AddLegalEntityPayload:
    """The legal entity, the agreement offered for it, and the account."""

    legal_entity: LegalEntity | None = changed("legal_entity.read")
    agreement: Agreement | None = changed("agreement.read")
    organisation: Organisation | None = changed("organisation.read")


@strawberry.input(description="A legal entity to remove.")
class RemoveLegalEntityInput:
    """Input of removeLegalEntity."""

    legal_entity_id: strawberry.ID = input_field("legal_entity.remove")


@payload
class RemoveLegalEntityPayload:
    """The account it was removed from."""

    organisation: Organisation | None = changed("organisation.read")
