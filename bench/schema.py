"""The schema that is measured: the tables of the big world, declared as the product's are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import strawberry

from authz.policy import Policy
from bench.scopes import SCOPES
from db import models
from engine.declare.connection_types import Connection
from engine.declare.fields import Node
from engine.declare.filters import filter_input
from engine.kinds import Declarations, by_id, connection, field, many, one
from server.domain import Domain

_POLICY = Policy.load(Path(__file__).parent / "matrices")
_declare = Declarations(_POLICY)


@_declare.entity(models.User, read="user.read", prefix="usr")
class User(Node):
    """A person."""

    name: str | None = field()


@_declare.entity(models.RoleGrant, read="team.read", prefix="rgr")
class Member(Node):
    """A role that somebody holds in an account."""

    role: str | None = field()


@_declare.entity(models.CaseloadItem, read="assignment.read", prefix="asg")
class Assignment(Node):
    """A record in somebody's caseload."""

    kind: str | None = field()
    assigned_by: User | None = one("user.read", on="assigned_by_id")


@_declare.entity(models.Organisation, read="organisation.read", prefix="org")
class Organisation(Node):
    """An account, provider or assessment organisation."""

    name: str | None = field()
    members: Connection[Member] | None = connection("team.read", by="organisation_id")
    records: Connection[Record] | None = connection("record.read", by="employer_id")


@_declare.entity(models.ApprenticeRecord, read="record.read", prefix="rec")
class Record(Node):
    """An apprentice record, with two fields that not everybody may read who sees it."""

    first_name: str | None = field()
    last_name: str | None = field()
    email: str | None = field()
    date_of_birth: str | None = field("record.read_personal")
    uln: str | None = field("record.read_personal")
    standard_title: str | None = field()
    status: str | None = field(filter=True)
    start_date: str | None = field()
    cost_pence: int | None = field()
    employer: Organisation | None = one("organisation.read", on="employer_id")
    assignments: list[Assignment] | None = many("assignment.read", by="record_id")


RecordFilter = filter_input(Record)


@_declare.root
class Query:
    """What the bench asks."""

    record: Record | None = by_id("record.read")
    records: Connection[Record] | None = connection("record.read", filter=RecordFilter)
    records_by_name: Connection[Record] | None = connection(
        "record.read", order=("last_name_sort",)
    )
    organisations: Connection[Organisation] | None = connection(
        "organisation.read_own", order=("name_sort",)
    )


@cache
def bench_domain() -> Domain:
    """Return the application that is measured in place of the product's."""
    schema = strawberry.Schema(Query, types=[User, Member, Assignment, Organisation, Record])
    return Domain(schema, _POLICY, SCOPES, {})
