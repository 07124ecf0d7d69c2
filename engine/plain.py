"""The plain path: the same schema on graphql-core, one generic loader for every relation.

It answers introspection and whatever the planner does not plan, and Strawberry evaluates the
permission classes. A row carries its reach, so a field is decided where it is resolved.
"""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from aiodataloader import DataLoader
from graphql import ExecutionResult, execute

from authz.decision import Never, Where
from engine import ids
from engine.by_id import NOT_FOUND
from engine.decider import Decider, refusal
from engine.errors import Refusal
from engine.fetch import Fetch
from engine.links import gate_of
from engine.pages import PageSource, page_request
from engine.plain_rows import PlainPage, PlainRow, RowReader
from engine.specs import (
    ById,
    Caller,
    Column,
    Computed,
    Facet,
    Identifier,
    NodeById,
    NodesByIds,
    Paged,
    Static,
    ToMany,
    ToOne,
    order_of,
)
from engine.values import decoder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

    from strawberry.types import Info

    from authz.decision import Decision
    from authz.policy import Policy
    from engine.catalogue import Catalogue, Entity, Field
    from engine.documents import Operation
    from engine.run import Run


class _Loader(DataLoader[Any, Any]):
    """The one loader: a batch function given at construction, results in the order of keys."""


class PlainContext:
    """The context of one operation: decides for the permission classes and resolves each kind."""

    def __init__(self, catalogue: Catalogue, policy: Policy, run: Run) -> None:
        """Start with no decision taken and no row loaded."""
        self._catalogue = catalogue
        self._policy = policy
        self._run = run
        self.decider = Decider(policy, run.principal.fingerprint)
        self._loaders: dict[object, _Loader] = {}

    def refusal(self, action: str, source: object, info: Info[Any, Any]) -> Refusal | None:
        """Return why a field is refused for this source, or None."""
        place = self._place(info)
        decision = self.decider.decide(action)
        target = self._catalogue.entities.get(place.target)
        allowed = not isinstance(decision, Never)
        if target is not None and isinstance(self.decider.decide(target.read), Never):
            allowed = False
        if allowed and isinstance(source, PlainRow):
            allowed = self._reaches(place, decision, source)
        return None if allowed else self._forbidden(place.coordinate, action)

    def resolve(self, source: Any, info: Info[Any, Any], given: Mapping[str, Any]) -> Any:
        """Return the value of a field that is allowed, or an awaitable of it."""
        place = self._place(info)
        value = self._value(place, source, given)
        return _named(place.coordinate, value) if isawaitable(value) else value

    def _value(self, place: Field, source: Any, given: Mapping[str, Any]) -> Any:
        spec = place.guarded.spec
        if isinstance(spec, Paged):
            return self._paged(place, spec, source, given)
        if isinstance(source, PlainRow):
            return self._of_row(place, source)
        return self._of_root(place, given)

    def _of_row(self, place: Field, row: PlainRow) -> Any:
        spec = place.guarded.spec
        if isinstance(spec, Identifier):
            return ids.encode(row.entity.prefix or "", row.values["id"])
        if isinstance(spec, Computed):
            return self._computed(place, spec).load(row)
        if isinstance(spec, ToOne):
            return self._one(place, row.values[spec.on])
        if isinstance(spec, (Facet, ToMany)):
            return self._hanging(place, spec).load(row.values[spec.on])
        assert isinstance(spec, Column)  # noqa: S101 - the audit admits no other kind on a row
        return decoder(place.definition.type)(row.values[spec.name])

    def _of_root(self, place: Field, given: Mapping[str, Any]) -> Any:
        spec = place.guarded.spec
        if isinstance(spec, Static):
            return spec.load(**given)
        if isinstance(spec, Caller):
            return self._one(place, self._run.principal.user)
        if isinstance(spec, NodesByIds):
            return self._nodes(place, given["ids"])
        assert isinstance(spec, (ById, NodeById))  # noqa: S101 - nor at the root
        return self._by_id(place, given["id"])

    def _place(self, info: Info[Any, Any]) -> Field:
        raw = info._raw_info  # noqa: SLF001 - Strawberry has no other name for it
        owner = raw.parent_type.name
        entity = self._catalogue.entities.get(owner)
        return (entity.fields if entity else self._catalogue.roots)[raw.field_name]

    def _reaches(self, place: Field, decision: Decision, source: PlainRow) -> bool:
        spec = place.guarded.spec
        if not isinstance(decision, Where) or isinstance(spec, ToOne):
            return True
        if isinstance(spec, (Facet, ToMany, Paged)) and spec.by is not None:
            model = self._catalogue.entities[place.target].model
            passing = gate_of(model, spec.by, decision).allowed(self._run)
            return passing is None or source.values[spec.on] in passing
        return not source.reach.isdisjoint(decision.paths)

    def _forbidden(self, coordinate: str, action: str) -> Refusal:
        message, where, details = refusal(self._policy, coordinate, action)
        return Refusal("FORBIDDEN", message, coordinate=where, **details)

    def _fetch(self, place: Field, entity: Entity, key: str) -> tuple[Fetch, RowReader]:
        """Return a fetch of all columns and all probes of a type, in scope of this place."""
        action = getattr(place.guarded, "action", entity.read)
        decisions = tuple(self.decider.decide(a) for a in dict.fromkeys((action, entity.read)))
        scope = tuple(d for d in decisions if not isinstance(d, Never))
        assert len(scope) == len(decisions)  # noqa: S101 - refused places are never loaded
        fetch = Fetch(entity, key, scope)
        columns = {c.name: fetch.column(c.name) for c in entity.table.columns}
        probes = {}
        for field in entity.fields.values():
            decision = self.decider.decide(field.guarded.action)
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
        statement = self._run.database.compile(fetch.by_key(order))
        parameters = {**fetch.parameters(self._run.principal), "keys": sorted(set(keys))}
        found: dict[Any, list[PlainRow]] = {key: [] for key in keys}
        for row in await self._run.rows(statement, parameters):
            found[row[0]].append(reader.row(row))
        return found

    async def _one(self, place: Field, key: str | None, entity: Entity | None = None) -> Any:
        if key is None:
            return None
        entity = entity or self._catalogue.entities[place.target]

        async def load(keys: list[Any]) -> list[Any]:
            found = await self._keyed(place, entity, "id", (), keys)
            return [found[k][0] if found[k] else None for k in keys]

        return await self._loader((place.coordinate, entity.name), load).load(key)

    def _hanging(self, place: Field, spec: Facet | ToMany) -> _Loader:
        entity = self._catalogue.entities[place.target]
        order = order_of(spec) if isinstance(spec, ToMany) else ()

        async def load(keys: list[Any]) -> list[Any]:
            found = await self._keyed(place, entity, spec.by, order, keys)
            if isinstance(spec, Facet):
                return [found[k][0] if found[k] else None for k in keys]
            return [found[k] for k in keys]

        return self._loader(place.coordinate, load)

    async def _paged(
        self, place: Field, spec: Paged, source: Any, given: Mapping[str, Any]
    ) -> PlainPage:
        run, request = self._run, page_request(given, self._run.limits)
        entity = self._catalogue.entities[place.target]
        hangs = isinstance(source, PlainRow) and spec.by is not None
        fetch, reader = self._fetch(place, entity, spec.by or "id")
        pages = PageSource(fetch, run.database, place.coordinate, order_of(spec), by_parent=hangs)
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

    def _computed(self, place: Field, spec: Computed) -> _Loader:
        async def load(rows: list[Any]) -> list[Any]:
            given = [{name: row.values[name] for name in spec.reads} for row in rows]
            return list(await spec.load(given, self._run))

        if place.coordinate not in self._loaders:
            self._loaders[place.coordinate] = _Loader(load, get_cache_key=id)
        return self._loaders[place.coordinate]

    def _read_id(self, place: Field, text: str, argument: str) -> tuple[str, str]:
        prefix, key = ids.decode(text, argument)
        one_type = isinstance(place.guarded.spec, ById)
        expected = self._catalogue.entities[place.target].prefix if one_type else None
        if prefix not in self._catalogue.by_prefix or expected not in {None, prefix}:
            raise ids.malformed(argument, place.target if one_type else None)
        return prefix, key

    async def _by_id(self, place: Field, text: str) -> PlainRow:
        return await self._node(place, *self._read_id(place, text, "id"))

    async def _node(self, place: Field, prefix: str, key: str) -> PlainRow:
        entity = self._catalogue.by_prefix[prefix]
        if isinstance(self.decider.decide(entity.read), Never):
            raise self._forbidden(place.coordinate, entity.read)
        found: PlainRow | None = await self._one(place, key, entity)
        if found is None:
            raise Refusal("NOT_FOUND", NOT_FOUND)
        return found

    async def _nodes(self, place: Field, texts: Sequence[str]) -> list[Any]:
        if len(texts) > self._run.limits.page:
            message = f"ids holds {len(texts)} ids; at most {self._run.limits.page} are answered."
            raise Refusal("BAD_USER_INPUT", message, input="ids", reason="PAGE")
        wanted = [self._read_id(place, text, f"ids[{i}]") for i, text in enumerate(texts)]
        return [_named(place.coordinate, self._node(place, prefix, key)) for prefix, key in wanted]


async def _named(coordinate: str, value: Awaitable[Any]) -> Any:
    """Await a value; a refusal names the coordinate that it happened at."""
    try:
        return await value
    except Refusal as refused:
        refused.extensions = {"coordinate": coordinate, **(refused.extensions or {})}
        raise


async def execute_plainly(
    catalogue: Catalogue, operation: Operation, context: PlainContext, variables: dict[str, Any]
) -> ExecutionResult:
    """Run an operation on graphql-core; variables as the request gave them."""
    result = execute(
        catalogue.schema,
        operation.document,
        context_value=context,
        variable_values=variables,
        operation_name=operation.name,
        hide_suggestions=True,
    )
    return result if isinstance(result, ExecutionResult) else await result
