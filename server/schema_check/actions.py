"""Audit of the actions: each is known, used as it reads or writes, and none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from graphql import GraphQLInputObjectType

from engine.declare.guarded import INHERITS
from engine.kinds.computed import Computed
from engine.kinds.preview import Preview
from server.schema_check.finding import finds
from server.schema_check.survey import input_fields

if TYPE_CHECKING:
    from server.schema_check.survey import Survey, Use

_READING = frozenset({"read", "search", "download", "estimate", "preview"})


def faults(survey: Survey, pending: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield what is wrong with actions and with the rules of arguments and input fields."""
    yield from _arguments(survey)
    for kind in survey.schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            for coordinate, action in input_fields(kind):
                if action is None:
                    yield f"{coordinate} has no rule: declare it with input_field(action)."
    for use in survey.uses:
        yield from _use(survey, use)
    for place in survey.places:
        for action in place.spec.derives if isinstance(place.spec, (Computed, Preview)) else ():
            if action not in survey.policy.actions:
                yield f"{place.coordinate} derives {action}, which stands in no matrix."
    yield from _forgotten(survey, pending)


def _arguments(survey: Survey) -> Iterator[str]:
    """Yield arguments without a rule, and those with one that the planner does not decide."""
    for place in survey.places:
        for coordinate, rule, kind in place.arguments():
            if rule is None:
                yield f"{coordinate} has no rule: declare it as an Argument with one, or INHERITS."
            alone = not place.writes and not finds(place, _argument(coordinate))
            given = [(coordinate, rule), *(input_fields(kind) if alone else ())]
            for name, action in given:
                if action not in {None, INHERITS, place.action}:
                    yield (
                        f"{name} stands under {action}, and the planner decides by the action of "
                        f"{place.coordinate} alone: name {place.action} there, or split the field."
                    )


def _argument(coordinate: str) -> str:
    return coordinate.partition("(")[2].removesuffix(":)")


def _use(survey: Survey, use: Use) -> Iterator[str]:
    verb = use.action.partition(".")[2]
    reads = verb in _READING or verb.startswith(("read_", "search_"))
    if reads == use.writes:
        what = "a query with a writing" if not use.writes else "a mutation with a reading"
        yield f"{use.coordinate} is part of {what} action, {use.action}: name another."
    if use.action not in survey.policy.actions:
        yield f"{use.coordinate} names the action {use.action}, which stands in no matrix."


def _forgotten(survey: Survey, pending: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    used = {use.action: use.coordinate for use in reversed(survey.uses)}
    waiting_for = {action: feature for feature, actions in pending.items() for action in actions}
    for action in sorted(survey.policy.actions - used.keys() - waiting_for.keys()):
        yield f"{action} is used by no field: declare one, or name it in authz/pending.py."
    for action, feature in waiting_for.items():
        if action not in survey.policy.actions:
            yield (
                f"The pending feature {feature!r} names {action}, which stands in no matrix:"
                " remove it."
            )
        elif action in used:
            yield (
                f"The pending feature {feature!r} names {action}, which {used[action]} uses:"
                " remove it."
            )
