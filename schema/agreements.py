"""Employer agreements, what they are signed for, and their history."""

from __future__ import annotations

from datetime import datetime

from db import models
from engine.fields import Node, field, many, one
from schema.declare import entity
from schema.words import AgreementStatus, LegalEntitySource


@entity(models.LegalEntity, read="legal_entity.read", prefix="len")
class LegalEntity(Node):
    """A legal entity that an employer added to its account."""

    name: str | None = field()
    code: str | None = field(description="The number in the register it was found in.")
    source: LegalEntitySource | None = field()
    added_at: datetime | None = field()


@entity(models.AgreementEvent, read="agreement.read")
class AgreementEvent:
    """A change of an agreement's status."""

    status: AgreementStatus | None = field()
    at: datetime | None = field()
    by: str | None = field(description="The name of the person who made it, where one did.")


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
