"""What a plan has to tell beside its rows: known from the document and the roles alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.errors import Withheld

Place = tuple[str, int]
"""A coordinate, and which of the document's nodes stands there."""


@dataclass(slots=True)
class Notes:
    """Where an answer is narrower than the document reads, or may be because of a row."""

    narrowed: set[tuple[str, str]] = field(default_factory=set)
    """Coordinate and argument of filters and orders that not every path of the rows may use."""
    refused_types: dict[tuple[str, str], Withheld] = field(default_factory=dict)
    """By coordinate and type, why polymorphic edges lead to no rows of that type."""
    refused: dict[Place, Withheld] = field(default_factory=dict)
    """What stands for a value on every row that is reached."""
    doubtful: dict[Place, Withheld] = field(default_factory=dict)
    """What stands for a value on the rows that a mask, a gate or a condition shuts."""

    hints: set[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=set)
    """Coordinate, argument and word of lists that are empty for the caller, and other words."""

    def hint(self, coordinate: str, argument: str, word: str, others: list[str]) -> None:
        """Note that a word shows nothing to the caller, and which words can show something."""
        self.hints.add((coordinate, argument, word, tuple(others)))

    def narrow(self, coordinate: str, argument: str) -> None:
        """Note that an argument sees less than the rows in scope."""
        self.narrowed.add((coordinate, argument))

    def refuse_type(self, type_name: str, withheld: Withheld) -> None:
        """Note that an edge never leads to rows of this type."""
        self.refused_types[withheld.coordinate, type_name] = withheld

    def refuse(self, withheld: Withheld) -> Withheld:
        """Note that a value is withheld whatever the row, and return what stands for it."""
        self.refused[_place(withheld)] = withheld
        return withheld

    def doubt(self, withheld: Withheld) -> None:
        """Note that a row decides whether a value is withheld."""
        self.doubtful[_place(withheld)] = withheld


def _place(withheld: Withheld) -> Place:
    return withheld.coordinate, id(withheld.node)
