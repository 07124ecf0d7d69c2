"""Employer agreements, what they are signed for, and their history."""

from __future__ import annotations

from datetime import datetime

import strawberry

from db import models
from engine.declare.fields import Node, value
from engine.kinds import allowed_actions, download, field, many, one
from resolvers.employer_account.enums import AgreementStatus, LegalEntitySource
from schema.declare import entity
from schema.policy.enums import Action


@entity(models.LegalEntity, read="legal_entity.read", prefix="len")
class LegalEntity(Node):
    """A legal entity that an employer added to its account."""

    name: str | None = field()
    code: str | None = field(description="The number in the register it was found in.")
    source: LegalEntitySource | None = field()
    added_at: datetime | None = field()
    allowed_actions: list[Action] | None = allowed_actions("legal_entity.read")


@entity(models.AgreementEvent, read="agreement.read")
class AgreementEvent:
    """A change of an agreement's status."""

    status: AgreementStatus | None = field()
    at: datetime | None = field()
    by: str | None = field(description="The name of the person who made it, where one did.")


@value
class Document:
    """A document to read, print or keep."""

    url: str = strawberry.field(
        description="Opens the document for a few minutes, as long as you may download it."
    )
    expires_at: datetime


@entity(models.Agreement, read="agreement.read", prefix="agr")
class Agreement(Node):
    """An agreement between the service and an employer, for one legal entity."""

    version: int | None = field()
    status: AgreementStatus | None = field()
    offered_at: datetime | None = field()
    signed_at: datetime | None = field()
    signed_by: str | None = field(description="The name of the person who signed.")
    legal_entity: LegalEntity | None = one("legal_entity.read", on="legal_entity_id")
    history: list[AgreementEvent] | None = many("agreement.read", by="agreement_id", order=("at",))
    document: Document | None = download(
        "agreement.download",
        kind="agreement",
        description="The agreement as a page to print; each opening is audited.",
    )
    edit_version: int | None = field("agreement.read", column="revision")
    allowed_actions: list[Action] | None = allowed_actions("agreement.read")
