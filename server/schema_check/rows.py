"""Audit of the rows: columns, relations, orders and computed fields fit their tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column as TableColumn
from sqlalchemy.sql import visitors

from db.types import Key
from engine.kinds.aggregate import Aggregate
from engine.kinds.column import Column
from engine.kinds.computed import Computed
from engine.kinds.connection import Paged
from engine.kinds.derived import Derived
from engine.kinds.preview import Preview
from engine.kinds.related_column import Shown
from engine.kinds.rows_of_parent import Facet, ToMany
from engine.kinds.summary import Card
from engine.kinds.to_one import ToOne
from server.schema_check.scopes import indexes

if TYPE_CHECKING:
    import sqlalchemy

    from engine.catalogue import Entity
    from server.schema_check.survey import Place, Survey

_RELATIONS = (Aggregate, Facet, Paged, ToMany, ToOne)


def faults(survey: Survey) -> Iterator[str]:
    """Yield what is wrong between the schema and its tables."""
    yield from _two_rules(survey)
    for place in survey.places:
        if place.spec is None or place.of_any_type:
            continue
        missing = [*_missing(place)]
        yield from missing
        if not missing:
            yield from _joined(place)
            yield from _ordered(survey, place)
            yield from _computed(survey, place)


def _two_rules(survey: Survey) -> Iterator[str]:
    """Yield columns that two fields show under different actions: the laxer one would leak."""
    shown: dict[object, Place] = {}
    for place in survey.places:
        if place.entity is None or not isinstance(place.spec, Column):
            continue
        column = place.entity.table.c.get(place.spec.name)
        if column is not None and isinstance(column.type, Key):
            yield f"{place.coordinate} shows the raw key {column}: lead to the row with one()."
        first = shown.setdefault((place.entity.table, told_by(place.spec.name)), place)
        if first.action != place.action:
            yield (
                f"{place.coordinate} shows under {place.action} what {first.coordinate} shows "
                f"under {first.action}: give both one action."
            )


def _missing(place: Place) -> Iterator[str]:
    """Yield columns that a field names and its table, or the one it leads to, does not have."""
    spec, here, there = place.spec, [], []
    if isinstance(spec, Column):
        here = [spec.name]
    elif isinstance(spec, (Computed, Preview)):
        here = [*spec.reads]
    elif isinstance(spec, _RELATIONS):
        here = [spec.on] if place.entity is not None else []
        order = (name for name in getattr(spec, "order", ()) if not _is_key(place, name))
        there = [getattr(spec, "by", None), *order]
    for entity, names in ((place.entity, here), (place.target, there)):
        for name in names:
            if entity is not None and name is not None and name not in entity.table.c:
                table = entity.table.name
                yield f"{place.coordinate} names the column {name}, which {table} does not have."


def _joined(place: Place) -> Iterator[str]:
    """Yield relations that compare keys of different things."""
    spec, parent, child = place.spec, place.entity, place.target
    if parent is None or child is None or not isinstance(spec, _RELATIONS):
        return
    by = child.table.c[getattr(spec, "by", None) or "id"]
    on = parent.table.c[spec.on]
    if referent(by) is not referent(on):
        yield f"{place.coordinate} joins {by} to {on}, which name different things: change `on`."
    if on.nullable and not isinstance(spec, ToOne):  # a row without it would be refused by the gate
        yield f"{place.coordinate} hangs on {on}, which may be NULL: make it NOT NULL."
    if isinstance(spec, Facet) and ([by.name], True) not in indexes(child.table):
        yield f"{place.coordinate} leads to one row by {by}, which is not unique: make it so."


def _ordered(survey: Survey, place: Place) -> Iterator[str]:
    """Yield orders that tell of a value under another rule, or that NULL would break."""
    if not isinstance(place.spec, (ToMany, Paged)) or place.target is None:
        return
    target = place.target
    for name in place.spec.order:
        if _is_key(place, name):
            yield from _ordered_by_key(survey, place, target, name)
            continue
        if target.table.c[name].nullable:
            yield f"{place.coordinate} is ordered by {name}, which may be NULL: make it NOT NULL."
        for field in _showing(survey, target, told_by(name)):
            if field.action != target.read:
                yield (
                    f"{place.coordinate} is ordered by {name}, which {field.coordinate} shows "
                    f"under {field.action} and not {target.read}: order by something else."
                )
            elif not all(rule.opens(field.name) for rule in survey.rules(target.read)):
                yield (
                    f"{place.coordinate} is ordered by {name}, which not everybody who sees the "
                    f"row sees as {field.coordinate}: order by something else."
                )


def _is_key(place: Place, name: str) -> bool:
    """Tell whether an order names what rows show of another row, and no column of theirs."""
    first, dot, _ = name.partition(".")
    field = place.target.fields.get(first) if place.target is not None else None
    if place.target is None or name in place.target.table.c:
        return False
    return bool(dot) or (field is not None and isinstance(field.guarded.kind, Shown))


def _ordered_by_key(survey: Survey, place: Place, target: Entity, name: str) -> Iterator[str]:
    """Yield orders by a key that not all who see the row see."""
    first, _, last = name.partition(".")
    field = target.fields.get(first)
    spec = field.guarded.kind if field is not None else None
    offered = (isinstance(spec, Card) and last in spec.sort) or (
        isinstance(spec, Shown) and spec.sort is not None and not last
    )
    if field is None or not offered:
        yield f"{place.coordinate} is ordered by {name}, which no field of its rows offers."
    elif not isinstance(place.spec, Paged) or place.spec.order != (name,):
        yield f"{place.coordinate} is ordered by {name}, which only a connection is, and alone."
    elif field.guarded.action != target.read or not all(
        rule.opens(field.name) for rule in survey.rules(target.read)
    ):
        yield (
            f"{place.coordinate} is ordered by {name}, which not everybody who sees the row sees: "
            "order by something else."
        )


def _computed(survey: Survey, place: Place) -> Iterator[str]:
    """Yield what a field makes of columns and tells to roles that may not read them."""
    if not isinstance(place.spec, (Computed, Derived, Preview)) or place.entity is None:
        return
    derives = () if isinstance(place.spec, Derived) else place.spec.derives
    needed = {(action, ""): "derives" for action in derives}
    for name in _read(place.spec, place.entity):
        for field in _showing(survey, place.entity, told_by(name)):
            action = str(field.action)
            listed = any(rule.fields for rule in survey.rules(action))
            if action != place.entity.read or listed:
                asked = (action, field.name if listed else "")
                needed.setdefault(asked, f"reads what {field.coordinate} shows under")
    for (action, name), how in needed.items():
        given = {(r, s, rule.when) for rule, r, s in survey.cells(action) if rule.opens(name)}
        for rule, role, scope in survey.cells(place.action):
            if not rule.opens(place.name):
                continue
            wide = {(role, s, w) for s in (scope, "everything") for w in (None, rule.when)}
            if not given & wide:
                yield (
                    f"{place.coordinate} {how} {action}, which {role} does not have in the scope "
                    f"{scope} of {place.action}: name a stricter action."
                )


def _read(spec: Computed | Derived | Preview, entity: Entity) -> tuple[str, ...]:
    """Return the columns of the row that a field is made of."""
    if not isinstance(spec, Derived):
        return spec.reads
    parts = visitors.iterate(spec.says(entity.table))
    return tuple(dict.fromkeys(part.name for part in parts if isinstance(part, TableColumn)))


def _showing(survey: Survey, entity: Entity, value: str) -> Iterator[Place]:
    """Yield the fields, of any type with these rows, that show a column."""
    for place in survey.places:
        rows = place.entity is not None and place.entity.table is entity.table
        if rows and isinstance(place.spec, Column) and told_by(place.spec.name) == value:
            yield place


def told_by(column: str) -> str:
    """Return the column whose value a sort column tells."""
    return column.removesuffix("_sort")


def referent(column: sqlalchemy.Column[Any]) -> sqlalchemy.Column[Any]:
    """Return the key that a column holds: the one it points at, or itself."""
    key = next(iter(column.foreign_keys), None)
    return key.column if key is not None else column
