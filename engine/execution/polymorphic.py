"""Polymorphic edges: the one row, of any of several types, that two columns name together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import internal_error
from engine.execution.hints import merged
from engine.execution.links import keyed
from engine.execution.views import PlainLink

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import FieldNode

    from engine.catalogue import Field
    from engine.declare.kinds import AnyOf
    from engine.errors import Withheld
    from engine.execution.guards import Mask
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.execution.views import View
    from engine.sql.row_query import Fetch
    from engine.sql.statement import Decided


def any_of_link(
    place: Field,
    node: FieldNode,
    spec: AnyOf,
    parent: Fetch,
    mask: Mask | None,
    targets: Mapping[str, tuple[Decided, View]],
) -> AnyOfLink:
    """Return the link of a polymorphic edge of a row to the rows of each type in `targets`."""
    return AnyOfLink(
        place,
        node,
        merged(*(view.marks for _, view in targets.values())),
        parent.column(spec.on),
        parent.column(spec.kind),
        spec.types,
        targets,
        mask,
        internal_error(place.coordinate, node),
    )


@dataclass(slots=True)
class AnyOfLink(PlainLink):
    """The rows that the parents point at, by one statement a type.

    `targets` gives the rows of each type and their view; a type without is refused: such a row is
    as one out of sight, and is not read.
    """

    key: int
    kind: int
    types: Mapping[str, str]
    targets: Mapping[str, tuple[Decided, View]]
    mask: Mask | None
    unknown: Withheld

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the row or None for each parent that the mask lets through."""
        refusals = [self.mask and self.mask.refusal(row) for row in rows]
        wanted: dict[str, list[object]] = {}
        for row, refused in zip(rows, refusals, strict=True):
            name = self.types.get(row[self.kind])
            if refused is None and name is not None and name in self.targets:
                wanted.setdefault(name, []).append(row[self.key])
        found = {n: await keyed(*self.targets[n], keys, run) for n, keys in wanted.items()}
        return [
            self._one(found, row) if refused is None else refused
            for row, refused in zip(rows, refusals, strict=True)
        ]

    def _one(self, found: Mapping[str, Mapping[object, Any]], row: Row) -> Any:
        key, kind = row[self.key], row[self.kind]
        if key is None or kind is None:
            return None
        if kind not in self.types:
            return self.unknown
        return found.get(self.types[kind], {}).get(key)
