"""The lists of the schema by one route each, to be paged, filtered and sorted by variables."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_object_type,
    is_required_argument,
)

from canary.routes import Grower, has_fields, id_argument, is_connection, words_of


@dataclass(frozen=True)
class List:
    """A field over many rows: a connection, or an aggregate that takes a filter."""

    coordinate: str
    field: GraphQLField
    opening: str
    """The fields that lead to it, to be closed by `closing`."""
    closing: str
    at: str | None
    """The type whose id `$id` is, None for a list at the root."""
    grower: Grower
    said: tuple[tuple[str, str], ...] = ()
    """Which word each argument is that is one of a few."""

    @property
    def name(self) -> str:
        """The coordinate, and what is said besides."""
        return " ".join([self.coordinate, *(word for _, word in self.said)])

    @property
    def pages(self) -> bool:
        """Tell whether it is a connection, which can be followed."""
        return is_connection(get_named_type(self.field.type))

    @property
    def node(self) -> str:
        """The type of its rows."""
        if self.pages:
            return get_named_type(get_named_type(self.field.type).fields["nodes"].type).name
        return get_named_type(self.field.args["filter"].type).name.removesuffix("Filter")

    @property
    def document(self) -> str:
        """One page, with every argument a variable of the same name."""
        named = get_named_type(self.field.type)
        said = dict(self.said)
        free = {n: str(a.type) for n, a in self.field.args.items() if n not in said}
        given = ", ".join(
            [*(f"{n}: {word}" for n, word in said.items()), *(f"{n}: ${n}" for n in free)]
        )
        body = f"{self._name}({given}) {{ {self.grower.page(named, 0)} }}"
        return self._written(free, body)

    def many(self, argument: str, count: int) -> str:
        """As many of it at once, each with a value of its own for one argument: `$v0`, `$v1` …"""
        kind = str(self.field.args[argument].type)
        below = self.grower.selection(get_named_type(self.field.type), 1)
        size = "".join(f"{name}: {word}, " for name, word in self.said)
        if self.pages:
            below, size = "edges { cursor node { __typename } } totalCount", f"first: 100, {size}"
        body = " ".join(
            f"p{at}: {self._name}({size}{argument}: $v{at}) {{ {below} }}" for at in range(count)
        )
        return self._written({f"v{at}": kind for at in range(count)}, body)

    @property
    def _name(self) -> str:
        return self.coordinate.partition(".")[2]

    def _written(self, variables: dict[str, str], body: str) -> str:
        if self.at is not None:
            variables = {"id": "ID!", **variables}
        declared = ", ".join(f"${name}: {kind}" for name, kind in variables.items())
        return f"query ({declared}) {{ {self.opening} {body} {self.closing} }}"


def lists_of(grower: Grower) -> Iterator[List]:
    """Yield every list of the schema once, by the shortest way that begins with an id."""
    schema = grower.schema
    seen: set[str] = set()
    waiting: deque[tuple[GraphQLObjectType, str, int, str | None]] = deque()
    waiting.append((schema.query_type, "", 0, None))
    while waiting:
        parent, opening, depth, at = waiting.popleft()
        if parent.name in seen:
            continue
        seen.add(parent.name)
        for name, field in parent.fields.items():
            named = get_named_type(field.type)
            if is_connection(named) or "filter" in field.args:
                words = [[(n, word) for word in words_of(a)] for n, a in field.args.items()]
                for said in product(*filter(None, words)):
                    yield List(
                        f"{parent.name}.{name}", field, opening, "}" * depth, at, grower, said
                    )
            elif is_object_type(named) and _can_be_passed(schema, parent, field):
                given = f"({id_argument(field)}: $id)" if at is None else ""
                below = f"{opening} {name}{given} {{"
                waiting.append((named, below, depth + 1, at or named.name))


def _can_be_passed(schema: GraphQLSchema, parent: GraphQLObjectType, field: GraphQLField) -> bool:
    if not has_fields(get_named_type(field.type)):
        return False
    if parent is schema.query_type:
        return id_argument(field) is not None
    return not any(is_required_argument(argument) for argument in field.args.values())
