"""What a run has seen: each coordinate as a value, as refused, and as masked by row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from graphql import GraphQLSchema, get_named_type, is_composite_type, is_object_type

from engine.catalogue import Catalogue, Entity, Field
from engine.kinds.aggregate import Aggregate
from engine.kinds.connection import Paged
from engine.kinds.identifier import Identifier
from engine.kinds.rows_of_parent import Facet, ToMany
from engine.kinds.to_one import ToOne
from oracle.answer import VALUE, Oracle

REFUSED = "refused"
MASKED = "masked"
_WITHHELD = {"FORBIDDEN", "PRECONDITION"}
_HANGING = (Aggregate, Facet, Paged, ToMany)


def seen(oracle: Oracle) -> set[tuple[str, str]]:
    """Return how each coordinate was seen: MASKED if one person got a value on some rows only."""
    codes: dict[tuple[str, str], set[str]] = {}
    for subject, coordinate, code in oracle.seen:
        codes.setdefault((subject, coordinate), set()).add(code)
    found = set()
    for (_, coordinate), of in codes.items():
        if VALUE in of:
            found.add((coordinate, VALUE))
        if of & _WITHHELD:
            found.add((coordinate, MASKED if VALUE in of else REFUSED))
    return found


def wanted(catalogue: Catalogue) -> set[tuple[str, str]]:
    """Return how each coordinate can be seen.

    What stands under the action that shows its row is there wherever the row is; a row that
    another points at is absent and not masked; and a root has no row to be masked on.
    """
    found = set()
    for kind in _reached(catalogue.schema):
        entity = catalogue.entities.get(kind.name)
        fields = entity.fields if entity else catalogue.sums.get(kind.name, {})
        if kind is catalogue.schema.query_type:
            fields = catalogue.roots
        for name in kind.fields:
            coordinate = f"{kind.name}.{name}"
            found.add((coordinate, VALUE))
            if name in fields:
                found |= {(coordinate, each) for each in _withheld(entity, fields[name])}
    return found


def _withheld(entity: Entity | None, field: Field) -> set[str]:
    spec = field.guarded.kind
    if entity is None or isinstance(spec, ToOne):
        return {REFUSED}
    own = not isinstance(spec, _HANGING) and field.guarded.action == entity.read
    return set() if own or isinstance(spec, Identifier) else {REFUSED, MASKED}


def gaps(
    oracle: Oracle, catalogue: Catalogue, impossible: Mapping[str, Collection[str]]
) -> list[str]:
    """Return what was never seen, and what was seen although it is called impossible.

    `impossible` names, under a reason, what cannot be: `Type.field kind`.
    """
    excused = {each for some in impossible.values() for each in some}
    have = {f"{coordinate} {kind}" for coordinate, kind in seen(oracle)}
    need = {f"{coordinate} {kind}" for coordinate, kind in wanted(catalogue)}
    return [
        *(f"never seen: {each}" for each in sorted(need - have - excused)),
        *(f"seen, and called impossible: {each}" for each in sorted(excused & have)),
        *(f"needs no excuse: {each}" for each in sorted(excused - need)),
    ]


def _reached(schema: GraphQLSchema) -> Iterator[Any]:
    """Yield every object type that a query can lead to."""
    waiting: list[Any] = [schema.query_type]
    known: set[str] = set()
    while waiting:
        kind = waiting.pop()
        if kind.name in known:
            continue
        known.add(kind.name)
        if is_object_type(kind):
            yield kind
        else:
            waiting += schema.get_possible_types(kind)
        below = (get_named_type(field.type) for field in getattr(kind, "fields", {}).values())
        waiting += [each for each in below if is_composite_type(each)]
