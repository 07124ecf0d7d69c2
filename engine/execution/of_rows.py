"""Links to what is made of the rows that hang on the parents, or of all rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from engine.errors import Refusal, Withheld
from engine.execution.views import Base, withheld_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.execution.gates import Gateway
    from engine.execution.hints import Row
    from engine.execution.run import Run

Source = TypeVar("Source")


@dataclass(slots=True)
class OfRowsLink(Base, Generic[Source]):
    """What is made of the rows hanging on the parents, or on nothing at the root."""

    gateway: Gateway | None
    source: Source | Withheld
    """The statements, or why an argument of theirs is refused to every parent."""

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return what is made for each parent that passes the gate."""
        if self.gateway is None:
            return [(await self._made(None, run))[None]]
        refusals = self.gateway.refusals(rows, run.principal)
        keys = [row[self.gateway.key] for row in rows]
        passing = run.tally.unique(k for k, no in zip(keys, refusals, strict=True) if no is None)
        # the role comes first: only who passes is told of an argument that is wrong or refused
        made = await self._made(passing, run) if passing else {}
        return [made[k] if no is None else no for k, no in zip(keys, refusals, strict=True)]

    async def _made(self, keys: Sequence[object] | None, run: Run) -> dict[object, Any]:
        everywhere = (None,) if keys is None else keys
        if isinstance(self.source, Withheld):
            return dict.fromkeys(everywhere, self.source)
        try:
            return await self.make(self.source, keys, run)
        except Refusal as refusal:
            return dict.fromkeys(everywhere, withheld_of(refusal, self.coordinate, self.node))

    def misasked(self, run: Run) -> Withheld | None:
        """Return what would stand for everything that is made here, for an argument is wrong."""
        if isinstance(self.source, Withheld):
            return None  # refused whatever the values are, and noted as such
        try:
            self.check(self.source, run)
        except Refusal as refusal:
            return withheld_of(refusal, self.coordinate, self.node)
        return None

    def check(self, source: Source, run: Run) -> None:
        """Raise Refusal for arguments that `make` would refuse."""
        raise NotImplementedError

    async def make(
        self, source: Source, keys: Sequence[object] | None, run: Run
    ) -> dict[object, Any]:
        """Return what is made of the rows of each key, or of all rows under None."""
        raise NotImplementedError
