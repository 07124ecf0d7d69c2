"""Rows by global id: a hidden row and an unknown one are answered alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine import ids
from engine.documents.variables import arguments_of
from engine.errors import Refusal, Withheld
from engine.execution.links import keyed
from engine.execution.views import Base, withheld_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.execution.views import View
    from engine.sql.statement import Decided

NOT_FOUND = "Nothing with this id is yours to see."


def too_many(count: int, most: int) -> Refusal:
    """Return the refusal of more ids than are answered at once."""
    message = f"ids holds {count:,} ids; at most {most:,} are answered."
    details = {"input": "ids", "reason": "PAGE", "limit": most, "actual": count}
    return Refusal("BAD_USER_INPUT", message, **details)


@dataclass(slots=True)
class Target:
    """A type that an id can name: its rows and their view, or why it is refused."""

    source: tuple[Decided, View] | None = None
    withheld: Withheld | None = None


@dataclass(slots=True)
class ByIdLink(Base):
    """The rows of global ids: one id, or a list, of one type or of any."""

    targets: dict[str, Target]
    expected: str | None
    plural: bool
    missing: Withheld = field(init=False)

    def __post_init__(self) -> None:
        """Make the one answer for hidden and unknown rows."""
        self.missing = Withheld("NOT_FOUND", NOT_FOUND, self.coordinate, {}, self.node)

    @property
    def plain(self) -> bool:
        """Some rows of a list may be withheld, and others not."""
        return not self.plural

    async def load(self, _rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the row (or rows) of the ids."""
        given = arguments_of(self.place, self.node, run.variables)
        if not self.plural:
            return await self._values([self._read(given["id"], "id")], run)
        texts = given["ids"]
        if len(texts) > run.limits.page:
            raise too_many(len(texts), run.limits.page)
        wanted = [self._one_of(text, f"ids[{i}]") for i, text in enumerate(texts)]
        return [await self._values(wanted, run)]

    async def _values(self, wanted: Sequence[tuple[str, str] | Withheld], run: Run) -> list[Any]:
        by_type: dict[str, list[str]] = {}
        for each in wanted:
            if not isinstance(each, Withheld):
                by_type.setdefault(each[0], []).append(each[1])
        found = {p: await self._rows(self.targets[p], keys, run) for p, keys in by_type.items()}
        return [
            each
            if isinstance(each, Withheld)
            else self.targets[each[0]].withheld or found[each[0]].get(each[1], self.missing)
            for each in wanted
        ]

    def _one_of(self, text: str, argument: str) -> tuple[str, str] | Withheld:
        """Return what one id of a list names, or what stands at its place."""
        try:
            return self._read(text, argument)
        except Refusal as refusal:
            return withheld_of(refusal, self.coordinate, self.node)

    def _read(self, text: str, argument: str) -> tuple[str, str]:
        prefix, key = ids.decode(text, argument)
        if prefix not in self.targets:
            raise ids.malformed(argument, self.expected)
        return prefix, key

    @staticmethod
    async def _rows(target: Target, keys: list[str], run: Run) -> dict[object, Any]:
        if target.source is None:
            return {}
        return await keyed(*target.source, keys, run)
