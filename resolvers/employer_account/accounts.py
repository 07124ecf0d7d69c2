"""Commands of an employer account: it is created, renamed, and given PAYE schemes and entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry
from sqlalchemy import select

from db.models import (
    Agreement,
    AgreementEvent,
    EmployerAccount,
    LegalEntity,
    Organisation,
    PayeScheme,
    User,
)
from db.types import fold, new_key
from engine.declare.commands import command, command_input, given, left_out, payload
from engine.errors import unavailable
from resolvers import checks, identifiers, targets
from resolvers.employer_account.enums import LegalEntitySource
from resolvers.people.people import OWNER, caller_or_new, membership

if TYPE_CHECKING:
    from engine.declare.change import Change
    from engine.declare.commands import Keys


@command_input("A new account.")
class CreateAccount:
    """Input of createAccount."""

    name: str


@command(
    "employer_account.create",
    CreateAccount,
    answers=payload(
        "The new account, and the grant that makes its creator the Owner.",
        organisation="Organisation",
        grant="RoleGrant",
    ),
    allowance="accounts",
    description="Open an account; you are its Owner.",
)
async def create_account(change: Change, given: CreateAccount) -> Keys:
    """Open an account whose creator is its Owner, in one transaction (D0-11, D0-12)."""
    name = checks.text("name", given.name)
    user = await caller_or_new(change)
    organisation = Organisation(
        id=new_key(), kind="EMPLOYER", name=name, name_sort=fold(name), status="OPEN", revision=1
    )
    grant = membership(user.id, organisation.id, OWNER, change.now)
    change.session.add(organisation)
    await change.session.flush()
    account = EmployerAccount(id=new_key(), organisation_id=organisation.id, levy_status="NON_LEVY")
    change.session.add_all([account, grant])
    change.acts_on("Organisation", organisation.id, organisation.id)
    return {"organisation": organisation.id, "grant": grant.id}


@command_input("Another name for an account.")
class RenameAccount:
    """Input of renameAccount."""

    organisation_id: strawberry.ID
    name: str
    if_version: int | None = left_out(checks.VERSION)


@command(
    "employer_account.rename",
    RenameAccount,
    answers=payload("The account under its new name.", organisation="Organisation"),
    target=targets.ACCOUNT,
)
async def rename_account(change: Change, given: RenameAccount) -> Keys:
    """Change the account's name (D0-M02)."""
    name = checks.text("name", given.name)
    organisation = await change.session.get_one(Organisation, change.target)
    checks.version(organisation, given.if_version)
    organisation.name, organisation.name_sort = name, fold(name)
    change.note(fields=["name"])
    return {"organisation": organisation.id}


@command_input("A PAYE scheme to add.")
class AddPayeScheme:
    """Input of addPayeScheme."""

    organisation_id: strawberry.ID
    reference: str = given(description="Such as 123/AB45678.")
    name: str


@command(
    "paye_scheme.add",
    AddPayeScheme,
    answers=payload(
        "The scheme, and the account it was added to.",
        paye_scheme="PayeScheme",
        organisation="Organisation",
    ),
    target=targets.ACCOUNT,
)
async def add_paye_scheme(change: Change, given: AddPayeScheme) -> Keys:
    """Add a PAYE scheme (D0-M06); one that another account holds is only said to be taken."""
    reference = identifiers.paye_reference("reference", given.reference)
    name = checks.text("name", given.name)
    held = await change.session.scalar(select(PayeScheme).where(PayeScheme.reference == reference))
    if held is not None:
        if held.organisation_id == change.organisation:
            raise checks.conflict("ALREADY_ADDED", "The account has this PAYE scheme already.")
        raise unavailable()
    scheme = PayeScheme(
        id=new_key(),
        organisation_id=change.organisation,
        reference=reference,
        name=name,
        added_at=change.now,
    )
    change.session.add(scheme)
    change.note(payeScheme=scheme.id)
    return {"paye_scheme": scheme.id, "organisation": change.organisation}


@command_input("A PAYE scheme to remove.")
class RemovePayeScheme:
    """Input of removePayeScheme."""

    paye_scheme_id: strawberry.ID


@command(
    "paye_scheme.remove",
    RemovePayeScheme,
    answers=payload("The account it was removed from.", organisation="Organisation"),
    target=targets.REMOVED_PAYE_SCHEME,
)
async def remove_paye_scheme(change: Change, _given: RemovePayeScheme) -> Keys:
    """Remove a PAYE scheme (D0-M06)."""
    scheme = await change.session.get_one(PayeScheme, change.target)
    await change.session.delete(scheme)
    return {"organisation": change.organisation}


@command_input("A legal entity to add.")
class AddLegalEntity:
    """Input of addLegalEntity."""

    organisation_id: strawberry.ID
    name: str
    code: str = given(description="The number in the register it was found in.")
    source: LegalEntitySource


@command(
    "legal_entity.add",
    AddLegalEntity,
    answers=payload(
        "The legal entity, the agreement offered for it, and the account.",
        legal_entity="LegalEntity",
        agreement="Agreement",
        organisation="Organisation",
    ),
    target=targets.ACCOUNT,
)
async def add_legal_entity(change: Change, given: AddLegalEntity) -> Keys:
    """Add a legal entity, for which an agreement is offered at once (D0-M07)."""
    name, source = checks.text("name", given.name), given.source.value
    code = identifiers.legal_entity_code("code", given.code, source)
    same = select(LegalEntity.id).where(
        LegalEntity.organisation_id == change.organisation,
        LegalEntity.source == source,
        LegalEntity.code == code,
    )
    if await change.session.scalar(same) is not None:
        raise checks.conflict("ALREADY_ADDED", "The account has this legal entity already.")
    entity = LegalEntity(
        id=new_key(),
        organisation_id=change.organisation,
        name=name,
        code=code,
        source=source,
        added_at=change.now,
    )
    change.session.add(entity)
    await change.session.flush()
    agreement = Agreement(
        id=new_key(),
        organisation_id=change.organisation,
        legal_entity_id=entity.id,
        version=1,
        status="PENDING",
        offered_at=change.now,
        revision=1,
    )
    change.session.add(agreement)
    await change.session.flush()
    change.session.add(event(agreement, change.now, None))
    change.note(legalEntity=entity.id, agreement=agreement.id)
    return {
        "legal_entity": entity.id,
        "agreement": agreement.id,
        "organisation": change.organisation,
    }


@command_input("A legal entity to remove.")
class RemoveLegalEntity:
    """Input of removeLegalEntity."""

    legal_entity_id: strawberry.ID


@command(
    "legal_entity.remove",
    RemoveLegalEntity,
    answers=payload("The account it was removed from.", organisation="Organisation"),
    target=targets.REMOVED_LEGAL_ENTITY,
)
async def remove_legal_entity(change: Change, _given: RemoveLegalEntity) -> Keys:
    """Remove a legal entity that has no signed agreement, with what was offered for it."""
    entity = await change.session.get_one(LegalEntity, change.target)
    agreements = list(
        await change.session.scalars(
            select(Agreement).where(Agreement.legal_entity_id == entity.id)
        )
    )
    if any(agreement.status != "PENDING" for agreement in agreements):
        message = "The legal entity has an agreement that was signed, so it stays."
        raise checks.conflict("HAS_AGREEMENT", message)
    for agreement in agreements:
        history = select(AgreementEvent).where(AgreementEvent.agreement_id == agreement.id)
        for past in await change.session.scalars(history):
            await change.session.delete(past)
        await change.session.flush()
        await change.session.delete(agreement)
    await change.session.flush()
    await change.session.delete(entity)
    change.note(agreements=[agreement.id for agreement in agreements])
    return {"organisation": change.organisation}


def event(agreement: Agreement, now: int, by: User | None) -> AgreementEvent:
    """Return the line that an agreement's status adds to its history."""
    return AgreementEvent(
        id=new_key(),
        agreement_id=agreement.id,
        organisation_id=agreement.organisation_id,
        status=agreement.status,
        at=now,
        by=by.name if by else None,
    )
