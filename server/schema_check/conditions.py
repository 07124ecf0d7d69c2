"""Audit of conditions and field lists: each is tested where an action that names it is decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.declare.commands import Command
from engine.kinds.aggregate import Aggregate
from engine.kinds.connection import Paged
from engine.kinds.rows_of_parent import Facet, ToMany
from engine.kinds.static import Static
from server.schema_check.scopes import decided_on
from server.schema_check.survey import input_fields

if TYPE_CHECKING:
    from authz.conditions import Condition
    from authz.matrix import Rule
    from server.schema_check.survey import Place, Survey

_GATED = (Aggregate, Facet, Paged, ToMany)


def faults(survey: Survey) -> Iterator[str]:
    """Yield conditions that nothing can test, and listed fields that are none."""
    for entity in survey.entities.values():
        for action in decided_on(survey, entity):
            for condition, rule in _staying(survey, action):
                if condition.name not in entity.conditions:
                    yield (
                        f"{entity.name} is decided under {action}, whose condition "
                        f"{condition.name} reads the {condition.reads} ({rule.source}): bind it "
                        "for its rows in authz/rows/scopes.py."
                    )
    for place in survey.places:
        yield from _gate(survey, place)
        yield from _rowless(survey, place)
    yield from _lists(survey)


def _staying(survey: Survey, action: str | None) -> Iterator[tuple[Condition, Rule]]:
    for rule in survey.rules(action):
        condition = survey.policy.conditions[rule.when] if rule.when else None
        if condition is not None and condition.stays:
            yield condition, rule


def _gate(survey: Survey, place: Place) -> Iterator[str]:
    """Yield relations whose condition the parent cannot be put to: it would hide, not refuse."""
    if place.entity is None or not isinstance(place.spec, _GATED):
        return
    for condition, rule in _staying(survey, place.action):
        if condition.reads == "parent" and condition.name not in place.entity.conditions:
            yield (
                f"{place.coordinate} is gated by {place.action}, whose condition {condition.name} "
                f"reads the parent ({rule.source}): bind it for {place.entity.name} in "
                "authz/rows/scopes.py."
            )


def _rowless(survey: Survey, place: Place) -> Iterator[str]:
    """Yield fields without a row whose condition reads one."""
    creates = isinstance(place.spec, Command) and place.spec.target is None
    for action in place.decided() if creates else (place.action,):
        for condition, rule in _staying(survey, action):
            if creates or isinstance(place.spec, Static):
                yield (
                    f"{place.coordinate} has no row, and the condition {condition.name} of "
                    f"{action} reads the {condition.reads} ({rule.source}): name another action."
                )


def _lists(survey: Survey) -> Iterator[str]:
    """Yield names in a rule's list that no field or input field under its action has."""
    names: dict[str, set[str]] = {}
    for place in survey.places:
        if place.action is not None:
            names.setdefault(place.action, set()).add(place.name)
        for _, _, kind in place.arguments() if place.writes else ():
            for coordinate, action in input_fields(kind):
                names.setdefault(str(action), set()).add(coordinate.partition(".")[2])
    rows: dict[tuple[str, ...], set[str]] = {}
    for action, known in names.items():
        for rule in survey.rules(action):
            row = (rule.system, rule.source, rule.feature, *rule.fields)
            rows.setdefault(row, set()).update(known)
    for (system, source, feature, *listed), known in rows.items():
        for name in listed:
            if name not in known:
                yield (
                    f"{feature!r} of {system} opens the field {name} ({source}), and none of that "
                    "name stands under an action of its own: correct the list."
                )
