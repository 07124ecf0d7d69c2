"""What is known of a result from building it, so that most results need not be walked through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.errors import Withheld
from engine.execution.completion import Completed

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAKEN_OUT = frozenset({Withheld, Completed})


@dataclass(slots=True)
class Tally:
    """Counts what one operation builds; shared by all that it builds.

    `size` is at least the number of objects and lists that the answer spells out, unless `opaque`:
    then there is something of which it is not known how much it holds, how often it stands in the
    answer, or whether any of it is withheld.
    """

    size: int = 0
    opaque: bool = False

    def rows(self, number: int, holding: int) -> None:
        """Count rows, each of which holds at most so many objects and lists directly."""
        self.size += number * (1 + holding)

    def look(self, column: Sequence[Any]) -> None:
        """Look at values that may be withheld."""
        self.opaque = self.opaque or not _TAKEN_OUT.isdisjoint(map(type, column))

    def unique(self, keys: Iterable[Any]) -> list[Any]:
        """Return the keys of what holds objects, each once; one below several parents is noted."""
        given = list(keys)
        found = sorted(set(given))
        self.opaque = self.opaque or len(found) < len(given)
        return found


Row: TypeAlias = Sequence[Any]
"""A row as the driver gives it, read by position."""


Marks: TypeAlias = dict[str, "Marks | None"]
"""Response keys of whatever holds more than one value, or may be withheld; None where only the
value itself may. What is not marked is a leaf that is there."""


class MergedMarks(dict[str, "Marks | None"]):
    """Marks of values of several shapes: they lead to what is withheld, not to all that is held."""


def merged(*many: Marks) -> Marks:
    """Return the marks of values that may have any of several shapes."""
    result = MergedMarks() if len(many) > 1 else {}
    for marks in many:
        for key, below in marks.items():
            known = result.get(key)
            result[key] = merged(known, below) if known and below else known or below
    return result
