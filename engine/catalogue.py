"""The finished schema as the engine sees it: which types have rows, and each field's kind."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_interface_type,
    is_object_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments

from authz.rows.bindings import SCOPES
from engine import ids
from engine.declare.commands import Command
from engine.declare.guarded import GuardedField
from engine.declare.imagined import imagined_table
from engine.values import decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import strawberry
    from graphql import GraphQLField, GraphQLSchema
    from sqlalchemy import Select, Table

    from authz.decision import Path
    from authz.rows.scopes import Binding, Bound, Predicate, Scopes
    from db.base import Base
    from engine.declare.commands import Target
    from engine.declare.types import EntityOf


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a type with rows, or of the query type."""

    coordinate: str
    name: str
    definition: GraphQLField
    guarded: GuardedField
    target: str
    """The name of the type that it leads to: a leaf, a value, a type with rows, or Node."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A type whose values are rows of a table."""

    name: str
    model: type[Base]
    table: Table
    read: str
    prefix: str | None
    fields: Mapping[str, Field]
    scopes: Bound
    """What each scope means for these rows; one that means nothing is absent."""
    conditions: Mapping[str, Predicate]
    """The conditions that these rows can be put to."""
    about: Field | None = None
    """The relation to the row without which a row of these is not there."""

    def bound(self, path: Path) -> Binding:
        """Return what the scope of a known path means for these rows."""
        found = self.scopes.of(path)
        assert found is not None, path  # noqa: S101 - callers ask for known paths only
        return found

    def knows(self, path: Path) -> bool:
        """Tell whether a path's scope means anything for these rows."""
        return self.scopes.of(path) is not None


class Catalogue:
    """Entities, root fields and value types by their GraphQL names."""

    def __init__(self, schema: strawberry.Schema, scopes: Scopes = SCOPES) -> None:
        """Read the schema once; `scopes` say what those of its policy mean for its rows."""
        self.schema: GraphQLSchema = schema._schema  # noqa: SLF001 - Strawberry has no other name
        self._converter = schema.schema_converter
        self._scopes = scopes
        self.entities: dict[str, Entity] = {}
        for name, graphql_type in self.schema.type_map.items():
            if is_object_type(graphql_type):
                declared = getattr(_origin(graphql_type), "__entity__", None)
                if declared is not None:
                    self.entities[name] = self._entity(graphql_type, declared)
        self.aggregated: dict[str, str] = {}
        """The type of the rows by the type of what they add up to."""
        self.sums: dict[str, dict[str, Field]] = {}
        for name, graphql_type in self.schema.type_map.items():
            if not is_object_type(graphql_type):
                continue
            rows = getattr(_origin(graphql_type), "__aggregates__", None)
            if rows is not None:
                self.aggregated[name], self.sums[name] = rows, _fields(graphql_type)
        self.by_prefix = {e.prefix: e for e in self.entities.values() if e.prefix}
        assert self.schema.query_type is not None  # noqa: S101 - Strawberry requires one
        self.roots: dict[str, Field] = _fields(self.schema.query_type)
        mutation = self.schema.mutation_type
        self.commands: dict[str, Field] = _fields(mutation) if mutation else {}
        self.payloads = {
            name: _fields(graphql_type)
            for name, graphql_type in self.schema.type_map.items()
            if is_object_type(graphql_type) and getattr(_origin(graphql_type), "__payload__", False)
        }

    def imagining(self, types: Iterable[str]) -> Catalogue:
        """Return the same schema, where each of these types has one imagined row alone."""
        other = copy(self)
        stand_ins = {
            name: replace(
                self.entities[name],
                table=imagined_table(name, self.entities[name].table),  # type: ignore[arg-type]
            )
            for name in types
        }
        other.entities = {**self.entities, **stand_ins}
        other.by_prefix = {e.prefix: e for e in other.entities.values() if e.prefix}
        return other

    def converted(self, place: Field) -> Callable[[dict[str, Any]], dict[str, Any]]:
        """Return what makes the keyword arguments of a field's function from coerced arguments."""
        return partial(
            convert_arguments,
            arguments=place.guarded.arguments,
            scalar_registry=self._converter.scalar_registry,
            config=self._converter.config,
        )

    def rows_of(self, place: Field) -> Entity | None:
        """Return the type of the rows that a field leads to, or is made of."""
        return self.entities.get(self.aggregated.get(place.target, place.target))

    def actions_on(self, entity: str) -> tuple[str, ...]:
        """Return the actions of the commands that act on the rows of a type.

        On the caller's own row stands, too, what they may do that acts on nothing yet: its scope is
        `self`, which no other row lies in.
        """
        callers = (p.target for p in self.roots.values() if p.guarded.kind.of_caller)
        found = self._acting(lambda target: target is not None and target.entity == entity)
        return tuple(sorted({*found, *(self.actions_alone if entity in set(callers) else ())}))

    @property
    def actions_alone(self) -> tuple[str, ...]:
        """The actions of the commands that act on nothing yet, and so need no organisation."""
        return tuple(sorted(set(self._acting(lambda target: target is None))))

    def _acting(self, on: Callable[[Target | None], bool]) -> Iterator[str]:
        for place in self.commands.values():
            if isinstance(place.guarded.kind, Command) and on(place.guarded.kind.target):
                yield place.guarded.action

    def organisations_of(
        self, entity: Entity, keys: Sequence[str], column: str | None = None
    ) -> Select[*tuple[Any, ...]] | None:
        """Return the statement of the organisations that rows of a type lie at, for the audit."""
        return self._scopes.organisations_of(entity.model, keys, column)

    def card_decoder(self, model: type[Base], definition: GraphQLField) -> Callable[[Any], Any]:
        """Return what makes a card's value of a column: of the key, the global id of its row."""
        if shown_column(definition) == "id":
            return ids.encoder(self.prefix_of(model) or "")
        return decoder(definition.type)

    def prefix_of(self, model: type[Base]) -> str | None:
        """Return what the global ids of a model's rows begin with, None where they have none."""
        return next((p for p, e in self.by_prefix.items() if e.model is model), None)

    def type_named(self, name: str) -> GraphQLObjectType | GraphQLInterfaceType:
        """Return an object or interface type; the document has been validated."""
        found = self.schema.type_map[name]
        assert is_object_type(found) or is_interface_type(found)  # noqa: S101 - validated
        return found

    def applies(self, condition: str, name: str) -> bool:
        """Tell whether a fragment on `condition` applies to an object of type `name`."""
        if condition == name:
            return True
        abstract = self.schema.type_map[condition]
        return not is_object_type(abstract) and self.schema.is_sub_type(
            abstract,  # type: ignore[arg-type]
            self.type_named(name),
        )

    def _entity(self, graphql_type: GraphQLObjectType, declared: EntityOf) -> Entity:
        fields = _fields(graphql_type)
        named = (f for f in fields.values() if f.guarded.python_name == declared.about)
        return Entity(
            graphql_type.name,
            declared.model,
            declared.model.__table__,  # type: ignore[arg-type]
            declared.read,
            declared.prefix,
            fields,
            self._scopes.of(declared.model),
            self._scopes.conditions_of(declared.model),
            next(named, None),
        )


def _origin(graphql_type: GraphQLObjectType) -> Any:
    definition = graphql_type.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return getattr(definition, "origin", None)


def strawberry_field(definition: GraphQLField) -> Any:
    """Return the declaration behind a field of the finished schema."""
    return definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)


def shown_column(definition: GraphQLField) -> str:
    """Return the column that a field of a card's type shows."""
    declared = strawberry_field(definition)
    return str(declared.metadata.get("column", declared.python_name))


def _fields(graphql_type: GraphQLObjectType) -> dict[str, Field]:
    found = {}
    for name, definition in graphql_type.fields.items():
        declared = strawberry_field(definition)
        if isinstance(declared, GuardedField):
            found[name] = Field(
                f"{graphql_type.name}.{name}", name, definition, declared, _target(definition)
            )
    return found


def _target(definition: GraphQLField) -> str:
    """Return what a field leads to, through the types of a connection."""
    named = get_named_type(definition.type)
    if is_object_type(named) and "pageInfo" in named.fields and "nodes" in named.fields:
        named = get_named_type(named.fields["nodes"].type)
    return str(named.name)
