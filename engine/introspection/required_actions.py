"""What each coordinate of the schema needs: the actions without which it can never be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

from engine.catalogue import strawberry_field
from engine.declare.guarded import INHERITS
from engine.kinds.allowed_actions import AllowedActions
from engine.planning.ordering import ORDER

if TYPE_CHECKING:
    from engine.catalogue import Catalogue, Entity, Field

Need = tuple[str, str | None]
"""An action, and the field of the row that it is needed for, if a rule may list fields."""


def needs(catalogue: Catalogue) -> Iterator[tuple[str, Need]]:
    """Yield each coordinate with something that it needs."""
    for name, entity in catalogue.entities.items():
        yield name, (entity.read, None)
        for place in entity.fields.values():
            yield from ((place.coordinate, need) for need in _of_value(place))
            yield from _around(catalogue, place)
    others = (*catalogue.payloads.values(), *catalogue.sums.values())
    for fields in (catalogue.roots, catalogue.commands, *others):
        for place in fields.values():
            if action := getattr(place.guarded, "action", None):
                yield place.coordinate, (action, None)
            yield from _around(catalogue, place)


def _of_value(place: Field) -> Iterator[Need]:
    with_row = place.guarded.kind.with_row
    yield place.guarded.action, None if with_row else place.name


def _around(catalogue: Catalogue, place: Field) -> Iterator[tuple[str, Need]]:
    """Yield what a field needs of the rows that it leads to, and what its arguments need."""
    target = catalogue.rows_of(place)
    if target:
        yield place.coordinate, (target.read, None)
    argument: Any  # Strawberry declares it as it declares a field
    for name, argument in place.definition.args.items():
        rule = place.guarded.argument_rules.get(strawberry_field(argument).python_name, INHERITS)
        if rule != INHERITS:
            yield f"{place.coordinate}({name}:)", (rule, None)
        yield from _of_input(get_named_type(argument.type), frozenset())
        if target and name == ORDER:
            yield from _of_order(catalogue, target, get_named_type(argument.type))
    kind = get_named_type(place.definition.type)
    if isinstance(place.guarded.kind, AllowedActions) and isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", (_word(value.value), None)


def _of_input(kind: Any, seen: frozenset[str]) -> Iterator[tuple[str, Need]]:
    if not isinstance(kind, GraphQLInputObjectType) or kind.name in seen:
        return
    field: Any
    for name, field in kind.fields.items():
        rule = strawberry_field(field).metadata
        actions = (rule["action"], *rule.get("search", ())) if "action" in rule else ()
        yield from ((f"{kind.name}.{name}", (action, None)) for action in actions)
        yield from _of_input(get_named_type(field.type), seen | {kind.name})


def _of_order(catalogue: Catalogue, rows: Entity, kind: Any) -> Iterator[tuple[str, Need]]:
    """Yield what the keys of an order need: each is the way to a field, from the rows sorted."""
    choices = get_named_type(kind.fields["field"].type)
    for name, value in choices.values.items():
        entity: Entity | None = rows
        for step in _word(value.value).split("."):
            if entity is None:  # what a card shows stands under the card's own action
                break
            place = entity.fields[step]
            for action in (place.guarded.action, *place.guarded.findable.search):
                yield f"{choices.name}.{name}", (action, None)
            entity = catalogue.entities.get(place.target)


def _word(value: Any) -> str:
    return str(getattr(value, "value", value))
