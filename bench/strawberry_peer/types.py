"""The types and the queries. Every field names a permission class; rows are those of the ORM."""

from __future__ import annotations

from typing import Any

import strawberry
from sqlalchemy import select
from strawberry import Parent
from strawberry.permission import BasePermission

from bench.strawberry_peer.loading import page_of
from db.models import ApprenticeRecord, CaseloadItem
from db.models import Organisation as OrganisationRow

Info = strawberry.Info[dict[str, Any], None]


class SignedIn(BasePermission):
    """Anybody whose token was accepted."""

    message = "Sign in."

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        """Tell whether there is a caller."""
        del source, kwargs
        return info.context["caller"] is not None


class ReadsPersonal(BasePermission):
    """Anybody whose role opens the personal fields of a record."""

    message = "Your role does not open this field."

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        """Tell by the role of the caller."""
        del source, kwargs
        return bool(info.context["caller"].reads_personal)


def _field(permission: type[BasePermission] = SignedIn, **options: Any) -> Any:
    return strawberry.field(permission_classes=[permission], **options)


def _record_id(root: Parent[ApprenticeRecord]) -> strawberry.ID:
    return strawberry.ID(f"rec_{root.id}")


def _organisation_id(root: Parent[OrganisationRow]) -> strawberry.ID:
    return strawberry.ID(f"org_{root.id}")


async def _assigned_by(root: Parent[CaseloadItem], info: Info) -> Any:
    return await info.context["users"].load(root.assigned_by_id)


async def _employer(root: Parent[ApprenticeRecord], info: Info) -> Any:
    return await info.context["organisations"].load(root.employer_id)


async def _assignments(root: Parent[ApprenticeRecord], info: Info) -> Any:
    return await info.context["assignments"].load(root.id)


def _members(root: Parent[OrganisationRow], first: int) -> Any:
    del first
    return root


async def _total(root: Parent[OrganisationRow], info: Info) -> Any:
    return await info.context["members"].load(root.id)


async def _records_of(root: Parent[OrganisationRow], info: Info, first: int) -> Any:
    return await info.context["records"].load((root.id, first))


@strawberry.type
class User:
    """A person."""

    name: str | None = _field()


@strawberry.type
class Assignment:
    """A record in somebody's caseload."""

    assigned_by: User | None = _field(resolver=_assigned_by)


@strawberry.type
class PageInfo:
    """Where a page ends."""

    has_next_page: bool = _field()
    end_cursor: str | None = _field()


@strawberry.type
class Record:
    """An apprentice record."""

    id: strawberry.ID = _field(resolver=_record_id)
    first_name: str | None = _field()
    last_name: str | None = _field()
    email: str | None = _field()
    date_of_birth: str | None = _field(ReadsPersonal)
    uln: str | None = _field(ReadsPersonal)
    standard_title: str | None = _field()
    status: str | None = _field()
    start_date: str | None = _field()
    cost_pence: int | None = _field()
    employer: Organisation | None = _field(resolver=_employer)
    assignments: list[Assignment] = _field(resolver=_assignments)


@strawberry.type
class RecordEdge:
    """A record of a page."""

    cursor: str = _field()
    node: Record = _field()


@strawberry.type
class RecordConnection:
    """A page of records."""

    edges: list[RecordEdge] = _field()
    page_info: PageInfo = _field()


@strawberry.type
class MemberConnection:
    """The team of an account."""

    total_count: int = _field(resolver=_total)


@strawberry.type
class Organisation:
    """An account, provider or assessment organisation."""

    id: strawberry.ID = _field(resolver=_organisation_id)
    name: str | None = _field()
    members: MemberConnection = _field(resolver=_members)
    records: RecordConnection = _field(resolver=_records_of)


@strawberry.type
class OrganisationEdge:
    """An organisation of a page."""

    node: Organisation = _field()


@strawberry.type
class OrganisationConnection:
    """A page of organisations."""

    edges: list[OrganisationEdge] = _field()


async def _record(info: Info, id: strawberry.ID) -> Any:  # noqa: A002 - the argument's name
    statement = select(ApprenticeRecord).where(ApprenticeRecord.id == id.removeprefix("rec_"))
    async with info.context["sessions"]() as session:
        return await session.scalar(info.context["caller"].in_scope(statement))


async def _records(info: Info, first: int) -> Any:
    statement = select(ApprenticeRecord).order_by(ApprenticeRecord.id).limit(first + 1)
    async with info.context["sessions"]() as session:
        rows = await session.scalars(info.context["caller"].in_scope(statement))
        return page_of(rows.all(), first)


async def _organisations(info: Info, first: int) -> Any:
    statement = (
        select(OrganisationRow)
        .where(OrganisationRow.id.in_(info.context["caller"].organisations))
        .order_by(OrganisationRow.name_sort, OrganisationRow.id)
        .limit(first + 1)
    )
    async with info.context["sessions"]() as session:
        rows = await session.scalars(statement)
        return page_of(rows.all(), first)


@strawberry.type
class Query:
    """What the bench asks."""

    record: Record | None = _field(resolver=_record)
    records: RecordConnection = _field(resolver=_records)
    organisations: OrganisationConnection = _field(resolver=_organisations)
