"""Caseloads: which apprentice records are assigned to whom, and who can be assigned any."""

from __future__ import annotations

from datetime import datetime

from db import models
from engine.declare.connection_types import Connection
from engine.declare.fields import Node
from engine.declare.filters import filter_input
from engine.declare.orders import order_input
from engine.kinds import card, connection, field, one
from resolvers.apprentice_records.enums import CaseloadKind
from schema.apprentice_records.records import ApprenticeRecord
from schema.cards import OrganisationCard, PersonCard, PersonName
from schema.declare import entity


@entity(models.CaseloadItem, read="caseload.read", about="record")
class CaseloadItem:
    """A record in a caseload."""

    record: ApprenticeRecord | None = one("apprentice_record.read", on="record_id")
    assigned_at: datetime | None = field()
    assigned_by: PersonName | None = card("caseload.read", on="assigned_by_id", of=models.User)


@entity(models.Caseload, read="caseload.read", prefix="cld")
class Caseload(Node):
    """What one person is assigned at one organisation."""

    kind: CaseloadKind | None = field(filter=True)
    owner: PersonCard | None = card(
        "caseload.read", on="owner_id", of=models.User, sort={"name": "name_sort"}
    )
    organisation: OrganisationCard | None = card(
        "caseload.read", on="organisation_id", of=models.Organisation
    )
    items: Connection[CaseloadItem] | None = connection(
        "caseload.read", by="caseload_id", order=("assigned_at",)
    )


CaseloadFilter = filter_input(Caseload)
CaseloadOrder = order_input(Caseload)


@entity(models.RoleGrant, read="assignable_user.read")
class AssignableUser:
    """An active person of an organisation who can be assigned records of a kind."""

    kind: CaseloadKind | None = field(column="caseload_kind", filter=True)
    user: PersonCard | None = card(
        "assignable_user.read", on="user_id", of=models.User, sort={"name": "name_sort"}
    )
    organisation: OrganisationCard | None = card(
        "assignable_user.read", on="organisation_id", of=models.Organisation
    )


AssignableUserFilter = filter_input(AssignableUser)
AssignableUserOrder = order_input(AssignableUser)
