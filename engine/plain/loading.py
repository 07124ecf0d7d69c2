"""Loads rows for the plain path: one generic batch loader for every kind of relation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiodataloader import DataLoader
from graphql import print_ast

from authz.decision import Never, Where
from engine.catalogue import shown_column, strawberry_field
from engine.decider import Decider
from engine.declare.kinds import (
    Aggregate,
    AnyOf,
    Card,
    Computed,
    Derived,
    Facet,
    NoneOf,
    Paged,
    Shown,
    ToMany,
    order_of,
)
from engine.documents.variables import arguments_of
from engine.errors import Refusal, Withheld
from engine.execution.aggregates import AggregateSource, Totals
from engine.execution.pages import PageSource, page_request
from engine.plain.rows import CardReader, PlainPage, PlainRow, RowReader
from engine.planning.about import about
from engine.planning.absence import absence
from engine.planning.arguments import Finder
from engine.sql.row_query import Fetch
from engine.values import decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from graphql import FieldNode

    from engine.catalogue import Catalogue, Entity, Field
    from engine.execution.run import Run


class _Loader(DataLoader[Any, Any]):
    """The one loader: a batch function given at construction, results in the order of keys."""


class PlainLoading:
    """The loaders of one operation."""

    def __init__(self, catalogue: Catalogue, decider: Decider, run: Run) -> None:
        """Start with no row loaded."""
        self._catalogue = catalogue
        self._decider = decider
        self._run = run
        self._finder = Finder(catalogue, decider, run.variables)
        self._loaders: dict[object, _Loader] = {}

    def _fetch(
        self, place: Field, entity: Entity, key: str, chosen: str | None = None
    ) -> tuple[Fetch, RowReader]:
        """Return a fetch of all columns and all probes of a type, in scope of this place."""
        action = getattr(place.guarded, "action", entity.read)
        decided = hasattr(place.guarded, "action") and not self._at_root(place)
        if isinstance(place.guarded.spec, AnyOf):
            action, decided = entity.read, False
        narrowing = (chosen,) if chosen is not None else ()
        actions = tuple(dict.fromkeys((action, entity.read, *narrowing)))
        decisions = {each: self._decider.decide(each) for each in actions}
        if decided:
            decisions[action] = self._decider.of_field(place)
        fetch = Fetch(entity, key, decisions, actions, self._run.database)
        fetch.require(about(self._catalogue, self._decider, fetch.reach, entity))
        columns = {c.name: fetch.column(c.name) for c in entity.table.columns}
        probes = {}
        asked = {field.guarded.action for field in entity.fields.values()}
        for action in sorted({*asked, *self._catalogue.actions_on(entity.name)}):
            decision = self._decider.decide(action)
            for path in decision.paths if isinstance(decision, Where) else ():
                if entity.knows(path):
                    probes[path] = fetch.probe(path)
        conditions = {name: fetch.condition(name) for name in entity.conditions}
        cards = {
            name: self._card(field, field.guarded.spec, fetch)
            for name, field in entity.fields.items()
            if isinstance(field.guarded.spec, Card)
        }
        shown = {
            name: self._shown(field, fetch)
            for name, field in entity.fields.items()
            if isinstance(field.guarded.spec, (Derived, NoneOf, Shown))
            and not isinstance(self._decider.of_field(field), Never)
        }
        return fetch, RowReader(entity, columns, probes, conditions, cards, shown)

    def _at_root(self, place: Field) -> bool:
        return self._catalogue.roots.get(place.name) is place

    def _card(self, place: Field, spec: Card, fetch: Fetch) -> CardReader:
        columns = {}
        for definition in self._catalogue.type_named(place.target).fields.values():
            name = strawberry_field(definition).python_name
            read = self._catalogue.card_decoder(spec.model, definition)
            columns[name] = (fetch.card(spec.on, spec.model, shown_column(definition)), read)
        return CardReader(fetch.card(spec.on, spec.model, "id"), columns)

    def _shown(self, place: Field, fetch: Fetch) -> tuple[int, Callable[[Any], Any]]:
        """Return where what a row shows beside its own columns stands, and how it is read."""
        spec = place.guarded.spec
        if isinstance(spec, Shown):
            at = fetch.card(spec.on, spec.model, spec.name)
        elif isinstance(spec, Derived):
            at = fetch.item(("derived", place.name), spec.says(fetch.entity.table))
        else:
            assert isinstance(spec, NoneOf)  # noqa: S101 - no other kind is shown like this
            says = absence(self._catalogue, self._decider, fetch.reach, fetch.entity, spec)
            at = fetch.item(("none", spec.relation), says(fetch.entity.table))
        return at, decoder(place.definition.type)

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

    async def paged(self, place: Field, spec: Paged, source: Any, node: FieldNode) -> PlainPage:
        """Return a page of the rows hanging on a parent, or of all."""
        run = self._run
        given = arguments_of(place, node, run.variables)
        entity = self._catalogue.entities[place.target]
        hangs = isinstance(source, PlainRow) and spec.by is not None
        chosen = self._finder.chosen(place, node)
        fetch, reader = self._fetch(place, entity, spec.by or "id", chosen.narrowing)
        found = self._finder.found(place, node, fetch, order_of(spec))
        if isinstance(found, Withheld):
            raise Refusal(found.code, found.message, **found.details)
        pages = PageSource(
            fetch,
            f"{place.coordinate}{chosen.action or ''}",
            *found,
            by_parent=hangs,
            empty=chosen.empty,
        )
        request = page_request(given, run.limits)
        asked = pages.asked(given, run)
        if not hangs:
            page = (await pages.pages(None, request, asked, run))[None]
        else:
            key = source.values[spec.on]

            async def load(keys: list[Any]) -> list[Any]:
                found = await pages.pages(sorted(set(keys)), request, asked, run)
                return [found[k] for k in keys]

            page = await self._loader((place.coordinate, request, asked.binding), load).load(key)

        async def total() -> int:
            if not hangs:
                return (await pages.totals(None, asked, run))[None]

            async def count(keys: list[Any]) -> list[Any]:
                found = await pages.totals(sorted(set(keys)), asked, run)
                return [found[k] for k in keys]

            return int(
                await self._loader((place.coordinate, "total", asked.binding), count).load(key)
            )

        cursors = (pages.cursor(page, at, asked, run) for at in range(len(page.rows)))
        rows = [reader.row(*each) for each in zip(page.rows, cursors, strict=True)]
        return PlainPage(rows, page, total)

    async def totals(self, place: Field, spec: Aggregate, source: Any, node: FieldNode) -> Totals:
        """Return what the rows hanging on a parent, or all rows, add up to."""
        run = self._run
        given = arguments_of(place, node, run.variables)
        entity = self._catalogue.rows_of(place)
        assert entity is not None  # noqa: S101 - the audit holds it
        hangs = isinstance(source, PlainRow) and spec.by is not None
        fetch, _ = self._fetch(place, entity, spec.by or "id")
        filtered = self._finder.filtered(place, node, fetch)
        if isinstance(filtered, Withheld):
            raise Refusal(filtered.code, filtered.message, **filtered.details)
        sums = [
            self._finder.summed(field, fetch)
            for field in self._catalogue.sums[place.target].values()
            if not isinstance(self._decider.of_field(field), Never)
        ]
        totals = AggregateSource(fetch, filtered, sums, by_parent=hangs)
        if not hangs:
            return (await totals.totals(None, given, run))[None]

        async def load(keys: list[Any]) -> list[Any]:
            found = await totals.totals(sorted(set(keys)), given, run)
            return [found[k] for k in keys]

        key = (place.coordinate, print_ast(node))
        loaded: Totals = await self._loader(key, load).load(source.values[spec.on])
        return loaded

    def computed(self, place: Field, spec: Computed) -> _Loader:
        """Return the loader of a computed field, by row."""

        async def load(rows: list[Any]) -> list[Any]:
            given = [{name: row.values[name] for name in spec.reads} for row in rows]
            actions = (place.guarded.action, *spec.derives)
            return list(await spec.load(given, self._run.loading(actions)))

        if place.coordinate not in self._loaders:
            self._loaders[place.coordinate] = _Loader(load, cache=False)
        return self._loaders[place.coordinate]
