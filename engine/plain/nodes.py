"""Rows by their global ids on the plain path: the type decides before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authz.decision import Never
from engine import ids
from engine.declare.kinds import ById
from engine.errors import Refusal
from engine.execution.by_id import NOT_FOUND, too_many

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from engine.catalogue import Catalogue, Field
    from engine.execution.run import Run
    from engine.plain.guard import PlainGuard
    from engine.plain.loading import PlainLoading
    from engine.plain.rows import PlainRow


class PlainNodes:
    """Finds the rows of global ids."""

    def __init__(
        self, catalogue: Catalogue, guard: PlainGuard, loading: PlainLoading, run: Run
    ) -> None:
        """Take what decides, what loads, and the run."""
        self._catalogue = catalogue
        self._guard = guard
        self._loading = loading
        self._run = run

    async def one(self, place: Field, text: str) -> PlainRow:
        """Return the row of an id, or raise Refusal."""
        return await self._node(place, *self._read_id(place, text, "id"))

    async def several(self, place: Field, texts: Sequence[str]) -> list[Any]:
        """Return an awaitable for the row of each id, or why one is refused at its place."""
        if len(texts) > self._run.limits.page:
            raise too_many(len(texts), self._run.limits.page)
        return [self._one_of(place, text, f"ids[{i}]") for i, text in enumerate(texts)]

    def _one_of(self, place: Field, text: str, argument: str) -> Awaitable[Any] | Refusal:
        try:
            prefix, key = self._read_id(place, text, argument)
        except Refusal as refused:
            return at(place.coordinate, refused)
        return named(place.coordinate, self._node(place, prefix, key))

    def _read_id(self, place: Field, text: str, argument: str) -> tuple[str, str]:
        prefix, key = ids.decode(text, argument)
        one_type = isinstance(place.guarded.spec, ById)
        expected = self._catalogue.entities[place.target].prefix if one_type else None
        if prefix not in self._catalogue.by_prefix or expected not in {None, prefix}:
            raise ids.malformed(argument, place.target if one_type else None)
        return prefix, key

    async def _node(self, place: Field, prefix: str, key: str) -> PlainRow:
        entity = self._catalogue.by_prefix[prefix]
        if isinstance(self._guard.decider.decide(entity.read), Never):
            raise self._guard.forbidden(place.coordinate, entity.read)
        found: PlainRow | None = await self._loading.one(place, key, entity)
        if found is None:
            raise Refusal("NOT_FOUND", NOT_FOUND)
        return found


async def named(coordinate: str, value: Awaitable[Any]) -> Any:
    """Await a value; a refusal names the coordinate that it happened at."""
    try:
        return await value
    except Refusal as refused:
        raise at(coordinate, refused) from None


def at(coordinate: str, refused: Refusal) -> Refusal:
    """Return a refusal that names where it happened, unless it does already."""
    refused.extensions = {"coordinate": coordinate, **(refused.extensions or {})}
    return refused
