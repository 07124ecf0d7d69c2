"""What the tables are made of, by reflection: which columns can hold a canary, and which cannot."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from graphql import get_named_type, is_enum_type
from sqlalchemy import Boolean, Column, PrimaryKeyConstraint, String, Table, UniqueConstraint

from asking import product_catalogue
from db.base import Base
from db.types import Folded
from engine.kinds.column import Column as ShownColumn

Row = dict[str, Any]
Rows = dict[str, list[Row]]

COUNTERS = {"allowances", "audit_repeats"}
"""Tables of digests and counts: no row of theirs says anything of anybody."""
TABLES: list[Table] = [t for t in Base.metadata.sorted_tables if t.name not in COUNTERS]
"""Every other table, each behind those that it refers to."""

APPEND_ONLY = {
    "audit_events": "its triggers refuse every change",
    "audit_prunings": "its triggers refuse every change",
}

EXCUSED = {
    "users.subject": "a token finds its user by it",
    "role_grants.system": "the first half of the role",
    "role_grants.permissions": "the policy knows them by name",
    "inspector_accounts.email_kind": "a word of a closed set",
    "inspector_accounts.channels": "the policy knows them by name",
    "inspector_accounts.status": "a word of a closed set",
    "invitations.status": "a word of a closed set",
    "inspection_openings.all_learners": "true or false",
    "organisations.status": "the policy closes an organisation by it",
    "mails.kind": "a word of a closed set",
    "audit_events.action": "a word of a closed set",
    "audit_events.source": "a word of a closed set",
    "audit_events.decision": "a word of a closed set",
    "audit_events.code": "a word of a closed set",
    "audit_events.resource_type": "a word of a closed set",
}
"""Columns that cannot hold a canary, and why; those that the schema shows as an enum go unsaid."""


def name_of(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


def shown_as_words() -> set[str]:
    """Return the columns that a field of an enum type shows: another word would be no answer."""
    return {
        f"{entity.table.name}.{field.guarded.kind.name}"
        for entity in product_catalogue().entities.values()
        for field in entity.fields.values()
        if isinstance(field.guarded.kind, ShownColumn)
        and is_enum_type(get_named_type(field.definition.type))
    }


def follows(column: Column[Any]) -> bool:
    """Tell whether a column takes its value from elsewhere: a reference, a folded text."""
    return bool(column.foreign_keys) or isinstance(column.type, Folded | Boolean)


def referred(column: Column[Any]) -> str:
    """Return the table that a reference goes to."""
    [reference] = column.foreign_keys
    return str(reference.column.table.name)


def folded(column: Column[Any], before: Row, now: Row) -> str:
    """Fold the new text of what the old text was folded from: a column, or two of them.

    The column of the same name, as in `name` and `name_sort`, comes before all others.
    """
    assert isinstance(column.type, Folded)
    own, folding = column.name.removesuffix("_sort"), column.type.folding
    if not before:
        return folding(now[own])
    texts = [
        c.name
        for c in sorted(column.table.columns, key=lambda c: c.name != own)
        if isinstance(c.type, String) and c is not column and isinstance(before.get(c.name), str)
    ]
    for names in [*((name,) for name in texts), *permutations(texts, 2)]:
        if folding(" ".join(before[name] for name in names)) == before[column.name]:
            return folding(" ".join(now[name] for name in names))
    raise ValueError(f"{name_of(column)} is folded from no text that stands beside it.")


def collides(table: Table, row: Row, others: list[Row], *, partly: bool = False) -> bool:
    """Tell whether a row would break a constraint; `partly` minds those over some rows, too."""
    unique = (PrimaryKeyConstraint, UniqueConstraint)
    groups = [c.columns.keys() for c in table.constraints if isinstance(c, unique)]
    groups += [
        index.columns.keys()
        for index in table.indexes
        if index.unique and (partly or index.dialect_options["sqlite"]["where"] is None)
    ]
    return any(
        all(row[name] is not None and row[name] == other[name] for name in group)
        for group in groups
        for other in others
    )
