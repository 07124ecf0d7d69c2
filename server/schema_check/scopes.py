"""Audit of the scopes: each that an action names means rows of the type, found by an index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import BindParameter, Table, UniqueConstraint
from sqlalchemy.sql import visitors

from engine.declare.commands import Command
from engine.kinds.aggregate import Aggregate
from engine.kinds.connection import Paged
from engine.kinds.rows_of_parent import Facet, ToMany
from engine.kinds.to_one import ToOne

if TYPE_CHECKING:
    from authz.rows.scopes import Binding
    from engine.catalogue import Entity
    from server.schema_check.survey import Survey

_LEADING = (Aggregate, Facet, Paged, ToMany, ToOne)
"""Kinds of field on a row whose action is decided on the rows that they lead to."""

_PATHS = 62
"""So many paths fit a row's reach."""


def faults(survey: Survey) -> Iterator[str]:
    """Yield what is wrong with the scopes that each type is read and changed in."""
    for entity in survey.entities.values():
        yield from _scopes(survey, entity)


def decided_on(survey: Survey, entity: Entity) -> dict[str, str]:
    """Return the actions that are decided on the rows of a type, and what each does to them."""
    actions = {entity.read: "read"}
    for place in survey.places:
        leads = isinstance(place.spec, _LEADING) and not getattr(place.spec, "part", False)
        own = place.entity is entity and not leads
        if place.action is not None and (own or place.target is entity):
            choice = place.guarded.choice
            chosen = choice.narrowing.values() if choice is not None else ()
            found = (place.action, *place.guarded.findable.search, *chosen)
            actions |= dict.fromkeys(found, "read")
        if isinstance(place.spec, Command) and _acts_on(place.spec, entity):
            actions |= dict.fromkeys(place.decided(), "changed")
        for named in place.spec.named if isinstance(place.spec, Command) else ():
            if named.entity == entity.name:
                actions = {named.action: "named", **actions}
    return actions


def _scopes(survey: Survey, entity: Entity) -> Iterator[str]:
    """Yield scopes that mean nothing for a type's rows, or that no index finds."""
    actions = decided_on(survey, entity)
    paths = {}
    for action in actions:
        for _, role, scope in survey.cells(action):
            if scope != "everything":
                paths[role, scope] = action
    if len(paths) > _PATHS:
        yield f"{entity.name} has {len(paths)} paths of role and scope: at most {_PATHS} fit."
    told = set()
    for (role, scope), action in paths.items():
        bindings = entity.scopes.of_role(role, scope)
        if not bindings:
            yield (
                f"{entity.name} is {actions[action]} under {action} in the scope {scope} of "
                f"{role}, which means nothing for its rows: bind it in authz/rows/bindings.py."
            )
        for bound in bindings:
            if bound not in told:
                told.add(bound)
                yield from _bound(entity, scope, bound)


def _acts_on(spec: Command, entity: Entity) -> bool:
    return spec.target is not None and spec.target.entity == entity.name


def _bound(entity: Entity, scope: str, bound: Binding) -> Iterator[str]:
    where = f"The scope {scope} of {entity.name}"
    if bound.ids is not None:
        parts = visitors.iterate(bound.ids("held"))
        if not any(isinstance(part, BindParameter) and part.key == "held" for part in parts):
            yield f"{where} compares nothing with the caller's grants: use its parameter."
        return
    column = entity.table.c.get(bound.anchor or "")
    if column is None:
        yield f"{where} is anchored on {bound.anchor}, which is no column of its table."
    elif column.nullable and not bound.optional:
        yield f"{where} is anchored on {column}, which may be NULL: make it NOT NULL or optional."
    elif not any(names[:1] == [column.name] for names, _ in indexes(entity.table)):
        yield f"{where} is anchored on {column}, which no index begins with: add one."


def indexes(table: Table) -> Iterator[tuple[list[str], bool]]:
    """Yield the names of the columns of every index and key, and whether they are unique."""
    yield [column.name for column in table.primary_key.columns], True
    for index in table.indexes:
        yield [column.name for column in index.columns], bool(index.unique)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield [column.name for column in constraint.columns], True
