"""The finished schema as the audit walks it: every guarded field, and every use of an action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type
from strawberry.schema.schema_converter import GraphQLCoreConverter

from authz.rows.bindings import SCOPES
from engine.catalogue import Catalogue
from engine.declare.guarded import INHERITS, GuardedField
from engine.declare.inputs import INHERITED
from engine.kinds.by_id import NodeById, NodesByIds

if TYPE_CHECKING:
    import strawberry
    from graphql import GraphQLField

    from authz.matrix import Rule
    from authz.policy import Policy
    from authz.rows.scopes import Scopes
    from engine.catalogue import Entity


class Use(NamedTuple):
    """An action used somewhere; `writes` tells a mutation from a query."""

    coordinate: str
    action: str
    writes: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A guarded field with the type it stands on and the type of rows that it leads to."""

    coordinate: str
    definition: GraphQLField
    guarded: GuardedField
    owner: GraphQLObjectType
    entity: Entity | None
    target: Entity | None
    writes: bool

    @property
    def name(self) -> str:
        """The field's own name."""
        return self.coordinate.partition(".")[2]

    @property
    def action(self) -> str | None:
        """The action, None where the type of the id decides or no declaration bound it."""
        return getattr(self.guarded, "action", None)

    @property
    def spec(self) -> Any:
        """The kind of field, None where no declaration bound it."""
        return getattr(self.guarded, "kind", None)

    @property
    def of_any_type(self) -> bool:
        """Whether the type that an id names decides."""
        return isinstance(self.spec, (NodeById, NodesByIds))

    def arguments(self) -> Iterator[tuple[str, str | None, Any]]:
        """Yield coordinate, rule and type of each argument."""
        for name, argument in self.definition.args.items():
            declared = declaration(argument)
            rule = self.guarded.argument_rules.get(getattr(declared, "python_name", name))
            yield f"{self.coordinate}({name}:)", rule, get_named_type(argument.type)

    def decided(self) -> tuple[str, ...]:
        """Return the actions that a command asks for: its own, and those of its input fields."""
        kinds = [kind for _, _, kind in self.arguments()]
        fields = (a for kind in kinds for _, a in (*input_fields(kind), *input_words(kind)))
        return tuple(dict.fromkeys(a for a in (self.action, *fields) if a not in {None, INHERITS}))


class Survey:
    """The schema, the policy, and what the rules of the audit ask of both."""

    def __init__(self, schema: strawberry.Schema, policy: Policy, scopes: Scopes = SCOPES) -> None:
        """Walk the schema once."""
        self.policy = policy
        self.catalogue = Catalogue(schema, scopes)
        self.schema = self.catalogue.schema
        self.entities: Mapping[str, Entity] = self.catalogue.entities
        kinds = (self.schema.query_type, self.schema.mutation_type, self.schema.subscription_type)
        self.roots = {kind.name: kind for kind in kinds if kind is not None}
        self.objects = {
            name: kind
            for name, kind in self.schema.type_map.items()
            if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
        }
        self.payloads = frozenset(n for n, k in self.objects.items() if is_payload(k))
        self.places = tuple(self._places())
        self.uses = tuple(dict.fromkeys(self._uses()))

    def rules(self, action: str | None) -> tuple[Rule, ...]:
        """Return the rows of an action, none for one that is unknown: that is its own fault."""
        return self.policy.rules(action) if action in self.policy.actions else ()

    def cells(self, action: str | None) -> Iterator[tuple[Rule, str, str]]:
        """Yield rule, role and scope of each filled cell of an action."""
        for rule in self.rules(action):
            for cell in rule.cells:
                if cell.scope is not None:
                    yield rule, cell.role, cell.scope

    def _places(self) -> Iterator[Place]:
        for owner in self.objects.values():
            entity = self.entities.get(owner.name)
            rowless = self.roots.keys() | self.payloads | self.catalogue.sums.keys()
            if entity is None and owner.name not in rowless:
                continue
            for name, definition in owner.fields.items():
                guarded = declaration(definition)
                if isinstance(guarded, GuardedField):
                    yield Place(
                        f"{owner.name}.{name}",
                        definition,
                        guarded,
                        owner,
                        entity,
                        self._rows_of(definition),
                        owner is self.schema.mutation_type,
                    )

    def _uses(self) -> Iterator[Use]:
        for entity in self.entities.values():
            yield Use(entity.name, entity.read, writes=False)
        for place in self.places:
            if place.action is not None:
                yield Use(place.coordinate, place.action, place.writes)
            for coordinate, rule, kind in place.arguments():
                if rule not in {None, INHERITS}:
                    yield Use(coordinate, str(rule), place.writes)
                for field, action in (*input_fields(kind), *input_words(kind)):
                    if action not in {None, INHERITS}:
                        yield Use(field, str(action), place.writes)
            choice = place.guarded.choice
            chosen = choice.narrowing.values() if choice is not None else ()
            for action in (*place.guarded.findable.search, *chosen):
                yield Use(place.coordinate, action, place.writes)

    def _rows_of(self, definition: GraphQLField) -> Entity | None:
        """Return the type of the rows that a field leads to, through a connection or their sums."""
        named = get_named_type(definition.type)
        if isinstance(named, GraphQLObjectType) and {"nodes", "pageInfo"} <= named.fields.keys():
            named = get_named_type(named.fields["nodes"].type)
        return self.entities.get(self.catalogue.aggregated.get(named.name, named.name))


def input_fields(kind: Any, seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, str | None]]:
    """Yield coordinate and action, or INHERITS, of each field of an input type and inside it."""
    if not isinstance(kind, GraphQLInputObjectType) or kind.name in seen:
        return
    for name, field in kind.fields.items():
        given = getattr(declaration(field), "metadata", {})
        rule = INHERITS if given == INHERITED else given.get("action")
        yield f"{kind.name}.{name}", rule
        yield from input_fields(get_named_type(field.type), seen | {kind.name})


def input_words(kind: Any) -> Iterator[tuple[str, str]]:
    """Yield coordinate and action of each word that an input field takes under its own action."""
    for name, field in kind.fields.items() if isinstance(kind, GraphQLInputObjectType) else ():
        for action in getattr(declaration(field), "metadata", {}).get("by_word", {}).values():
            yield f"{kind.name}.{name}", action


def declaration(element: Any) -> Any:
    """Return what an element of the finished schema was declared by in Strawberry."""
    return element.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)


def origin(kind: Any) -> Any:
    """Return the class that a type was declared by."""
    return getattr(declaration(kind), "origin", object)


def is_payload(kind: Any) -> bool:
    """Tell whether a type was itself declared as the payload of a command."""
    return "__payload__" in vars(origin(kind))
