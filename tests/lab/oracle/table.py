"""The oracle's table of the lab: for each coordinate, what guards it and how it is found.

Written by hand from the matrices and the API's conventions, without a look at how a plan is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from lab.oracle.asked import KINDS, Asked
from lab.oracle.by_id import ById, me, node, nodes
from lab.oracle.finding import (
    All,
    AnyOf,
    Card,
    Column,
    Computed,
    Facet,
    Hanging,
    Paged,
    ToOne,
    Totals,
    identifier,
)
from oracle.refusal import forbidden
from oracle.shapes import instant
from oracle.world import Row


def flag(stored: Any) -> bool | None:
    """Return a stored flag, which one database keeps as a number."""
    return None if stored is None else bool(stored)


def money(pence: int | None) -> str | None:
    """Return pence as pounds and pence."""
    return None if pence is None else f"{pence // 100}.{pence % 100:02}"


moment = instant


def words(asked: Asked, _root: object, at: str, args: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tree of words, for everybody who is signed in."""
    if asked.judge.never("word.read", "words"):
        raise forbidden(at)
    leaf = {"text": None, "status": None, "at": None, "price": None, "below": [], "numbers": []}
    tree = {
        "text": "word" if args.get("prefix") is None else args["prefix"],
        "status": "LIVE",
        "at": "2026-11-02T09:00:00+00:00",
        "price": "12.50",
        "below": [leaf, leaf],
        "numbers": [2, 1],
    }
    return [tree, leaf]


def _grades(_asked: Asked, row: Row) -> list[int]:
    return [] if row["outcome"] is None else [row["outcome"]] * row["level"]


def _busy(asked: Asked, row: Row) -> int:
    return sum(note["record_id"] == row["id"] for note in asked.rows("Note"))


def _label(_asked: Asked, row: Row) -> str:
    return f"{row['code']} {row['title']}"


title = partial(Column, "record.read_title")
funding = partial(Column, "record.read_funding")
outcome = partial(Column, "record.read_outcome")
contact = partial(Column, "record.read_contact")
SUMS_OF_NOTES = {"weight": Column("note.read_weight", "weight")}
SUMS_OF_RECORDS = {"cost": funding("cost"), "outcome": outcome("outcome")}

TYPES: dict[str, dict[str, Any]] = {
    "Organisation": {
        "kind": Column("organisation.read", "kind"),
        "name": Column("organisation.read_name", "name", folded="name_sort"),
        "ukprn": Column("organisation.read_number", "ukprn"),
        "records": Paged("record.read_list", "Record", "employer_id", ("level",)),
        "taught": Hanging("record.read_taught", "Record", "provider_id", ("code",)),
        "notes": Paged("note.read_list", "Note", "organisation_id", ("at",)),
        "noteTotals": Totals(Hanging("note.read_list", "Note", "organisation_id"), SUMS_OF_NOTES),
        "events": Paged("event.read", "Event", "organisation_id"),
        "vaults": Hanging("vault.read", "Vault", "organisation_id"),
    },
    "Person": {
        "name": Column("person.read", "name", folded="name_sort"),
        "email": Column("person.read_contact", "email"),
        "records": Paged("record.read", "Record", "learner_id"),
    },
    "Record": {
        "code": Column("record.read", "code"),
        "status": Column("record.read", "status"),
        "level": Column("record.read", "level"),
        "title": title("title", search="record.search_title", folded="title_sort"),
        "nickname": title("nickname", folded="nickname_sort"),
        "label": Computed("record.read_title", _label),
        "region": Column("record.read_region", "region"),
        "cost": funding("cost"),
        "fee": funding("fee", money),
        "funded": funding("funded", flag),
        "outcome": outcome("outcome"),
        "assessedAt": outcome("assessed_at", moment),
        "grades": Computed("record.read_outcome", _grades),
        "ilr": Column("record.read_ilr", "ilr"),
        "email": contact("email"),
        "phone": contact("phone"),
        "busy": Computed("record.read_busy", _busy),
        "employer": ToOne("organisation.read", "Organisation", "employer_id"),
        "learner": ToOne("person.read", "Person", "learner_id"),
        "vault": ToOne("vault.read", "Vault", "vault_id"),
        "previous": ToOne("record.read", "Record", "previous_id"),
        "followers": Hanging("record.read", "Record", "previous_id", ("level",)),
        "notes": Hanging("note.read_list", "Note", "record_id", ("at",)),
        "notePages": Paged("note.read_list", "Note", "record_id"),
        "noteTotals": Totals(Hanging("note.read_list", "Note", "record_id"), SUMS_OF_NOTES),
        "host": Card(
            "record.read_funding", "host_id", "Organisation", {"name": "name", "ukprn": "ukprn"}
        ),
        "review": Facet("review.read", "Review", "record_id"),
    },
    "Note": {
        "title": Column("note.read", "title"),
        "body": Column("note.read_body", "body"),
        "weight": Column("note.read_weight", "weight"),
        "published": Column("note.read", "published", flag),
        "at": Column("note.read", "at", moment),
        "record": ToOne("record.read", "Record", "record_id"),
        "author": ToOne("person.read", "Person", "author_id"),
        "replyTo": ToOne("note.read", "Note", "reply_to_id"),
        "replies": Hanging("note.read", "Note", "reply_to_id", ("at",)),
    },
    "Review": {
        "grade": Column("review.read", "grade"),
        "summary": Column("review.read", "summary"),
        "record": ToOne("record.read", "Record", "record_id"),
    },
    "Vault": {"secret": Column("vault.read", "secret")},
    "Event": {
        "text": Column("event.read", "text"),
        "at": Column("event.read", "at", moment),
        "subject": AnyOf(
            "event.read_subject",
            "subject_id",
            "subject_kind",
            {"record": "Record", "person": "Person", "vault": "Vault"},
        ),
        "about": AnyOf(
            "event.read", "about_id", "about_kind", {"record": "Record", "note": "Note"}
        ),
    },
    "Query": {
        "me": me,
        "node": node,
        "nodes": nodes,
        "organisation": ById("Organisation"),
        "organisations": All("organisation.read", "Organisation"),
        "record": ById("Record"),
        "records": All("record.read", "Record", ("level",)),
        "recordTotals": Totals(All("record.read", "Record"), SUMS_OF_RECORDS),
        "notes": All("note.read", "Note", ("at",)),
        "people": All("person.read", "Person", ("name_sort",)),
        "events": All("event.read", "Event", ("at",)),
        "vaults": All("vault.read", "Vault"),
        "words": words,
    },
}
FIELDS: dict[str, Any] = {
    **{f"{name}.id": identifier for name, kind in KINDS.items() if kind.prefix},
    **{f"{name}.{field}": find for name, fields in TYPES.items() for field, find in fields.items()},
}
