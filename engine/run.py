"""What one operation carries while it runs: who asks, when, over which connection."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql.execution.values import VariableValues
    from sqlalchemy import Select

    from authz.principal import Principal
    from db.database import Database, Reader
    from db.statements import Statement
    from engine.cursors import CursorSealer
    from engine.limits import Limits


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
        self, statement: Statement, parameters: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        """Run a compiled statement; `:now` is the operation's one instant."""
        async with self._one_at_a_time:
            return await self.reader.fetch(statement, {"now": self.now, **parameters})

    async def fetch(
        self, statement: Select[*tuple[Any, ...]], parameters: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        """Run a computed field's own statement."""
        return await self.rows(self.database.compile(statement), parameters)
