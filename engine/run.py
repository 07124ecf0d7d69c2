"""What one operation carries while it runs: who asks, when, over which connection."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.decided import Decided, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql.execution.values import VariableValues
    from sqlalchemy import Select

    from authz.principal import Principal
    from db.database import Database, Reader
    from engine.cursors import CursorSealer
    from engine.limits import Limits
    from engine.specs import Loading


@dataclass(slots=True)
class Run:
    """One operation under way; never shared and never kept."""

    principal: Principal
    now: int
    variables: VariableValues
    database: Database
    reader: Reader
    cursors: CursorSealer
    limits: Limits
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def rows(
        self, decided: Decided, parameters: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        """Run a decided statement; `:now` is the operation's one instant."""
        if not isinstance(decided, Decided):
            message = f"{decided!r} was not decided."
            raise UndecidedError(message)
        given = decided.parameters(self.principal, {"now": self.now, **parameters})
        async with self._one_at_a_time:
            return await self.reader.fetch(decided.statement, given)

    def loading(self, actions: tuple[str, ...]) -> Loading:
        """Return what a computed field under these actions may use."""
        return _Loading(self, actions)


@dataclass(frozen=True, slots=True)
class _Loading:
    run: Run
    actions: tuple[str, ...]

    @property
    def now(self) -> int:
        return self.run.now

    async def fetch(
        self, statement: Select[*tuple[Any, ...]], parameters: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        compiled = self.run.database.compile(statement)
        return await self.run.rows(Decided(compiled, self.actions), parameters)
