"""Who asks: told by the token alone, or by one statement about grants, as Fieldgate asks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from db.models import ApprenticeRecord, Caseload, CaseloadItem, Organisation, RoleGrant, User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession

_ASSIGNED_ONLY = "employer_account.transactor"
_VIEWER = "employer_account.viewer"


@dataclass(frozen=True, slots=True)
class Caller:
    """A user with one role in some organisations."""

    user: str
    role: str
    organisations: tuple[str, ...]

    @property
    def reads_personal(self) -> bool:
        """Whether the role opens the personal fields of records."""
        return self.role != _VIEWER

    def in_scope(self, statement: Select[Any]) -> Select[Any]:
        """Narrow a statement over records to those that the caller may see."""
        if self.role == _ASSIGNED_ONLY:
            assigned = (
                select(CaseloadItem.record_id)
                .join(Caseload, Caseload.id == CaseloadItem.caseload_id)
                .where(Caseload.owner_id == self.user)
            )
            return statement.where(ApprenticeRecord.id.in_(assigned))
        return statement.where(ApprenticeRecord.employer_id.in_(self.organisations))


def caller_of_token(claims: Mapping[str, Any]) -> Caller:
    """Return whom the claims of a token name, with the role that they tell."""
    return Caller(claims["user"], claims["role"], tuple(claims["organisations"]))


async def caller_of_grants(session: AsyncSession, subject: str, now: int) -> Caller:
    """Return the subject with the role and organisations that the database tells."""
    effective = and_(
        RoleGrant.user_id == User.id,
        RoleGrant.starts_at <= now,
        or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
    )
    statement = (
        select(User.id, RoleGrant.role, RoleGrant.organisation_id)
        .select_from(User)
        .join(RoleGrant, effective)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(User.subject == subject, User.status == "ACTIVE", Organisation.status == "OPEN")
    )
    rows = (await session.execute(statement)).all()
    return Caller(rows[0][0], rows[0][1], tuple(row[2] for row in rows))
