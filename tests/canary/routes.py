"""The maximal documents: every field of every type by every route, grown from the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_list_type,
    is_object_type,
    is_required_argument,
)

DEPTH = 5
BY_ID = 3
LARGEST_PAGE = 100
ONLY_ID = "__typename id"


@dataclass(frozen=True)
class Ids:
    """The global ids that documents ask for: of every row, by the name of its type."""

    by_type: dict[str, tuple[str, ...]]

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(text for ids in self.by_type.values() for text in ids)


def is_connection(named: GraphQLNamedType) -> bool:
    return is_object_type(named) and {"pageInfo", "edges", "nodes"} <= named.fields.keys()


def words_of(argument: GraphQLArgument) -> list[str]:
    """Return the words that an argument may be, the one that it is unless said otherwise first."""
    named = get_named_type(argument.type)
    if not isinstance(named, GraphQLEnumType) or is_list_type(get_nullable_type(argument.type)):
        return []
    return sorted(named.values, key=lambda word: named.values[word].value != argument.default_value)


def has_fields(named: GraphQLNamedType) -> bool:
    return is_object_type(named) or is_abstract_type(named)


class Grower:
    """Grows selections down to a depth; what is a value, such as a document, is always whole."""

    def __init__(self, schema: GraphQLSchema, ids: Ids) -> None:
        self.schema = schema
        self.ids = ids

    def selection(self, parent: GraphQLNamedType, depth: int, prefix: str = "") -> str:
        """Select everything of a type; where types are told apart, each field has its own key."""
        parts = [] if prefix else ["__typename"]
        if is_abstract_type(parent):
            for possible in self.schema.get_possible_types(parent):
                below = self.selection(possible, depth, f"{possible.name}_")
                parts.append(f"... on {possible.name} {{ {below} }}")
        for name, field in getattr(parent, "fields", {}).items():
            parts.append(self.field(name, field, depth, prefix))
        return " ".join(part for part in parts if part)

    def field(self, name: str, field: GraphQLField, depth: int, prefix: str = "") -> str:
        """Select a field with whatever hangs on it, or nothing where the depth ends."""
        named = get_named_type(field.type)
        key = f"{prefix}{name}: {name}" if prefix else name
        if not has_fields(named):
            return key + self.arguments(field)
        if is_connection(named) or self._is_rows(named):
            if depth == 0:
                return ""
            depth -= 1
        if is_connection(named):
            there = f"{key}{self.arguments(field, first=LARGEST_PAGE)}"
            back = f"{prefix}{name}_back: {name}{self.arguments(field, last=LARGEST_PAGE)}"
            return f"{there} {{ {self.page(named, depth)} }} {back} {{ {self.page(named, 0)} }}"
        return f"{key}{self.arguments(field)} {{ {self.selection(named, depth)} }}"

    def page(self, connection: GraphQLObjectType, depth: int) -> str:
        """Select all that a connection can say, with whole nodes and flat edges."""
        node = get_named_type(connection.fields["nodes"].type)
        parts = ["__typename"]
        for name, field in connection.fields.items():
            if name == "nodes":
                parts.append(f"nodes {{ {self.selection(node, depth)} }}")
            elif name == "edges":
                flat = " ".join(
                    leaf for leaf in get_named_type(field.type).fields if leaf != "node"
                )
                parts.append(f"edges {{ {flat} node {{ {self.selection(node, 0)} }} }}")
            else:
                parts.append(self.field(name, field, depth))
        return " ".join(parts)

    def arguments(self, field: GraphQLField, **given: object) -> str:
        """Write what is given, and something valid for each further argument that is required."""
        written = {name: json.dumps(value) for name, value in given.items()}
        for name, argument in field.args.items():
            if name not in written and is_required_argument(argument):
                written[name] = self._something(argument)
            elif name not in written and words_of(argument):
                written[name] = words_of(argument)[-1]
        inside = ", ".join(f"{name}: {text}" for name, text in written.items())
        return f"({inside})" if inside else ""

    def _is_rows(self, named: GraphQLNamedType) -> bool:
        """Tell whether there may be more to a type than values."""
        return (
            is_abstract_type(named)
            or "id" in named.fields
            or any(has_fields(get_named_type(field.type)) for field in named.fields.values())
        )

    def _something(self, argument: GraphQLArgument) -> str:
        named = get_named_type(argument.type)
        texts = {"ID": json.dumps(self.ids.all[0]), "Int": "1", "Boolean": "true"}
        text = texts.get(named.name, '"text"')
        if isinstance(named, GraphQLEnumType):
            text = next(iter(named.values))
        elif isinstance(named, GraphQLInputObjectType):
            text = "{}"
        return f"[{text}]" if is_list_type(get_nullable_type(argument.type)) else text


def maximal_documents(schema: GraphQLSchema, ids: Ids) -> dict[str, str]:
    """Return by name what anybody asks: the whole way down, and every id there is."""
    grower = Grower(schema, ids)
    found = {}
    for name, field in schema.query_type.fields.items():
        argument = id_argument(field)
        if argument is None:
            found[name] = f"{{ {grower.field(name, field, DEPTH)} }}"
            continue
        named = get_named_type(field.type)
        for chunk in _chunks(_ids_for(schema, ids, named), LARGEST_PAGE):
            if is_list_type(get_nullable_type(field.args[argument].type)):
                given = grower.arguments(field, **{argument: list(chunk)})
                body = f"{name}{given} {{ {grower.selection(named, BY_ID - 1)} }}"
            else:
                body = " ".join(
                    f"at{at}: {name}{grower.arguments(field, **{argument: text})} {{ {ONLY_ID} }}"
                    for at, text in enumerate(chunk)
                )
            found[f"{name} {len(found)}"] = f"{{ {body} }}"
    return found


def by_id_documents(schema: GraphQLSchema, ids: Ids) -> Iterator[tuple[str, str]]:
    """Yield, with the name of each type that has ids, a document of all below the row `$id`."""
    grower = Grower(schema, ids)
    for name, field in schema.query_type.fields.items():
        argument, named = id_argument(field), get_named_type(field.type)
        if argument is None or is_list_type(get_nullable_type(field.type)):
            continue
        names = {possible.name for possible in _possible(schema, named)}
        for type_name in (each for each in ids.by_type if each in names):
            below = grower.selection(schema.type_map[type_name], BY_ID)
            if is_abstract_type(named):
                below = f"... on {type_name} {{ {below} }}"
            yield type_name, f"query ($id: ID!) {{ {name}({argument}: $id) {{ {below} }} }}"


def id_argument(field: GraphQLField) -> str | None:
    """Return the argument by which a field takes ids, if it does."""
    takes = (name for name, given in field.args.items() if get_named_type(given.type).name == "ID")
    return next(takes, None)


def _ids_for(schema: GraphQLSchema, ids: Ids, named: GraphQLNamedType) -> tuple[str, ...]:
    """Return every id of a type's rows, and one of each other type, which is a wrong argument."""
    names = {possible.name for possible in _possible(schema, named)}
    right = [text for name, found in ids.by_type.items() if name in names for text in found]
    wrong = [found[0] for name, found in ids.by_type.items() if name not in names and found]
    return (*right, *wrong)


def _possible(schema: GraphQLSchema, named: GraphQLNamedType) -> Sequence[GraphQLNamedType]:
    return schema.get_possible_types(named) if is_abstract_type(named) else [named]


def _chunks(things: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (things[start : start + size] for start in range(0, len(things), size))
