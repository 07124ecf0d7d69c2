"""Audit of filters, orders and aggregates: each key stands under the rule of its field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type, is_leaf_type

from engine.declare.inputs import INHERITED
from engine.documents.variables import FILTER
from engine.kinds.aggregate import Aggregate, Aggregated
from engine.kinds.column import Column
from engine.kinds.connection import Paged
from engine.kinds.rows_of_parent import Facet, ToMany
from engine.kinds.summary import Card
from engine.kinds.to_one import ToOne
from engine.planning.ordering import ORDER
from server.schema_check.rows import told_by
from server.schema_check.survey import declaration

if TYPE_CHECKING:
    from engine.catalogue import Entity, Field
    from server.schema_check.survey import Place, Survey

_CONNECTIVES = frozenset({"and", "or", "not"})
_NAMED = {FILTER: "{}Filter", ORDER: "{}Order"}


def finds(place: Place, argument: str) -> bool:
    """Tell whether an argument is one that rows are found by, each key under its field's rule."""
    return isinstance(place.spec, (Aggregate, Paged)) and argument in _NAMED


def faults(survey: Survey) -> Iterator[str]:
    """Yield what is wrong with the arguments that rows are found by, and with sums of columns."""
    for place in survey.places:
        rows = survey.entities.get(survey.catalogue.aggregated.get(place.owner.name, ""))
        if isinstance(place.spec, Aggregated) and rows is not None:
            yield from _summed(place, place.spec, rows)
        yield from _findable(place)
        for name, argument in place.definition.args.items():
            if place.target is None or not finds(place, name):
                continue
            kind = get_named_type(argument.type)
            wanted = _NAMED[name].format(place.target.name)
            if kind.name != wanted or not isinstance(kind, GraphQLInputObjectType):
                yield f"{place.coordinate}({name}:) takes {kind.name}: it needs {wanted}."
            elif name == FILTER:
                yield from _filter(survey, kind, place.target, frozenset())
            else:
                yield from _order(survey, kind, place.target)


def _findable(place: Place) -> Iterator[str]:
    """Yield fields that say rows are found by what they do not hold."""
    if place.entity is None:
        return
    table, found = place.entity.table, place.guarded.findable
    if found.folded is not None and found.folded not in table.c:
        yield f"{place.coordinate} is folded in {found.folded}, which {table.name} does not have."
    elif found.folded is not None and told_by(found.folded) != place.spec.name:
        yield (
            f"{place.coordinate} is folded in {found.folded}, which nobody would know to tell "
            f"{place.spec.name}: call that column {place.spec.name}_sort."
        )
    if found.aggregate and get_named_type(place.definition.type).name != "Int":
        yield f"{place.coordinate} is no Int, and only integers are summed: take `aggregate` away."


def _filter(
    survey: Survey, kind: GraphQLInputObjectType, entity: Entity, seen: frozenset[str]
) -> Iterator[str]:
    """Yield keys of a filter that stand under another rule than their field."""
    if kind.name in seen:
        return
    for name, key in kind.fields.items():
        coordinate, named = f"{kind.name}.{name}", get_named_type(key.type)
        if name in _CONNECTIVES:
            if named is not kind:
                yield f"{coordinate} combines {named.name}, and not filters of {entity.name}."
            continue
        field = entity.fields.get(name)
        if field is None:
            yield f"{coordinate} is a key of no field of {entity.name}: remove it."
            continue
        yield from _same_rule(coordinate, key, field)
        if not isinstance(field.guarded.kind, (Facet, Paged, ToMany, ToOne)):
            if not field.guarded.findable.filter:
                yield f"{coordinate} filters by {field.coordinate}, which does not say `filter`."
            yield from _operators(named)
            continue
        related = survey.entities[field.target]
        if isinstance(field.guarded.kind, (Paged, ToMany)):
            named = get_named_type(getattr(named.fields.get("some"), "type", named))
        if not isinstance(named, GraphQLInputObjectType) or named.name != f"{related.name}Filter":
            yield f"{coordinate} leads to {named.name}, which is not the filter of {related.name}."
            continue
        yield from _filter(survey, named, related, seen | {kind.name})


def _operators(kind: Any) -> Iterator[str]:
    """Yield what a value is compared with that is itself no value, or under a rule of its own."""
    for name, operator in getattr(kind, "fields", {}).items():
        inherits = getattr(declaration(operator), "metadata", {}) == INHERITED
        if not inherits or not is_leaf_type(get_named_type(operator.type)):
            yield f"{kind.name}.{name} is no operator on a value: it inherits, and takes a leaf."


def _same_rule(coordinate: str, key: Any, field: Field) -> Iterator[str]:
    given = getattr(declaration(key), "metadata", {})
    needed = (field.guarded.action, field.guarded.findable.search)
    if (given.get("action"), given.get("search")) != needed:
        yield (
            f"{coordinate} stands under {given.get('action')}, and {field.coordinate} needs "
            f"{' and '.join((needed[0], *needed[1]))}: make it with filter_input."
        )


def _order(survey: Survey, kind: GraphQLInputObjectType, entity: Entity) -> Iterator[str]:
    """Yield sort keys that are no fields, or that their field does not offer."""
    keys = get_named_type(kind.fields["field"].type)
    for name, member in keys.values.items() if isinstance(keys, GraphQLEnumType) else ():
        *relations, last = str(getattr(member.value, "value", member.value)).split(".")
        card = entity.fields.get(relations[0]) if relations else None
        if card is not None and isinstance(card.guarded.kind, Card):
            if last not in card.guarded.kind.sort:
                yield f"{keys.name}.{name} sorts {entity.name} by no part of a card: remove it."
            continue
        owner: Entity | None = entity
        for relation in relations:
            place = owner.fields.get(relation) if owner is not None else None
            one = place is not None and isinstance(place.guarded.kind, ToOne)
            owner = survey.entities[place.target] if one and place is not None else None
        field = owner.fields.get(last) if owner is not None else None
        offered = (
            field is not None
            and isinstance(field.guarded.kind, Column)
            and field.guarded.findable.sort
        )
        if not offered:
            yield f"{keys.name}.{name} sorts {entity.name} by no field that says `sort`: remove it."


def _summed(place: Place, spec: Aggregated, rows: Entity) -> Iterator[str]:
    """Yield sums of a column that stand under another rule than the field that shows it."""
    shown = rows.fields.get(place.coordinate.partition(".")[2])
    same = (
        shown is not None
        and isinstance(shown.guarded.kind, Column)
        and shown.guarded.kind.name == spec.column
        and shown.guarded.action == place.action
        and shown.guarded.findable.aggregate
    )
    if not same:
        yield (
            f"{place.coordinate} sums {spec.column}, which no field of {rows.name} by that name "
            f"offers under {place.action}: make the type with aggregates()."
        )
