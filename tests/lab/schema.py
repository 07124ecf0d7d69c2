"""The lab's schema: every kind of field, on types that are reached in many ways."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Annotated

import strawberry
from strawberry.schema.config import StrawberryConfig

from db.models import Organisation as OrganisationRow
from db.models import User
from engine.declare.connection_types import Connection
from engine.declare.fields import Node
from engine.declare.filters import filter_input
from engine.declare.guarded import Argument
from engine.declare.orders import order_input
from engine.instants import SCALARS
from engine.kinds import (
    Declarations,
    aggregate,
    any_of,
    by_id,
    caller,
    card,
    computed,
    connection,
    facet,
    field,
    many,
    node_by_id,
    nodes_by_ids,
    one,
    static,
)
from lab.model import LabEvent, LabNote, LabRecord, LabReview, LabVault
from lab.policy import lab_policy
from lab.values import MONEY, HostCard, Kind, Money, Status, Word, busy, grades, label, words

declare = Declarations(lab_policy())


@strawberry.interface(description="What has a title.")
class Titled:
    title: str | None


@declare.entity(User, read="person.read", prefix="per")
class Person(Node):
    """A person of the demo world."""

    name: str | None = field(filter=True, sort=True, folded="name_sort")
    email: str | None = field("person.read_contact", filter=True, sort=True)
    records: Connection[Record] | None = connection("record.read", by="learner_id")


PersonFilter = filter_input(Person)
PersonOrder = order_input(Person)


@declare.entity(LabNote, read="note.read", prefix="not")
class Note(Node, Titled):
    """A note on a record."""

    title: str | None = field(filter=True)
    body: str | None = field("note.read_body", filter=True, sort=True)
    weight: int | None = field("note.read_weight", filter=True, sort=True, aggregate=True)
    published: bool | None = field(filter=True)
    at: datetime | None = field(filter=True, sort=True)
    record: Record | None = one("record.read", on="record_id")
    author: Person | None = one("person.read", on="author_id")
    reply_to: Note | None = one("note.read", on="reply_to_id")
    replies: list[Note] | None = many("note.read", by="reply_to_id", order=("at",))


NoteAggregates = declare.aggregates(Note)
NoteFilter = filter_input(Note, through={"author": PersonFilter})
NoteOrder = order_input(Note, through={"author": ("name", "email")})


@declare.entity(LabReview, read="review.read")
class Review:
    """The review of a record."""

    grade: int | None = field(filter=True, sort=True)
    summary: str | None = field()
    record: Record | None = one("record.read", on="record_id")


ReviewFilter = filter_input(Review)


@declare.entity(OrganisationRow, read="organisation.read", prefix="org")
class Organisation(Node):
    """An organisation of the demo world."""

    kind: Kind | None = field(filter=True, sort=True)
    name: str | None = field("organisation.read_name", filter=True, sort=True, folded="name_sort")
    ukprn: str | None = field("organisation.read_number", filter=True, sort=True)
    records: Connection[Record] | None = connection(
        "record.read_list", by="employer_id", order=("level",)
    )
    note_totals: NoteAggregates | None = aggregate("note.read_list", by="organisation_id")
    taught: list[Record] | None = many("record.read_taught", by="provider_id", order=("code",))
    notes: Connection[Note] | None = connection(
        "note.read_list", by="organisation_id", order=("at",), filter=NoteFilter, order_by=NoteOrder
    )
    events: Connection[Event] | None = connection("event.read", by="organisation_id")
    vaults: list[Vault] | None = many("vault.read", by="organisation_id")


OrganisationFilter = filter_input(Organisation, through={"notes": NoteFilter})
OrganisationOrder = order_input(Organisation)


@declare.entity(LabRecord, read="record.read", prefix="rec")
class Record(Node, Titled):
    """A record, reached in seven ways."""

    code: str | None = field(filter=True, sort=True)
    status: Status | None = field(filter=True, sort=True)
    level: int | None = field(filter=True, sort=True)
    title: str | None = field(
        "record.read_title",
        filter=True,
        sort=True,
        search="record.search_title",
        folded="title_sort",
    )
    nickname: str | None = field(
        "record.read_title", filter=True, sort=True, folded="nickname_sort"
    )
    label: str | None = computed("record.read_title", label, reads=("code", "title"))
    region: str | None = field("record.read_region", filter=True)
    cost: int | None = field("record.read_funding", filter=True, sort=True, aggregate=True)
    fee: Money | None = field("record.read_funding")
    funded: bool | None = field("record.read_funding", filter=True)
    outcome: int | None = field("record.read_outcome", filter=True, sort=True, aggregate=True)
    assessed_at: datetime | None = field("record.read_outcome", filter=True, sort=True)
    grades: list[int] | None = computed("record.read_outcome", grades, reads=("outcome", "level"))
    ilr: str | None = field("record.read_ilr", filter=True, sort=True)
    email: str | None = field("record.read_contact", filter=True)
    phone: str | None = field("record.read_contact", filter=True, sort=True)
    busy: int | None = computed("record.read_busy", busy, reads=("id",), derives=("note.read",))
    employer: Organisation | None = one("organisation.read", on="employer_id")
    learner: Person | None = one("person.read", on="learner_id")
    vault: Vault | None = one("vault.read", on="vault_id")
    previous: Record | None = one("record.read", on="previous_id")
    followers: list[Record] | None = many("record.read", by="previous_id", order=("level",))
    notes: list[Note] | None = many("note.read_list", by="record_id", order=("at",))
    note_pages: Connection[Note] | None = connection(
        "note.read_list", by="record_id", filter=NoteFilter, order_by=NoteOrder
    )
    note_totals: NoteAggregates | None = aggregate(
        "note.read_list", by="record_id", filter=NoteFilter
    )
    review: Review | None = facet("review.read", by="record_id")
    host: HostCard | None = card("record.read_funding", on="host_id", of=OrganisationRow)


RecordAggregates = declare.aggregates(Record)
RecordFilter = filter_input(
    Record,
    through={
        "employer": OrganisationFilter,
        "learner": PersonFilter,
        "notes": NoteFilter,
        "note_pages": NoteFilter,
        "review": ReviewFilter,
    },
)
RecordOrder = order_input(Record, through={"employer": ("name", "ukprn")})


@declare.entity(LabVault, read="vault.read", prefix="vlt")
class Vault(Node):
    """What hardly anybody may know of."""

    secret: str | None = field()


Subject = Annotated[Record | Person | Vault, strawberry.union("Subject")]


@declare.entity(LabEvent, read="event.read", prefix="evt")
class Event(Node):
    """Something that happened."""

    text: str | None = field()
    at: datetime | None = field()
    subject: Subject | None = any_of(
        "event.read_subject",
        on="subject_id",
        kind="subject_kind",
        types={"record": "Record", "person": "Person", "vault": "Vault"},
    )
    about: Titled | None = any_of(
        "event.read", on="about_id", kind="about_kind", types={"record": "Record", "note": "Note"}
    )


@declare.root
class Query:
    """Everything."""

    me: Person | None = caller("person.read")
    node: Node | None = node_by_id()
    nodes: list[Node | None] | None = nodes_by_ids()
    organisation: Organisation | None = by_id("organisation.read")
    organisations: Connection[Organisation] | None = connection(
        "organisation.read", filter=OrganisationFilter, order_by=OrganisationOrder
    )
    record: Record | None = by_id("record.read")
    records: Connection[Record] | None = connection(
        "record.read", order=("level",), filter=RecordFilter, order_by=RecordOrder
    )
    record_totals: RecordAggregates | None = aggregate("record.read", filter=RecordFilter)
    notes: Connection[Note] | None = connection(
        "note.read", order=("at",), filter=NoteFilter, order_by=NoteOrder
    )
    people: Connection[Person] | None = connection(
        "person.read", order=("name_sort",), filter=PersonFilter, order_by=PersonOrder
    )
    events: Connection[Event] | None = connection("event.read", order=("at",))
    vaults: Connection[Vault] | None = connection("vault.read")
    words: list[Word] | None = static(
        "word.read", words, arguments=(Argument("prefix", str | None, "word.read"),)
    )


@cache
def lab_schema() -> strawberry.Schema:
    """The schema, built once a process."""
    return strawberry.Schema(
        Query,
        types=[Organisation, Person, Record, Note, Review, Vault, Event],
        config=StrawberryConfig(scalar_map={**SCALARS, Money: MONEY}),
    )
