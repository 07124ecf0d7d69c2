"""What a person may read, from the oracle: of one document, and of all the world at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
)

from canary.canaries import Canaries, Cell
from canary.routes import is_connection
from oracle.answer import no_cursor
from oracle.decide import Principal, principal_of
from oracle.fields import READ, Asked
from oracle.inspections import EVERY
from oracle.refusal import RefusalError
from oracle.shapes import CURSOR, KINDS, LINK, Thing
from oracle.world import World


def readable_cells(
    schema: GraphQLSchema, world: World, canaries: Canaries, subject: str, now: int
) -> frozenset[Cell]:
    """Return every cell that some coordinate shows: rows in sight, under the actions held.

    No document and no route is asked, only each value on its own row.
    """
    asked = Asked(world, principal_of(world, subject, now), no_cursor)
    shown = [
        value
        for type_name, table in KINDS.items()
        for thing in asked.visible(READ[type_name], table, world.all(table), type_name)
        for value in _shown(schema, asked, thing, type_name)
    ]
    return canaries.found(json.dumps(shown))


def rows_in_sight(world: World, subject: str, now: int) -> frozenset[tuple[str, str]]:
    """Return table and key of every row that a person may read at all."""
    asked = Asked(world, principal_of(world, subject, now), no_cursor)
    return frozenset(
        (table, thing.row["id"])
        for type_name, table in KINDS.items()
        for thing in asked.visible(READ[type_name], table, world.all(table), type_name)
    )


def _shown(schema: GraphQLSchema, asked: Asked, thing: Any, type_name: str) -> Iterator[object]:
    """Yield what the fields of one row show, but for those that lead to other rows."""
    for name, field in schema.type_map[type_name].fields.items():
        named = get_named_type(field.type)
        if is_connection(named) or not (is_leaf_type(named) or _is_value(schema, named.name)):
            continue
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        coordinate = f"{type_name}.{name}"
        try:
            found = EVERY[coordinate](asked, thing, coordinate, {})
        except RefusalError:
            continue
        if isinstance(found, Thing):  # a card: values of another row under this one's action
            yield from _shown(schema, asked, found, named.name)
        else:
            yield found
            if isinstance(found, Mapping) and str(found.get("url")).startswith(LINK):
                yield thing.row.get("content")  # which is what the link leads to


def _is_value(schema: GraphQLSchema, type_name: str) -> bool:
    """Tell whether a type is an object that leads to no row with a right of its own."""
    return is_object_type(schema.type_map[type_name]) and type_name not in KINDS


class Everything(Asked):
    """Who may read each value there is: only to learn what a field would show."""

    def may(self, *_: object) -> bool:
        return True

    def demand(self, *_: object) -> None:
        """Refuse nothing."""


def shown_by(world: World, type_name: str, field: str, now: int) -> dict[str, Any]:
    """Return what a field shows of each row of its type to who may read it, by the row's key."""
    tables = [KINDS[type_name]] if type_name in KINDS else []
    find = EVERY.get(f"{type_name}.{field}")
    nobody = Principal(None, (), signed_in=False, now=now)
    asked = Everything(world, nobody, no_cursor)
    return {
        row["id"]: find(asked, Thing(table, row, type_name), f"{type_name}.{field}", {})
        for table in tables
        for row in world.all(table)
        if find
    }


def sealed_places(expected: object, got: object) -> Iterator[tuple[str, object]]:
    """Yield each cursor and link of the oracle, with what stands at its place in an answer."""
    if isinstance(expected, str) and expected.startswith((CURSOR, LINK)):
        yield expected, got
    elif isinstance(expected, dict):
        other: Any = got if isinstance(got, dict) else {}
        for key, value in expected.items():
            yield from sealed_places(value, other.get(key))
    elif isinstance(expected, list):
        others = got if isinstance(got, list) else []
        for at, value in enumerate(expected):
            yield from sealed_places(value, others[at] if at < len(others) else None)


def unsealed_part(expected: object) -> object:
    """Return an answer of the oracle without its cursors and links."""
    if isinstance(expected, dict):
        return {key: unsealed_part(value) for key, value in expected.items()}
    if isinstance(expected, list):
        return [unsealed_part(value) for value in expected]
    sealed = isinstance(expected, str) and expected.startswith((CURSOR, LINK))
    return None if sealed else expected


def sealed_key(text: str) -> str:
    """Return the key of the row that a cursor or link of the oracle stands for."""
    return text.removeprefix(CURSOR).removeprefix(LINK).split(" ", 1)[0]
