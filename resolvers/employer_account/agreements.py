"""Commands of agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry
from sqlalchemy import select

from db.models import Agreement, User
from engine.declare.commands import command, command_input, left_out, payload
from resolvers import checks, targets
from resolvers.employer_account.accounts import event

if TYPE_CHECKING:
    from engine.declare.change import Change
    from engine.declare.commands import Keys


@command_input("An agreement to sign.")
class AcceptAgreement:
    """Input of acceptAgreement."""

    agreement_id: strawberry.ID
    if_version: int | None = left_out(checks.VERSION)


@command(
    "agreement.accept",
    AcceptAgreement,
    answers=payload("The signed agreement.", agreement="Agreement"),
    target=targets.AGREEMENT,
)
async def accept_agreement(change: Change, given: AcceptAgreement) -> Keys:
    """Sign a PENDING agreement (D0-M04); the one it follows is superseded."""
    agreement = await change.session.get_one(Agreement, change.target)
    checks.version(agreement, given.if_version)
    if agreement.status != "PENDING":
        message = f"Only a pending agreement can be accepted; this one is {agreement.status}."
        raise checks.conflict("NOT_PENDING", message)
    signer = await change.session.get_one(User, change.principal.user)
    earlier = select(Agreement).where(
        Agreement.legal_entity_id == agreement.legal_entity_id,
        Agreement.status == "SIGNED",
        Agreement.id != agreement.id,
    )
    for superseded in await change.session.scalars(earlier):
        superseded.status = "SUPERSEDED"
        change.session.add(event(superseded, change.now, None))
    agreement.status, agreement.signed_at = "SIGNED", change.now
    agreement.signed_by, agreement.signed_by_id = signer.name, signer.id
    change.session.add(event(agreement, change.now, signer))
    change.note(fields=["status"])
    return {"agreement": agreement.id}
