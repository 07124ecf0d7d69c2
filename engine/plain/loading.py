"""Loads rows for the plain path: one generic batch loader for every kind of relation."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias

from aiodataloader import DataLoader

from authz.decision import Never, Where
from engine.plain.rows import Beside, RowReader
from engine.planning.about import about
from engine.planning.arguments import Finder
from engine.sql.row_query import Fetch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.catalogue import Catalogue, Entity, Field
    from engine.decider import Decider
    from engine.declare.kinds import Relation
    from engine.execution.run import Run
    from engine.plain.rows import PlainRow

Batch: TypeAlias = Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]
"""Loads the values of several keys, in their order."""


class Loader(DataLoader[Any, Any]):
    """The one loader: a batch function given at construction, results in the order of keys."""


class PlainLoading:
    """The loaders of one operation."""

    def __init__(self, catalogue: Catalogue, decider: Decider, run: Run) -> None:
        """Start with no row loaded."""
        self._catalogue = catalogue
        self._decider = decider
        self._run = run
        self._loaders: dict[object, Loader] = {}
        self.finder = Finder(catalogue, decider, run.variables)

    def fetch(
        self, field: Field, entity: Entity, key: str, chosen: str | None = None
    ) -> tuple[Fetch, RowReader]:
        """Return a fetch of all columns and all paths of a type, in scope of this field."""
        action = getattr(field.guarded, "action", entity.read)
        decided = hasattr(field.guarded, "action") and not self._is_root(field)
        if field.guarded.kind.by_read:
            action, decided = entity.read, False
        narrowing = (chosen,) if chosen is not None else ()
        actions = tuple(dict.fromkeys((action, entity.read, *narrowing)))
        decisions = {each: self._decider.decide(each) for each in actions}
        if decided:
            decisions[action] = self._decider.of_field(field)
        fetch = Fetch(entity, key, decisions, actions, self._run.application.database)
        fetch.require(about(self._catalogue, self._decider, fetch.reach, entity))
        return fetch, self._reader(entity, fetch)

    def _is_root(self, field: Field) -> bool:
        return self._catalogue.roots.get(field.name) is field

    def _reader(self, entity: Entity, fetch: Fetch) -> RowReader:
        columns = {c.name: fetch.column(c.name) for c in entity.table.columns}
        probes = {}
        asked = {field.guarded.action for field in entity.fields.values()}
        for action in sorted({*asked, *self._catalogue.actions_on(entity.name)}):
            decision = self._decider.decide(action)
            for path in decision.paths if isinstance(decision, Where) else ():
                if entity.knows(path):
                    probes[path] = fetch.probe(path)
        conditions = {name: fetch.condition(name) for name in entity.conditions}
        beside = {
            name: field.guarded.kind.beside(self._catalogue, self._decider, field, fetch)
            for name, field in entity.fields.items()
            if isinstance(field.guarded.kind, Beside)
            and not isinstance(self._decider.of_field(field), Never)
        }
        return RowReader(entity, columns, probes, conditions, beside)

    def loader(self, key: object, load: Batch, *, cache: bool = True) -> Loader:
        """Return the loader under a key of this operation, made by the first who asks."""
        if key not in self._loaders:
            self._loaders[key] = Loader(load, cache=cache)
        return self._loaders[key]

    async def one(self, field: Field, key: str | None, entity: Entity | None = None) -> Any:
        """Return the row of a key, or None where it is out of sight."""
        if key is None:
            return None
        entity = entity or self._catalogue.entities[field.target]

        async def load(keys: list[Any]) -> list[Any]:
            found = await self._keyed(field, entity, "id", (), keys)
            return [found[k][0] if found[k] else None for k in keys]

        return await self.loader((field.coordinate, entity.name), load).load(key)

    def hanging(self, field: Field, relation: Relation, order: Sequence[str]) -> Loader:
        """Return the loader of the rows, or the one row, that hang on a parent's key."""
        entity = self._catalogue.entities[field.target]

        async def load(keys: list[Any]) -> list[Any]:
            found = await self._keyed(field, entity, relation.by or "id", order, keys)
            if relation.single:
                return [found[k][0] if found[k] else None for k in keys]
            return [found[k] for k in keys]

        return self.loader(field.coordinate, load)

    async def _keyed(
        self, field: Field, entity: Entity, by: str, order: Sequence[str], keys: Sequence[Any]
    ) -> dict[Any, list[PlainRow]]:
        fetch, reader = self.fetch(field, entity, by)
        decided = fetch.by_key(order)
        found: dict[Any, list[PlainRow]] = {key: [] for key in keys}
        for row in await self._run.rows(decided, {"keys": sorted(set(keys))}):
            found[row[0]].append(reader.row(row))
        return found
