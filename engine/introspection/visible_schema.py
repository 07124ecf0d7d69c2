"""A part of a schema: what is left of it without some of its fields, arguments and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
    is_specified_directive,
)
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter

from engine.catalogue import strawberry_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLDirective

_DECLARATION = GraphQLCoreConverter.DEFINITION_BACKREF
Members = dict[str, dict[str, Any]]
"""By the names of types: their fields or values by name, none for a scalar."""


def part_of(schema: GraphQLSchema, usable: Callable[[str], bool]) -> GraphQLSchema:
    """Return the schema without the coordinates that are not usable, and without what needs them.

    A field goes with its type, or with an argument that it requires; a type goes with its last
    member, or when nothing leads to it. The query type stays, whatever it keeps.
    """
    return _copied(schema, _reachable(schema, _left(schema, usable)))


def _left(schema: GraphQLSchema, usable: Callable[[str], bool]) -> Members:
    lost: set[str] = set()
    while True:
        kinds = [kind for name, kind in schema.type_map.items() if name not in lost]
        members = {kind.name: _members(kind, usable, lost) for kind in kinds}
        if schema.query_type is not None:
            members[schema.query_type.name] = members[schema.query_type.name] or {}
        left = {name: found for name, found in members.items() if found is not None}
        if len(left) == len(members):
            return left
        lost |= members.keys() - left.keys()


def _members(kind: Any, usable: Callable[[str], bool], lost: set[str]) -> dict[str, Any] | None:
    """Return the fields or values that a type keeps, or None when it is lost with them."""

    def stays(coordinate: str, element: Any) -> bool:
        return usable(coordinate) and get_named_type(element.type).name not in lost

    if not usable(kind.name):
        return None
    if isinstance(kind, GraphQLEnumType):
        return {n: v for n, v in kind.values.items() if usable(f"{kind.name}.{n}")} or None
    if isinstance(kind, GraphQLUnionType):
        return {each.name: each for each in kind.types if each.name not in lost} or None
    found: dict[str, Any] = {}
    for name, field in getattr(kind, "fields", {}).items():
        at = f"{kind.name}.{name}"
        if isinstance(field, GraphQLInputField):
            if stays(at, field):
                found[name] = field
            elif is_required_input_field(field):
                return None
            continue
        given = {n: a for n, a in field.args.items() if stays(f"{at}({n}:)", a)}
        gone = (argument for n, argument in field.args.items() if n not in given)
        if stays(at, field) and not any(map(is_required_argument, gone)):
            found[name] = GraphQLField(**{**field.to_kwargs(), "args": given})
    return found if found or not hasattr(kind, "fields") else None


def _reachable(schema: GraphQLSchema, left: Members) -> Members:
    reached: Members = {}
    ahead: list[Any] = [schema.query_type, schema.mutation_type, schema.subscription_type]
    while ahead:
        kind = ahead.pop()
        if kind is None or kind.name in reached or kind.name not in left:
            continue
        members = reached[kind.name] = left[kind.name]
        for member in members.values():
            typed = [member, *getattr(member, "args", {}).values()]
            ahead += [get_named_type(each.type) for each in typed if hasattr(each, "type")]
        ahead += getattr(kind, "interfaces", ())
        if is_abstract_type(kind):
            ahead += schema.get_possible_types(kind)
    return reached


def _copied(schema: GraphQLSchema, members: Members) -> GraphQLSchema:
    copies: dict[str, Any] = {}

    def typed(kind: Any) -> Any:
        if is_list_type(kind):
            return GraphQLList(typed(kind.of_type))
        return GraphQLNonNull(typed(kind.of_type)) if is_non_null_type(kind) else copies[kind.name]

    def retyped(element: Any) -> Any:
        changed = {"type_": typed(element.type)}
        if isinstance(element, GraphQLField):
            changed["args"] = {name: retyped(given) for name, given in element.args.items()}
        return type(element)(**{**element.to_kwargs(), **changed})

    def copy(kind: Any, found: dict[str, Any]) -> Any:
        kwargs = kind.to_kwargs()
        if isinstance(kind, GraphQLEnumType):
            return _enum(kind, {**kwargs, "values": found})
        if isinstance(kind, GraphQLUnionType):
            return GraphQLUnionType(**{**kwargs, "types": lambda: [copies[n] for n in found]})
        kwargs["fields"] = lambda: {name: retyped(field) for name, field in found.items()}
        if isinstance(kind, GraphQLInputObjectType):
            return GraphQLInputObjectType(**kwargs)
        left = [each.name for each in kind.interfaces if each.name in members]
        kept = [name for name in left if members[name].keys() <= found.keys()]
        kwargs["interfaces"] = lambda: [copies[name] for name in kept]
        whole = GraphQLObjectType if isinstance(kind, GraphQLObjectType) else GraphQLInterfaceType
        return whole(**kwargs)

    for name, found in members.items():
        kind = schema.type_map[name]
        copies[name] = kind if isinstance(kind, GraphQLScalarType) else copy(kind, found)
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    query, mutation, subscription = (copies.get(kind.name) if kind else None for kind in roots)
    return GraphQLSchema(
        query,
        mutation,
        subscription,
        types=list(copies.values()),
        directives=[d for d in schema.directives if _is_used(d, members)],
        description=schema.description,
    )


def _enum(kind: Any, kwargs: dict[str, Any]) -> GraphQLEnumType:
    """Return a copy that prints default values as Strawberry's own enum does."""
    if isinstance(kind, CustomGraphQLEnumType):
        return CustomGraphQLEnumType(enum=kind.extensions[_DECLARATION], **kwargs)
    return GraphQLEnumType(**kwargs)


def _is_used(directive: GraphQLDirective, members: Members) -> bool:
    """Tell whether a directive is everybody's, or stands at a member that is left."""
    if is_specified_directive(directive):
        return True
    declared = directive.extensions[_DECLARATION]
    uses = (
        used
        for found in members.values()
        for member in found.values()
        for used in getattr(strawberry_field(member), "directives", ())
    )
    return any(isinstance(used, declared.origin) for used in uses)
