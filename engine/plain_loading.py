"""Loads rows for the plain path: one generic batch loader for every kind of relation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiodataloader import DataLoader

from authz.decision import Where
from engine.decider import Decider
from engine.fetch import Fetch
from engine.pages import PageSource, page_request
from engine.plain_rows import PlainPage, PlainRow, RowReader
from engine.specs import (
    Computed,
    Facet,
    Paged,
    ToMany,
    order_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from engine.catalogue import Catalogue, Entity, Field
    from engine.run import Run


class _Loader(DataLoader[Any, Any]):
    """The one loader: a batch function given at construction, results in the order of keys."""


class PlainLoading:
    """The loaders of one operation."""

    def __init__(self, catalogue: Catalogue, decider: Decider, run: Run) -> None:
        """Start with no row loaded."""
        self._catalogue = catalogue
        self._decider = decider
        self._run = run
        self._loaders: dict[object, _Loader] = {}

    def _fetch(self, place: Field, entity: Entity, key: str) -> tuple[Fetch, RowReader]:
        """Return a fetch of all columns and all probes of a type, in scope of this place."""
        action = getattr(place.guarded, "action", entity.read)
        actions = tuple(dict.fromkeys((action, entity.read)))
        decisions = {each: self._decider.decide(each) for each in actions}
        fetch = Fetch(entity, key, decisions, actions, self._run.database)
        columns = {c.name: fetch.column(c.name) for c in entity.table.columns}
        probes = {}
        asked = {field.guarded.action for field in entity.fields.values()}
        for action in sorted({*asked, *self._catalogue.actions_on(entity.name)}):
            decision = self._decider.decide(action)
            for path in decision.paths if isinstance(decision, Where) else ():
                if entity.has_scope(path.scope):
                    probes[path] = fetch.probe(path)
        return fetch, RowReader(entity, columns, probes)

    def _loader(
        self, key: object, load: Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]
    ) -> _Loader:
        if key not in self._loaders:
            self._loaders[key] = _Loader(load)
        return self._loaders[key]

    async def _keyed(
        self, place: Field, entity: Entity, by: str, order: Sequence[str], keys: Sequence[Any]
    ) -> dict[Any, list[PlainRow]]:
        fetch, reader = self._fetch(place, entity, by)
        decided = fetch.by_key(order)
        found: dict[Any, list[PlainRow]] = {key: [] for key in keys}
        for row in await self._run.rows(decided, {"keys": sorted(set(keys))}):
            found[row[0]].append(reader.row(row))
        return found

    async def one(self, place: Field, key: str | None, entity: Entity | None = None) -> Any:
        """Return the row of a key, or None where it is out of sight."""
        if key is None:
            return None
        entity = entity or self._catalogue.entities[place.target]

        async def load(keys: list[Any]) -> list[Any]:
            found = await self._keyed(place, entity, "id", (), keys)
            return [found[k][0] if found[k] else None for k in keys]

        return await self._loader((place.coordinate, entity.name), load).load(key)

    def hanging(self, place: Field, spec: Facet | ToMany) -> _Loader:
        """Return the loader of the rows that hang on a parent's key."""
        entity = self._catalogue.entities[place.target]
        order = order_of(spec) if isinstance(spec, ToMany) else ()

        async def load(keys: list[Any]) -> list[Any]:
            found = await self._keyed(place, entity, spec.by, order, keys)
            if isinstance(spec, Facet):
                return [found[k][0] if found[k] else None for k in keys]
            return [found[k] for k in keys]

        return self._loader(place.coordinate, load)

    async def paged(
        self, place: Field, spec: Paged, source: Any, given: Mapping[str, Any]
    ) -> PlainPage:
        """Return a page of the rows hanging on a parent, or of all."""
        run, request = self._run, page_request(given, self._run.limits)
        entity = self._catalogue.entities[place.target]
        hangs = isinstance(source, PlainRow) and spec.by is not None
        fetch, reader = self._fetch(place, entity, spec.by or "id")
        pages = PageSource(fetch, place.coordinate, order_of(spec), by_parent=hangs)
        if not hangs:
            page = (await pages.pages(None, request, run))[None]
        else:
            key = source.values[spec.on]

            async def load(keys: list[Any]) -> list[Any]:
                found = await pages.pages(sorted(set(keys)), request, run)
                return [found[k] for k in keys]

            page = await self._loader((place.coordinate, request), load).load(key)

        async def total() -> int:
            if not hangs:
                return (await pages.totals(None, run))[None]

            async def count(keys: list[Any]) -> list[Any]:
                found = await pages.totals(sorted(set(keys)), run)
                return [found[k] for k in keys]

            return int(await self._loader((place.coordinate, "total"), count).load(key))

        rows = [reader.row(row, pages.cursor(row, run)) for row in page.rows]
        return PlainPage(rows, page, total)

    def computed(self, place: Field, spec: Computed) -> _Loader:
        """Return the loader of a computed field, by row."""

        async def load(rows: list[Any]) -> list[Any]:
            given = [{name: row.values[name] for name in spec.reads} for row in rows]
            actions = (place.guarded.action, *spec.derives)
            return list(await spec.load(given, self._run.loading(actions)))

        if place.coordinate not in self._loaders:
            self._loaders[place.coordinate] = _Loader(load, cache=False)
        return self._loaders[place.coordinate]
