"""A polymorphic edge: the one row, of any of several types, that two columns name together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authz.decision import Never
from engine.declare.guarded import GuardedField
from engine.declare.kinds import Kind
from engine.errors import internal_error
from engine.execution.hints import merged
from engine.execution.keyed import keyed
from engine.execution.views import PlainLink
from engine.plain.kinds import Answered
from engine.planning.context import Planned
from engine.values import UnknownValueError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.errors import Withheld
    from engine.execution.guards import Mask
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.execution.views import View
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected
    from engine.sql.statement import Decided


def any_of(
    action: str, *, on: str, kind: str, types: Mapping[str, str], description: str = ""
) -> Any:
    """Declare the row that column `on` points at, of one of several types.

    `types` gives the GraphQL type for each word of the column `kind`; the field's type is a union
    or an interface of them. The action is decided on this row, the other row by its own type.
    """
    edge = AnyOf(on, kind, dict(types))
    return GuardedField(edge, action, description=description or None)


@dataclass(frozen=True, slots=True)
class AnyOf(Planned, Answered, Kind):
    """The row that column `on` points at, of the type that `types` gives for the word in `kind`."""

    on: str
    kind: str
    types: Mapping[str, str]

    by_read = True

    def plan(self, selected: Selected) -> None:
        """Answer the row where the mask opens the edge and its type may be read."""
        field, node, parent = selected.field, selected.node, selected.rows
        mask = selected.mask()
        targets = self._targets(selected)
        link = AnyOfLink(
            field,
            node,
            merged(*(view.marks for _, view in targets.values())),
            parent.column(self.on),
            parent.column(self.kind),
            self.types,
            targets,
            mask,
            internal_error(field.coordinate, node),
        )
        selected.link(link)

    def _targets(self, selected: Selected) -> dict[str, tuple[Decided, View]]:
        """Return the rows of each type that may be read; the others are noted."""
        planning, targets = selected.planning, dict[str, "tuple[Decided, View]"]()
        for name in dict.fromkeys(self.types.values()):
            entity, decider = planning.catalogue.entities[name], planning.decider
            if isinstance(decider.decide(entity.read), Never):
                coordinate = selected.field.coordinate
                refused = decider.forbidden(coordinate, entity.read, selected.node)
                decider.notes.refuse_type(name, refused)
            else:
                fetch, view = planning.rows(entity, "id", entity.read, selected.nodes)
                targets[name] = (fetch.by_key(), view)
        return targets

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Load the row, or return None where its type may not be read."""
        decider, readable = plain.decider, set()
        for name in self.types.values():
            read = plain.catalogue.entities[name].read
            if isinstance(decider.decide(read), Never):
                refused = decider.forbidden(asked.field.coordinate, read, asked.node)
                decider.notes.refuse_type(name, refused)
            else:
                readable.add(name)
        key, word = asked.row.values[self.on], asked.row.values[self.kind]
        if key is None or word is None:
            return None
        if word not in self.types:
            raise UnknownValueError
        name = self.types[word]
        entity = plain.catalogue.entities[name]
        return plain.loading.one(asked.field, key, entity) if name in readable else None


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
