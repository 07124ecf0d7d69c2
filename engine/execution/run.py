"""What one operation carries while it runs: who asks, when, over which connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.declare.imagined import imagined_values
from engine.errors import refused
from engine.execution.hints import Tally
from engine.execution.read_audit import Seen
from engine.sql.statement import Decided, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql.execution.values import VariableValues
    from sqlalchemy import Select

    from authz.rows.principal import Principal
    from db.drivers.database import Reader
    from engine.application import Application
    from engine.declare.functions import Imagined, Loading


Ask: TypeAlias = "Callable[[Run, str, Mapping[str, object] | None], Awaitable[dict[str, object]]]"


@dataclass(slots=True)
class Run:
    """One operation under way; never shared and never kept."""

    application: Application
    principal: Principal
    now: int
    variables: VariableValues
    reader: Reader
    ask: Ask | None = None
    """Answers a document for another principal, over the same connection."""
    imagined: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """The rows that stand for the principal of a preview, by their type."""
    previews: list[None] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    tally: Tally = field(default_factory=Tally)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    _reading: set[asyncio.Task[Any]] = field(default_factory=set)
    _closed: bool = False

    async def rows(
        self, decided: Decided, parameters: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        """Run a decided statement; `:now` is the operation's one instant."""
        if not isinstance(decided, Decided):
            message = f"{decided!r} was not decided."
            raise UndecidedError(message)
        common = {"now": self.now, **imagined_values(self.imagined)}
        given = decided.parameters(self.principal, {**common, **parameters})
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._reading.add(task)
        try:
            async with self._one_at_a_time:
                if self._closed:
                    raise asyncio.CancelledError
                return await self.reader.fetch(decided.statement, given)
        finally:
            self._reading.discard(task)

    async def close(self) -> None:
        """End every read that outlived the operation, before its connection goes back.

        The plain path loads in tasks of its own, which a time-out of the operation does not reach.
        """
        self._closed = True
        left = [task for task in self._reading if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)

    def count_preview(self) -> None:
        """Count a preview before anything is read for it; one too many is RequestRefused."""
        self.previews.append(None)
        most = self.application.limits.previews
        if len(self.previews) > most:
            message = f"At most {most} previews are answered at once."
            raise refused("QUERY_TOO_COMPLEX", message, reason="PREVIEWS", limit=most)

    async def answered(
        self, imagined: Imagined, document: str, variables: Mapping[str, object] | None
    ) -> dict[str, object]:
        """Return the payload that a query is answered with to somebody else, at this instant.

        Raises RequestRefused for a document that is none or asks too much, as it is for anybody.
        """
        assert self.ask is not None  # noqa: S101 - the engine gives it to every run of its own
        other = replace(
            self,
            principal=imagined.principal,
            imagined=imagined.rows,
            _one_at_a_time=self._one_at_a_time,
            _reading=self._reading,
        )
        return await self.ask(other, document, variables)

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
        decided = Decided(self.run.application.database, self.actions, lambda: statement)
        return await self.run.rows(decided, parameters)
