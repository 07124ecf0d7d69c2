"""What the scopes of the bench's matrices mean for the rows of the big world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, and_, bindparam, or_, select

from authz.rows.scopes import Binding, Scopes, caller, held
from db.drivers.statements import aliased, one_of
from db.models import ApprenticeRecord, Caseload, CaseloadItem, Organisation, RoleGrant

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause


def _on_the_team(grants: FromClause) -> ColumnElement[bool]:
    now = bindparam("now", type_=BigInteger)
    running = or_(grants.c.ends_at.is_(None), grants.c.ends_at > now)
    return and_(grants.c.system == "employer_account", running)


def _assigned(parameter: str, *, to_assessors: bool) -> Select[*tuple[Any, ...]]:
    items = aliased(CaseloadItem.__table__, "items")
    loads = aliased(Caseload.__table__, "loads")
    assessing = loads.c.kind == "ASSESSOR"
    return (
        select(items.c.record_id)
        .join_from(items, loads, loads.c.id == items.c.caseload_id)
        .where(
            one_of(loads.c.owner_id, parameter),
            assessing if to_assessors else loads.c.kind != "ASSESSOR",
        )
    )


SCOPES = Scopes(
    {
        (ApprenticeRecord, "employed"): Binding(held, "employer_id"),
        (ApprenticeRecord, "organisation"): Binding(held, "provider_id"),
        (ApprenticeRecord, "group"): Binding(held, "epao_id", optional=True),
        (ApprenticeRecord, "caseload"): Binding(
            caller, ids=lambda parameter: _assigned(parameter, to_assessors=False)
        ),
        (ApprenticeRecord, "area"): Binding(
            caller, ids=lambda parameter: _assigned(parameter, to_assessors=True)
        ),
        (Organisation, "organisation"): Binding(held, "id"),
        (RoleGrant, "organisation"): Binding(held, "organisation_id", _on_the_team),
    }
)
"""Three columns that a path is anchored on, as the product's are, and two sets of ids."""
