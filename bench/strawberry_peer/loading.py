"""The data loaders of one request: a statement for all the keys that were asked for together."""

from __future__ import annotations

import base64
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased
from strawberry.dataloader import DataLoader

from db.models import ApprenticeRecord, CaseloadItem, Organisation, RoleGrant, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from bench.strawberry_peer.callers import Caller


@dataclass(frozen=True, slots=True)
class PageEnd:
    """Where a page ends."""

    has_next_page: bool
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Edge:
    """A row with its cursor."""

    cursor: str
    node: ApprenticeRecord | Organisation


@dataclass(frozen=True, slots=True)
class Page:
    """Rows and where they end."""

    edges: list[Edge]
    page_info: PageEnd


def page_of(rows: Sequence[ApprenticeRecord | Organisation], first: int) -> Page:
    """Return the page of rows that were read one row longer than asked."""
    edges = [Edge(base64.b64encode(row.id.encode()).decode(), row) for row in rows[:first]]
    return Page(edges, PageEnd(len(rows) > first, edges[-1].cursor if edges else None))


class Loading:
    """The batches that a request may need; each runs in a session of its own."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], caller: Caller, now: int
    ) -> None:
        """Load for a caller at an instant."""
        self._sessions = sessions
        self._caller = caller
        self._now = now

    def context(self) -> dict[str, Any]:
        """Return what the resolvers find in their context."""
        return {
            "caller": self._caller,
            "sessions": self._sessions,
            "users": DataLoader(self._users),
            "organisations": DataLoader(self._organisations),
            "assignments": DataLoader(self._assignments),
            "members": DataLoader(self._members),
            "records": DataLoader(self._records),
        }

    async def _users(self, keys: list[str]) -> list[User | None]:
        async with self._sessions() as session:
            rows = await session.scalars(select(User).where(User.id.in_(keys)))
            found = {row.id: row for row in rows}
        return [found.get(key) for key in keys]

    async def _organisations(self, keys: list[str]) -> list[Organisation | None]:
        async with self._sessions() as session:
            rows = await session.scalars(select(Organisation).where(Organisation.id.in_(keys)))
            found = {row.id: row for row in rows}
        return [found.get(key) for key in keys]

    async def _assignments(self, keys: list[str]) -> list[list[CaseloadItem]]:
        statement = (
            select(CaseloadItem)
            .where(CaseloadItem.record_id.in_(keys))
            .order_by(CaseloadItem.record_id, CaseloadItem.id)
        )
        found: dict[str, list[CaseloadItem]] = defaultdict(list)
        async with self._sessions() as session:
            for row in await session.scalars(statement):
                found[row.record_id].append(row)
        return [found[key] for key in keys]

    async def _members(self, keys: list[str]) -> list[int]:
        statement = (
            select(RoleGrant.organisation_id, func.count())
            .where(
                RoleGrant.organisation_id.in_(keys),
                RoleGrant.system == "employer_account",
                or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > self._now),
            )
            .group_by(RoleGrant.organisation_id)
        )
        async with self._sessions() as session:
            found = {row[0]: row[1] for row in await session.execute(statement)}
        return [found.get(key, 0) for key in keys]

    async def _records(self, keys: list[tuple[str, int]]) -> list[Page]:
        first = keys[0][1]
        place = func.row_number().over(
            partition_by=ApprenticeRecord.employer_id, order_by=ApprenticeRecord.id
        )
        employers = [key for key, _ in keys]
        numbered = self._caller.in_scope(
            select(ApprenticeRecord, place.label("place")).where(
                ApprenticeRecord.employer_id.in_(employers)
            )
        ).subquery()
        row_of = aliased(ApprenticeRecord, numbered)
        statement = select(row_of).where(numbered.c.place <= first + 1).order_by(row_of.id)
        found: dict[str, list[ApprenticeRecord]] = defaultdict(list)
        async with self._sessions() as session:
            for row in await session.scalars(statement):
                found[row.employer_id].append(row)
        return [page_of(found[key], first) for key in employers]
