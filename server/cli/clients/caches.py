"""The policies of normalised caches, made from the schema and its declarations."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

from graphql import (
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    is_object_type,
)

from engine.catalogue import Catalogue, shown_column
from engine.kinds.connection import PAGING
from engine.kinds.rows_of_parent import Facet
from engine.kinds.summary import Card
from server.cli.clients import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    import strawberry
    from graphql import GraphQLObjectType

_PLACE = "  // The policies of the types stand here.\n"


@dataclass(slots=True)
class CachedType:
    """How a cache keeps the objects of one type, and what lies in their fields."""

    name: str
    identified: bool
    """Whether they have a global id."""
    key: str | None
    """The field of a card that says which row it shows."""
    facet: bool
    """Whether there is one of them at most for each object that leads to it."""
    connections: dict[str, list[str]] = field(default_factory=dict)
    """The fields with pages, each with the arguments that choose its rows."""
    lists: list[str] = field(default_factory=list)
    """The fields with lists of objects."""
    root: bool = False

    @property
    def page(self) -> bool:
        """Whether it is a part of a connection."""
        return self.name.endswith(("Connection", "Edge")) or self.name == "PageInfo"


def cache_policies(schema: strawberry.Schema, client: Client) -> str:
    """Return a TypeScript module with the policies for a client's cache."""
    types = [*_cached_types(Catalogue(schema))]
    text = files(__package__).joinpath(f"{client}.ts").read_text("utf-8")
    if client is Client.APOLLO:
        return text.replace(_PLACE, "".join(_apollo(each) for each in types))
    keys, resolvers = "".join(map(_keys, types)), "".join(map(_resolvers, types))
    return text.replace(_PLACE, keys, 1).replace(_PLACE, resolvers, 1)


def _cached_types(catalogue: Catalogue) -> Iterator[CachedType]:
    places = [place for entity in catalogue.entities.values() for place in entity.fields.values()]
    facets = {place.target for place in places if isinstance(place.guarded.kind, Facet)}
    cards = {place.target for place in places if isinstance(place.guarded.kind, Card)}
    for name, kind in sorted(catalogue.schema.type_map.items()):
        if (
            not is_object_type(kind)
            or name.startswith("__")
            or kind is catalogue.schema.mutation_type
        ):
            continue
        key = _key_of(kind) if name in cards else None
        found = CachedType(name, "id" in kind.fields, key, name in facets)
        found.root = kind is catalogue.schema.query_type
        for place, definition in kind.fields.items():
            if definition.args.keys() >= PAGING:
                found.connections[place] = [each for each in definition.args if each not in PAGING]
            elif is_list_type(get_nullable_type(definition.type)) and is_composite_type(
                get_named_type(definition.type)
            ):
                found.lists.append(place)
        yield found


def _key_of(kind: GraphQLObjectType) -> str | None:
    """Return the field of a card's type that shows the id of its row."""
    return next((n for n, shown in kind.fields.items() if shown_column(shown) == "id"), None)


def _apollo(kind: CachedType) -> str:
    """Return the type policy of a type; pages are joined by the field that leads to them."""
    if kind.page or kind.name.endswith("Payload"):
        return ""
    own = []
    if kind.key is not None:
        own.append(f'...card("{kind.key}")')
    elif not kind.identified and not kind.root:
        own.append(f"merge: {'true' if kind.facet else 'false'}")
    fields = [
        f"{name}: pages({', '.join(map(json.dumps, given))})"
        for name, given in kind.connections.items()
    ]
    fields += [f"{name}: {{ merge: false }}" for name in kind.lists]
    if not fields:
        return f"  {kind.name}: {{ {', '.join(own)} }},\n" if own else ""
    lines = "".join(f"      {each},\n" for each in fields)
    said = "".join(f"    {each},\n" for each in own)
    return f"  {kind.name}: {{\n{said}    fields: {{\n{lines}    }},\n  }},\n"


def _keys(kind: CachedType) -> str:
    if kind.key is not None:
        return f'  {kind.name}: shown("{kind.key}"),\n'
    return "" if kind.identified or kind.page or kind.root else f"  {kind.name}: within,\n"


def _resolvers(kind: CachedType) -> str:
    if not kind.connections:
        return ""
    lines = "".join(f"    {name}: relayPagination(),\n" for name in kind.connections)
    return f"  {kind.name}: {{\n{lines}  }},\n"
