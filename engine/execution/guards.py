"""Masks: which paths open a value of a row, and why it is withheld where none of them does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.catalogue import Field
    from engine.errors import Withheld
    from engine.execution.hints import Row
    from engine.execution.read_audit import Seen


class Conditional(NamedTuple):
    """A path that opens a value where its condition holds: the places of both, and what stands."""

    probe: int
    condition: int
    unmet: Withheld


@dataclass(frozen=True, slots=True)
class Mask:
    """The paths of one decision by their places in a row, those without a condition first."""

    paths: tuple[int, ...]
    conditional: tuple[Conditional, ...]
    forbidden: Withheld

    def refusal(self, row: Sequence[Any]) -> Withheld | None:
        """Return what stands for the value of a row, None where a path opens it.

        A path that reaches the row under a condition that is false is PRECONDITION.
        """
        for place in self.paths:
            if row[place]:
                return None
        refused = self.forbidden
        for path in self.conditional:
            if row[path.probe]:
                if row[path.condition]:
                    return None
                if refused is self.forbidden:
                    refused = path.unmet
        return refused

    def opens(self, row: Sequence[Any]) -> bool:
        """Tell whether a path opens the value of a row."""
        return self.refusal(row) is None


@dataclass(frozen=True, slots=True)
class Watch:
    """A watched field in a view: where the row's key stands, and the mask of the field."""

    place: Field
    key: int
    mask: Mask | None

    def note(self, rows: Sequence[Row], seen: Seen) -> None:
        """Note the rows on which the field is shown."""
        for row in rows:
            if self.mask is None or self.mask.opens(row):
                seen.add(self.place, row[self.key])
