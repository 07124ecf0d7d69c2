"""Audit of the guarded fields: kind, type, permission class and nullability fit one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphql import (
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from strawberry.permission import PermissionExtension

from authz.permissions import ActionPermission
from db.models import User
from engine.guarded import Requires
from engine.specs import (
    ById,
    Caller,
    Column,
    Computed,
    Facet,
    Identifier,
    NodeById,
    NodesByIds,
    Paged,
    Static,
    ToMany,
    ToOne,
)
from server.audit.shapes import is_plain_value

if TYPE_CHECKING:
    from server.audit.survey import Place, Survey

_AT_THE_ROOT = (ById, Caller, NodeById, NodesByIds, Paged, Static)
_ON_A_ROW = (Column, Computed, Facet, Identifier, Paged, ToMany, ToOne)
_SHAPES: dict[type, str] = {
    Identifier: "ID",
    NodeById: "Node",
    NodesByIds: "[Node]",
    Paged: "{}Connection",
    ToMany: "[{}]",
}
"""The type that a kind of field leads to, where it is not that of the row alone."""


def faults(survey: Survey) -> Iterator[str]:
    """Yield what is wrong with each guarded field by itself."""
    for place in survey.places:
        if place.spec is None or not (place.of_any_type or _checked(place)):
            yield (
                f"{place.coordinate} is checked by no permission class of its action: declare it "
                f"once, in the body of {place.owner.name}, under @entity or @root."
            )
            continue
        yield from _shape(place)
        yield from _nullability(place)
        yield from _rule(survey, place)


def _checked(place: Place) -> bool:
    """Tell whether exactly the field's action is checked and published, and nothing runs beside."""
    guarded = place.guarded
    permissions = [
        getattr(permission, "action", None)
        for extension in guarded.extensions
        if isinstance(extension, PermissionExtension)
        for permission in extension.permissions
        if isinstance(permission, ActionPermission)
    ]
    published = [d.action for d in guarded.directives if isinstance(d, Requires)]
    alone = len(guarded.extensions) == 1 and guarded.base_resolver is None
    return alone and permissions == published == [place.action]


def _shape(place: Place) -> Iterator[str]:
    spec = place.spec
    kinds = _ON_A_ROW if place.entity is not None else _AT_THE_ROOT
    hangs = isinstance(spec, Paged) and spec.by is not None
    if not isinstance(spec, kinds) or (isinstance(spec, Paged) and hangs != bool(place.entity)):
        where = "a row" if place.entity is not None else "the root"
        yield f"{place.coordinate} is declared as {_kind(spec)}, which cannot stand on {where}."
    elif not _leads_well(place, str(place.definition.type).replace("!", "")):
        yield (
            f"{place.coordinate} is declared as {_kind(spec)}, which cannot lead to "
            f"{place.definition.type}: change its type or its declaration."
        )


def _leads_well(place: Place, shape: str) -> bool:
    """Tell whether the type is one that the kind of field has rows or values for."""
    spec, target, named = place.spec, place.target, get_named_type(place.definition.type)
    if isinstance(spec, (Column, Computed, Static)):
        return is_leaf_type(named) or (isinstance(spec, Static) and is_plain_value(named))
    fits = shape == _SHAPES.get(type(spec), "{}").format(target.name if target else "rows")
    if isinstance(spec, (ById, Caller)) and target is not None:
        return fits and (target.model is User if isinstance(spec, Caller) else bool(target.prefix))
    return fits


def _nullability(place: Place) -> Iterator[str]:
    kind = place.definition.type
    if isinstance(place.spec, Identifier):
        return
    if is_non_null_type(kind):
        yield f"{place.coordinate} can be withheld: make its type {kind} nullable."
    items = get_nullable_type(kind)
    several = isinstance(place.spec, NodesByIds) and is_list_type(items)
    if several and is_non_null_type(items.of_type):
        yield f"{place.coordinate} can withhold one of several: make the items of {kind} nullable."


def _rule(survey: Survey, place: Place) -> Iterator[str]:
    """Yield where the engine decides by something else than the action that the field names."""
    read = None
    if isinstance(place.spec, Identifier) and place.entity is not None:
        read = place.entity.read
    elif isinstance(place.spec, ById) and place.target is not None:
        read = place.target.read
    if read not in {None, place.action}:
        yield f"{place.coordinate} names {place.action}, and ids are decided by {read}: name that."
    if isinstance(place.spec, Static):
        for rule, role, scope in survey.cells(place.action):
            if scope != "everything":
                yield (
                    f"{place.coordinate} has no rows, and {place.action} gives {role} the scope "
                    f"{scope} ({rule.source}): put data of one scope into an @entity."
                )


def _kind(spec: object) -> str:
    return type(spec).__name__
