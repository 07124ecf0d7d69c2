"""Audit of what two columns or a foreign key lead to: polymorphic edges, and cards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphql import (
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_non_null_type,
    is_union_type,
)

from db.types import Key
from engine.catalogue import shown_column
from engine.kinds.any_of import AnyOf
from engine.kinds.none_of import NoneOf
from engine.kinds.related_column import Shown
from engine.kinds.summary import Card
from server.schema_check.rows import referent

if TYPE_CHECKING:
    from sqlalchemy import Table

    from server.schema_check.survey import Place, Survey


def faults(survey: Survey) -> Iterator[str]:
    """Yield what is wrong between cards, polymorphic edges and their tables."""
    for place in survey.places:
        if place.entity is None:
            continue
        table, spec = place.entity.table, place.spec
        if isinstance(spec, AnyOf):
            missing = [name for name in (spec.on, spec.kind) if name not in table.c]
            yield from _missing(place, table, missing)
            yield from _types(survey, place, spec)
            if not missing and not isinstance(table.c[spec.on].type, Key):
                yield f"{place.coordinate} leads on by {spec.on}, which holds no key: change `on`."
        elif isinstance(spec, Card):
            missing = [name for name in (spec.on,) if name not in table.c]
            yield from _missing(place, table, missing)
            if not missing:
                yield from _card(survey, place, spec, table)
        elif isinstance(spec, Shown):
            missing = [name for name in (spec.on,) if name not in table.c]
            yield from _missing(place, table, missing)
            if not missing:
                yield from _shown(place, spec, table)
        elif isinstance(spec, NoneOf):
            yield from _none_of(place, spec)


def _missing(place: Place, table: Table, names: list[str]) -> Iterator[str]:
    for name in names:
        yield f"{place.coordinate} names the column {name}, which {table.name} does not have."


def _types(survey: Survey, place: Place, spec: AnyOf) -> Iterator[str]:
    """Yield kinds that lead to what is no row of the field's type, and types that none leads to."""
    named: Any = get_named_type(place.definition.type)
    if not is_abstract_type(named):
        return
    possible = {kind.name for kind in survey.schema.get_possible_types(named)}
    for word, name in spec.types.items():
        if name not in possible & survey.entities.keys():
            yield (
                f"{place.coordinate} leads to {name} for {word!r}, which is no @entity of "
                f"{named.name}: correct `types`."
            )
    for name in sorted(possible - set(spec.types.values())) if is_union_type(named) else ():
        yield f"{place.coordinate} never leads to {name}, which {named.name} has: add its kind."


def _of_another(place: Place, spec: Card | Shown, table: Table) -> Iterator[str]:
    other: Any = spec.model.__table__
    if referent(table.c[spec.on]) is not referent(other.c.id):
        yield (
            f"{place.coordinate} is a card of {other.name}, which {spec.on} does not point at: "
            "change `on`."
        )


def _shown(place: Place, spec: Shown, table: Table) -> Iterator[str]:
    """Yield columns of another row that it does not have, or that are keys."""
    yield from _of_another(place, spec, table)
    other: Any = spec.model.__table__
    column = other.c.get(spec.name)
    if column is None:
        yield f"{place.coordinate} shows {spec.name}, which {other.name} does not have: name one."
    elif isinstance(column.type, Key):
        yield f"{place.coordinate} shows the raw key {column}: declare a card."


def _none_of(place: Place, spec: NoneOf) -> Iterator[str]:
    """Yield what tells of a relation's rows to whom the relation is not told."""
    assert place.entity is not None  # noqa: S101 - it stands on a row
    named = (f for f in place.entity.fields.values() if f.guarded.python_name == spec.relation)
    relation = next(named, None)
    if relation is None or not getattr(relation.guarded.kind, "part", False):
        yield (
            f"{place.coordinate} tells of {spec.relation}, which is no relation of "
            f"{place.entity.name} to parts of it: name one."
        )
    elif relation.guarded.action != place.action:
        yield (
            f"{place.coordinate} stands under {place.action} and tells of {relation.coordinate}, "
            f"which stands under {relation.guarded.action}: name that."
        )


def _card(survey: Survey, place: Place, spec: Card, table: Table) -> Iterator[str]:
    """Yield cards of another thing than the column points at, and fields without a column."""
    yield from _of_another(place, spec, table)
    other: Any = spec.model.__table__
    named: Any = get_named_type(place.definition.type)
    for name, definition in getattr(named, "fields", {}).items():
        column = other.c.get(shown_column(definition))
        where = f"{place.coordinate} shows {named.name}.{name}"
        if column is None:
            yield f"{where}, for which {other.name} has no column: name one."
        elif column.name == "id" and get_named_type(definition.type).name == "ID":
            if survey.catalogue.prefix_of(spec.model) is None:
                yield f"{where}, and no @entity of {other.name} has a prefix: leave it out."
        elif isinstance(column.type, Key):
            yield f"{where}, the raw key {column}: leave it out."
        elif not is_leaf_type(get_named_type(definition.type)):
            yield f"{where}, which is no leaf: a card holds columns."
        elif column.nullable and is_non_null_type(definition.type):
            yield f"{where}, and {column} may be NULL: make the field nullable."
