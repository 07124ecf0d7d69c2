"""The rows of a document, each in the scope of its own type's read action, for one principal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authz.decision import Never
from engine.planning.authorization import mask_of
from engine.sql.row_query import Fetch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from authz.rows.principal import Principal
    from db.drivers.database import Database, Reader
    from engine.catalogue import Catalogue, Entity, Field
    from engine.decider import Decider
    from engine.execution.guards import Mask


class Refused(Exception):
    """The document, or a part of it, is not for this principal; the code goes to the audit."""

    def __init__(self, code: str) -> None:
        """Keep FORBIDDEN, NOT_FOUND or PRECONDITION."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Rows:
    """Reads rows as the engine would show them to the same principal at the same instant."""

    catalogue: Catalogue
    database: Database
    reader: Reader
    decider: Decider
    principal: Principal
    now: int

    async def opened(self, entity: Entity, place: Field, key: str) -> Mapping[str, Any]:
        """Return the row of a key that the principal may read, and whose field `place` is open.

        Raises Refused: FORBIDDEN where no path that holds the field's action reaches it.
        """
        decision = self.decider.of_field(place)
        if isinstance(decision, Never):
            raise Refused("FORBIDDEN")
        fetch = self._fetch(entity, "id", place.guarded.action)
        return await self._only(fetch, key, mask_of(self.decider, fetch, place, decision, None))

    async def one(self, entity: str, key: str) -> Mapping[str, Any]:
        """Return the row of a key, or raise Refused."""
        return await self._only(self._fetch(self.catalogue.entities[entity], "id"), key)

    async def hanging(
        self, entity: str, by: str, key: str, order: Sequence[str]
    ) -> list[Mapping[str, Any]]:
        """Return the rows whose column `by` holds a key, in order."""
        fetch = self._fetch(self.catalogue.entities[entity], by)
        return [named for _, named in await self._rows(fetch, key, order)]

    def _fetch(self, entity: Entity, by: str, *actions: str) -> Fetch:
        read = self.decider.decide(entity.read)
        if isinstance(read, Never):
            raise Refused("FORBIDDEN")
        return Fetch(entity, by, {entity.read: read}, (*actions, entity.read), self.database)

    async def _only(self, fetch: Fetch, key: str, mask: Mask | None = None) -> Mapping[str, Any]:
        rows = await self._rows(fetch, key)
        if not rows:
            raise Refused("NOT_FOUND")
        raw, named = rows[0]
        refused = mask.refusal(raw) if mask is not None else None
        if refused is not None:
            raise Refused(refused.code)
        return named

    async def _rows(
        self, fetch: Fetch, key: str, order: Sequence[str] = ()
    ) -> list[tuple[Sequence[Any], Mapping[str, Any]]]:
        places = {column.name: fetch.column(column.name) for column in fetch.entity.table.columns}
        decided = fetch.by_key(order)
        given = decided.parameters(self.principal, {"keys": [key], "now": self.now})
        rows = await self.reader.fetch(decided.statement, given)
        return [(row, {name: row[at] for name, at in places.items()}) for row in rows]
