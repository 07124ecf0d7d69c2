"""Audit of what is told about rights: allowed actions, `can`, and the names of roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from authz.roles import ROLES, SYSTEMS, graphql_name
from db.models import User
from engine.declare.commands import Command
from engine.kinds.allowed_actions import AllowedActions
from engine.kinds.can import Can

if TYPE_CHECKING:
    from server.schema_check.survey import Place, Survey

_ASKED = {"action": "Action!", "organisationId": "ID"}


def faults(survey: Survey) -> Iterator[str]:
    """Yield what is wrong with the fields that tell of rights, and with the words they use."""
    for place in survey.places:
        if isinstance(place.spec, AllowedActions):
            yield from _allowed(survey, place)
        elif isinstance(place.spec, Can):
            yield from _can(survey, place)
        elif isinstance(place.spec, Command) and place.spec.target is None:
            yield from _alone(survey, place)
    for name, members in _words(survey).items():
        if name in survey.schema.type_map:
            yield from _exactly(survey, name, members)


def _alone(survey: Survey, place: Place) -> Iterator[str]:
    """Yield what would say of every User in sight that one may act where nothing is yet."""
    if "everything" in {scope for _, _, scope in survey.cells(place.action)}:
        yield (
            f"{place.coordinate} acts on no row, and {place.action} has the scope everything, "
            "which is not the caller's own: name an action of the scope self."
        )


def _allowed(survey: Survey, place: Place) -> Iterator[str]:
    at_root = place.entity is None and place.owner.name not in survey.payloads
    if at_root and {scope for _, _, scope in survey.cells(place.action)} != {"self"}:
        yield (
            f"{place.coordinate} tells of the caller, and {place.action} has another scope than "
            "self: name an action of one's own row."
        )
    if place.entity is not None and place.action != place.entity.read:
        yield (
            f"{place.coordinate} names {place.action}, and is told to whoever sees the row: name "
            f"{place.entity.read}."
        )
    if place.definition.args:
        yield f"{place.coordinate} takes an argument that nothing reads: remove it."


def _can(survey: Survey, place: Place) -> Iterator[str]:
    """Yield what lets `can` be asked of anybody but the caller."""
    if place.entity is not None and place.entity.model is not User:
        yield f"{place.coordinate} tells of the caller: declare it on the type of the User."
    if {scope for _, _, scope in survey.cells(place.action)} != {"self"}:
        yield (
            f"{place.coordinate} tells of the caller, and {place.action} has another scope than "
            "self: name an action of one's own row."
        )
    if {name: str(argument.type) for name, argument in place.definition.args.items()} != _ASKED:
        asked = ", ".join(f"{name}: {kind}" for name, kind in _ASKED.items())
        yield f"{place.coordinate} needs exactly the arguments {asked}."


def _words(survey: Survey) -> Mapping[str, Mapping[str, str]]:
    """Return the members, by their GraphQL names, of each enum that repeats what is known here."""
    commands = (p.action for p in survey.places if isinstance(p.spec, Command) and p.action)
    words = {
        "Action": {graphql_name(action): action for action in commands},
        "System": {graphql_name(system): system for system in SYSTEMS},
        "RoleName": {graphql_name(role): role for role in ROLES},
    }
    for system in SYSTEMS:
        name = system.title().replace("_", "") + "Role"
        own = [role.name for role in ROLES.values() if role.system == system]
        words[name] = {graphql_name(role.partition(".")[2]): role for role in own}
    return words


def _exactly(survey: Survey, name: str, members: Mapping[str, str]) -> Iterator[str]:
    values = getattr(survey.schema.type_map[name], "values", {})
    found = {member: value.value for member, value in values.items()}
    for member, value in sorted(members.items() - found.items()):
        yield f"{name} does not name {value}: add {member}."
    for member, value in sorted(found.items() - members.items()):
        yield f"{name}.{member} stands for {value}, which it should not: correct or remove it."
