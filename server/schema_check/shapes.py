"""Audit of the types: each is a root, an entity or a value, and nothing else can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphql import get_named_type, is_leaf_type, is_object_type, specified_directives
from graphql.language import DirectiveLocation
from strawberry.types.field import StrawberryField

from engine.declare.connection_types import Connection, Edge
from engine.declare.guarded import GuardedField
from server.schema_check.survey import declaration, origin

if TYPE_CHECKING:
    from graphql import GraphQLObjectType

    from server.schema_check.survey import Survey

_PREFIX = re.compile(r"[a-z]{3}")
_IN_DOCUMENTS = frozenset(
    {
        DirectiveLocation.QUERY,
        DirectiveLocation.MUTATION,
        DirectiveLocation.SUBSCRIPTION,
        DirectiveLocation.FIELD,
        DirectiveLocation.FRAGMENT_DEFINITION,
        DirectiveLocation.FRAGMENT_SPREAD,
        DirectiveLocation.INLINE_FRAGMENT,
        DirectiveLocation.VARIABLE_DEFINITION,
    }
)


def faults(survey: Survey) -> Iterator[str]:
    """Yield what is wrong with types, global ids and directives."""
    for name, kind in survey.objects.items():
        if name in survey.roots or "__entity__" in vars(origin(kind)):
            yield from _unguarded(kind)
        elif hasattr(origin(kind), "__value__"):
            yield from _not_a_value(survey, kind)
        elif name in survey.catalogue.sums:
            yield from _not_sums(survey, kind)
        elif name in survey.payloads:
            yield from _unguarded(kind)
            for interface in kind.interfaces:
                yield f"{name} implements {interface.name} and is a @payload: it cannot be asked."
        else:
            yield (
                f"{name} is neither a root, an @entity, a @payload nor a @value: declare it as "
                "one of them."
            )
    yield from _ids(survey)
    if survey.schema.subscription_type is not None:
        yield f"{survey.schema.subscription_type.name} is no root the engine runs: remove it."
    for directive in survey.schema.directives:
        if directive not in specified_directives and _IN_DOCUMENTS.intersection(
            directive.locations
        ):
            yield f"@{directive.name} can change an answer and has no rule: remove it."


def _unguarded(kind: GraphQLObjectType) -> Iterator[str]:
    """Yield the fields of a root or an entity that are not declared there under an action."""
    for name, definition in kind.fields.items():
        declared = declaration(definition)
        if isinstance(declared, GuardedField) and declared.origin is origin(kind):
            continue
        source = next((i.name for i in kind.interfaces if name in i.fields), None)
        why = f"is as the interface {source} has it" if source else "is declared without a rule"
        yield (
            f"{kind.name}.{name} {why}: declare it in the body of {kind.name} with field() or "
            "another declaration that names an action."
        )


def _not_sums(survey: Survey, kind: GraphQLObjectType) -> Iterator[str]:
    """Yield what the type of an aggregate holds besides a count and the sums of columns."""
    rows = survey.catalogue.aggregated[kind.name]
    if rows not in survey.entities or kind.name != f"{rows}Aggregates":
        yield f"{kind.name} adds up no @entity of its name: make it with aggregates()."
    for name, definition in kind.fields.items():
        declared = declaration(definition)
        counts = name == "count" and str(definition.type) == "Int!" and not definition.args
        if not counts and not isinstance(declared, GuardedField):
            yield f"{kind.name}.{name} is no count and has no rule: make it with aggregates()."


def _not_a_value(survey: Survey, kind: GraphQLObjectType) -> Iterator[str]:
    """Yield what a value type holds that its field's rule does not cover."""
    for interface in kind.interfaces:
        yield f"{kind.name} implements {interface.name} and is a @value: make it an @entity."
    for name, definition in kind.fields.items():
        declared = declaration(definition)
        if type(declared) is not StrawberryField or not declared.is_basic_field or definition.args:
            yield (
                f"{kind.name}.{name} has a resolver, an argument or a rule of its own, and a "
                "@value inherits its rule: make it a plain attribute."
            )
    if issubclass(origin(kind), (Connection, Edge)):
        yield from _not_a_page(survey, kind)
        return
    for name, definition in kind.fields.items():
        named = get_named_type(definition.type)
        if not is_leaf_type(named) and not is_plain_value(named):
            yield (
                f"{kind.name}.{name} leads from a @value to {named.name}: a value holds leaves "
                "and values alone, so lead there from an @entity."
            )


def _not_a_page(survey: Survey, kind: GraphQLObjectType) -> Iterator[str]:
    entity = re.sub("(Connection|Edge)$", "", kind.name)
    expected = {"cursor": "String!", "node": f"{entity}!"}
    if issubclass(origin(kind), Connection):
        expected = {
            "edges": f"[{entity}Edge!]!",
            "nodes": f"[{entity}!]!",
            "pageInfo": "PageInfo!",
            "totalCount": "Int!",
        }
    found = {name: str(definition.type) for name, definition in kind.fields.items()}
    if entity not in survey.entities or found != expected:
        wanted = ", ".join(f"{name}: {shape}" for name, shape in expected.items())
        yield f"{kind.name} is no page of an @entity: it needs exactly {wanted}."


def _ids(survey: Survey) -> Iterator[str]:
    """Yield global ids that could name rows of another type, or of none."""
    owners: dict[str, str] = {}
    identified = {name for name, entity in survey.entities.items() if entity.prefix is not None}
    for name, entity in survey.entities.items():
        interfaces = {interface.name for interface in survey.objects[name].interfaces}
        if (entity.prefix is not None) != ("Node" in interfaces):
            yield f"{name} needs both a prefix and the interface Node, or neither of them."
        if entity.prefix is None:
            continue
        if not _PREFIX.fullmatch(entity.prefix):
            yield f"{name} has the prefix {entity.prefix!r}: a prefix is three small letters."
        if entity.prefix in owners:
            both = " and ".join(sorted((name, owners[entity.prefix])))
            yield f"{both} share the prefix {entity.prefix}: change one."
        owners[entity.prefix] = name
    for name, kind in survey.objects.items():
        if "id" in kind.fields and name not in identified:
            yield (
                f"{name}.id is no global id of a {name}, and clients keep objects by their id: "
                "name it after what it leads to, or leave it out."
            )


def is_plain_value(kind: object) -> bool:
    """Tell whether a type is a value that holds no rows."""
    declared = origin(kind) if is_object_type(kind) else object
    return hasattr(declared, "__value__") and not issubclass(declared, (Connection, Edge))
