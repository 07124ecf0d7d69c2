"""Audit of the kinds of field: each stands where, and leads to what, the engine can make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_abstract_type, is_leaf_type, is_non_null_type

from db.models import User
from engine.declare.commands import Command
from engine.kinds.aggregate import Aggregate, Aggregated
from engine.kinds.allowed_actions import AllowedActions
from engine.kinds.any_of import AnyOf
from engine.kinds.by_id import ById, NodeById, NodesByIds
from engine.kinds.caller import Caller
from engine.kinds.can import Can
from engine.kinds.column import Column
from engine.kinds.computed import Computed
from engine.kinds.connection import Paged
from engine.kinds.derived import Derived
from engine.kinds.download import Download
from engine.kinds.identifier import Identifier
from engine.kinds.none_of import NoneOf
from engine.kinds.preview import Preview
from engine.kinds.related_column import Shown
from engine.kinds.rows_of_parent import Facet, ToMany
from engine.kinds.static import Static
from engine.kinds.summary import Card
from engine.kinds.to_one import ToOne
from server.schema_check.shapes import is_plain_value
from server.schema_check.survey import is_payload

if TYPE_CHECKING:
    from server.schema_check.survey import Place, Survey

_AT_THE_ROOT = (Aggregate, AllowedActions, ById, Caller, NodeById, NodesByIds, Paged, Static)
_ON_A_ROW = (
    Aggregate,
    AllowedActions,
    AnyOf,
    Can,
    Card,
    Column,
    Computed,
    Derived,
    Download,
    Facet,
    Identifier,
    NoneOf,
    Paged,
    Preview,
    Shown,
    ToMany,
    ToOne,
)
_SHAPES: dict[type, str] = {
    Aggregate: "{}Aggregates",
    Aggregated: "IntAggregates",
    AllowedActions: "[Action!]",
    Can: "Boolean",
    Identifier: "ID",
    NodeById: "Node",
    NodesByIds: "[Node]",
    NoneOf: "Boolean",
    Paged: "{}Connection",
    Preview: "JSON",
    ToMany: "[{}]",
}
"""The type that a kind of field leads to, where it is not that of the row alone."""

_LINK = {"url": "String!", "expiresAt": "DateTime!"}
"""What the engine offers of a document."""


def faults(survey: Survey, place: Place) -> Iterator[str]:
    """Yield what is wrong with the kind and the type of a guarded field."""
    yield from _shape(survey, place)
    yield from _words(place)
    yield from _nullability(place)


def _shape(survey: Survey, place: Place) -> Iterator[str]:
    spec = place.spec
    where, kinds = _stands(survey, place)
    many = isinstance(spec, (Aggregate, Paged))
    hangs = many and spec.by is not None
    if not isinstance(spec, kinds) or (many and hangs != bool(place.entity)):
        yield f"{place.coordinate} is declared as {_kind(spec)}, which cannot stand on {where}."
    elif not _leads_well(place, str(place.definition.type).replace("!", "")):
        yield (
            f"{place.coordinate} is declared as {_kind(spec)}, which cannot lead to "
            f"{place.definition.type}: change its type or its declaration."
        )


def _words(place: Place) -> Iterator[str]:
    """Yield the words that narrow a list and are none: a word that never comes narrows nothing."""
    choice = place.guarded.choice
    if choice is None:
        return
    known = {each.value for each in choice.kind}
    for word in choice.narrowing:
        if word not in known:
            yield (
                f"{place.coordinate} is narrowed by {word}, which is no word of "
                f"{choice.argument}: name one that is."
            )


def _stands(survey: Survey, place: Place) -> tuple[str, tuple[type, ...]]:
    """Return what a field stands on, and the kinds of field that can stand there."""
    if place.entity is not None:
        return "a row", _ON_A_ROW
    if place.owner.name in survey.payloads:
        return "a payload", (ToOne,)
    if place.owner.name in survey.catalogue.sums:
        return "what rows add up to", (Aggregated,)
    return ("the mutation type", (Command,)) if place.writes else ("the root", _AT_THE_ROOT)


def _leads_well(place: Place, shape: str) -> bool:
    """Tell whether the type is one that the kind of field has rows or values for."""
    spec, target, named = place.spec, place.target, get_named_type(place.definition.type)
    if isinstance(spec, (Column, Derived, Shown)):
        return shape == named.name and is_leaf_type(named)
    if isinstance(spec, (Computed, Static)):
        return is_leaf_type(named) or is_plain_value(named)
    if isinstance(spec, tuple(_ALONE)):
        return shape == named.name and _ALONE[type(spec)](named)
    if isinstance(spec, AllowedActions):
        shape = str(place.definition.type).removesuffix("!")
    fits = shape == _SHAPES.get(type(spec), "{}").format(target.name if target else "rows")
    if isinstance(spec, (ById, Caller)) and target is not None:
        return fits and (target.model is User if isinstance(spec, Caller) else bool(target.prefix))
    return fits


def _fields(kind: Any) -> dict[str, str]:
    return {name: str(definition.type) for name, definition in kind.fields.items()}


def _is_link(named: Any) -> bool:
    return is_plain_value(named) and _fields(named) == _LINK


_ALONE: dict[type, Callable[[Any], bool]] = {
    AnyOf: is_abstract_type,
    Card: is_plain_value,
    Command: is_payload,
    Download: _is_link,
}
"""What the type of a kind of field must be, where it is one alone and no list."""


def _nullability(place: Place) -> Iterator[str]:
    kind = place.definition.type
    if isinstance(place.spec, Identifier):
        return
    if is_non_null_type(kind):
        yield f"{place.coordinate} can be withheld: make its type {kind} nullable."
    elif isinstance(place.spec, NodesByIds) and "!]" in str(kind):
        yield f"{place.coordinate} can withhold one of several: make the items of {kind} nullable."


def _kind(spec: object) -> str:
    return type(spec).__name__
