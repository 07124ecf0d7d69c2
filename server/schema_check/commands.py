"""Audit of the commands: what each takes, acts on and locks, and what its payload shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphql import GraphQLInputObjectType, Undefined, get_named_type, is_leaf_type

from db.models import Organisation
from engine.declare.commands import Command
from engine.kinds.to_one import ToOne
from server.schema_check.rows import referent
from server.schema_check.survey import declaration, input_fields, origin

if TYPE_CHECKING:
    from engine.catalogue import Entity
    from engine.declare.commands import Target
    from server.schema_check.survey import Place, Survey

_WITHOUT_ROWS = frozenset({"self", "everything"})


def faults(survey: Survey) -> Iterator[str]:
    """Yield what is wrong with the commands and with the payloads they answer."""
    for place in survey.places:
        if isinstance(place.spec, Command):
            given = _given(place, place.spec)
            if given is None:
                name = place.spec.given.__name__
                yield f"{place.coordinate} needs one argument, input, of the type {name}!."
                continue
            yield from _input(place, given)
            if place.spec.target is None:
                yield from _nowhere(survey, place)
            else:
                yield from _target(survey, place, place.spec.target, given)
                yield from _named(survey, place, place.spec, given)
        elif place.owner.name in survey.payloads:
            yield from _shown(place)


def _given(place: Place, spec: Command) -> GraphQLInputObjectType | None:
    """Return the type of the one argument `input`, None where that is not what is given."""
    shapes = {name: str(argument.type) for name, argument in place.definition.args.items()}
    for argument in place.definition.args.values():
        kind = get_named_type(argument.type)
        alone = shapes == {"input": f"{kind.name}!"} and origin(kind) is spec.given
        if alone and isinstance(kind, GraphQLInputObjectType):
            return kind
    return None


def _input(place: Place, given: GraphQLInputObjectType) -> Iterator[str]:
    """Yield fields of an input that no decision covers, or that every call needs beside its own."""
    target = place.spec.target
    resolved = {named.argument for named in place.spec.named}
    resolved |= {target.argument} if target else set()
    rules = dict(input_fields(given))
    for name, field in given.fields.items():
        coordinate, kind = f"{given.name}.{name}", get_named_type(field.type)
        always = str(field.type).endswith("!") or field.default_value is not Undefined
        if not is_leaf_type(kind):
            yield f"{coordinate} holds the fields of {kind.name}, which nobody decides: name them."
        elif kind.name == "ID" and _python_name(field) not in resolved:
            yield (
                f"{coordinate} is an id that no decision resolves: {place.coordinate} resolves "
                "those of its target and of what it names."
            )
        elif always and rules[coordinate] not in {None, place.action}:
            yield (
                f"{coordinate} stands under {rules[coordinate]}, and every {place.coordinate} "
                f"sends it: name {place.action}, or let it be left out."
            )


def _nowhere(survey: Survey, place: Place) -> Iterator[str]:
    """Yield scopes that are held somewhere, where a command acts on nothing to be held at."""
    for action in place.decided():
        for rule, role, scope in survey.cells(action):
            if scope not in _WITHOUT_ROWS:
                yield (
                    f"{place.coordinate} acts on no row, and {action} gives {role} the scope "
                    f"{scope} ({rule.source}): give it a Target."
                )


def _target(
    survey: Survey, place: Place, target: Target, given: GraphQLInputObjectType
) -> Iterator[str]:
    """Yield what keeps a target from being found and locked."""
    wanted, shapes = "[ID!]!" if target.many else "ID!", _shapes(given)
    if shapes.get(target.argument) != wanted:
        yield (
            f"{place.coordinate} acts on {target.argument}, which is no {wanted} of {given.name}."
        )
    entity = survey.entities.get(target.entity)
    if entity is None or entity.prefix is None:
        yield f"{place.coordinate} acts on {target.entity}, which is no @entity with a prefix."
        return
    if isinstance(target.lock, str):
        yield from _locked(place, entity, target.lock, optional=target.optional)
        return
    known = [f for f in given.fields.values() if _python_name(f) == target.lock.argument]
    words = {v.value for f in known for v in getattr(get_named_type(f.type), "values", {}).values()}
    if {getattr(word, "value", word) for word in words} != target.lock.columns.keys():
        yield (
            f"{place.coordinate} locks by the words of {target.lock.argument}, which are others in "
            f"{given.name}: name a column for each."
        )
    for column in dict.fromkeys(target.lock.columns.values()):
        yield from _locked(place, entity, column, optional=True)


def _locked(place: Place, entity: Entity, column: str, *, optional: bool) -> Iterator[str]:
    lock = entity.table.c.get(column)
    of_organisation = lock is not None and referent(lock) is Organisation.__table__.c.id
    if lock is None or not of_organisation or (lock.nullable and not optional):
        yield (
            f"{place.coordinate} locks by {column}, which is not the key of an organisation in "
            f"every row of {entity.table.name}: name the column that is."
        )


def _named(
    survey: Survey, place: Place, spec: Command, given: GraphQLInputObjectType
) -> Iterator[str]:
    """Yield rows that an input names and that nothing can find."""
    for named in spec.named:
        entity = survey.entities.get(named.entity)
        if entity is None or entity.prefix is None:
            yield f"{place.coordinate} names {named.entity}, which is no @entity with a prefix."
        wanted = {"[ID!]!"} if named.many else {"ID!", "ID"}
        if _shapes(given).get(named.argument) not in wanted:
            yield (
                f"{place.coordinate} names a {named.entity} by {named.argument}, which is no "
                f"{max(wanted, key=len)} of {given.name}."
            )
        if named.action not in survey.policy.actions:
            yield (
                f"{place.coordinate} names a {named.entity} under {named.action}, which stands in "
                "no matrix."
            )


def _shapes(given: GraphQLInputObjectType) -> dict[str, str]:
    return {_python_name(field): str(field.type) for field in given.fields.values()}


def _shown(place: Place) -> Iterator[str]:
    """Yield rows of a payload that are found, or decided, by something else than they should."""
    spec, target = place.spec, place.target
    if not isinstance(spec, ToOne) or target is None:
        return
    if spec.on != place.guarded.python_name or place.definition.args:
        yield f"{place.coordinate} is not found by its own key alone: declare it with changed()."
    if place.action != target.read:
        yield (
            f"{place.coordinate} names {place.action}, and a payload shows {target.name} under "
            f"{target.read}: name that."
        )


def _python_name(field: object) -> str:
    return str(declaration(field).python_name)
