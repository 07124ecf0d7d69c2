"""Audit of the guarded fields: kind, permission class and the action that decides fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from strawberry.permission import PermissionExtension

from authz.permissions import ActionPermission
from engine.declare.guarded import Requires
from engine.kinds.by_id import ById
from engine.kinds.download import Download
from engine.kinds.identifier import Identifier
from engine.kinds.static import Static
from server.schema_check import kinds

if TYPE_CHECKING:
    from server.schema_check.survey import Place, Survey


def faults(survey: Survey) -> Iterator[str]:
    """Yield what is wrong with each guarded field by itself."""
    for place in survey.places:
        if place.spec is None or not (place.of_any_type or _checked(place)):
            yield (
                f"{place.coordinate} is checked by no permission class of its action: declare it "
                f"once, in the body of {place.owner.name}, under @entity or @root."
            )
            continue
        yield from kinds.faults(survey, place)
        yield from _rule(survey, place)
    yield from _documents(survey)


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


def _documents(survey: Survey) -> Iterator[str]:
    """Yield documents that a link of another field would open, under that one's action."""
    offered: dict[str, Place] = {}
    for place in survey.places:
        if isinstance(place.spec, Download):
            first = offered.setdefault(place.spec.kind, place)
            if first is not place:
                yield (
                    f"{place.coordinate} offers the same kind of document as {first.coordinate}, "
                    f"{place.spec.kind}: give each its own."
                )
