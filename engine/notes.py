"""What a plan has to tell beside its rows: known from the document and the roles alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from authz.rows.principal import Principal
    from engine.errors import Withheld

Place = tuple[str, int]
"""A coordinate, and which of the document's nodes stands there."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What stands for a value where it is shut, and whether it is open on every row in scope.

    `settled` tells that for one principal from their grants, without reading a row.
    """

    withheld: Withheld
    settled: Callable[[Principal], bool]


class Argued(Protocol):
    """A place whose arguments can be wrong in more than their types."""

    def misasked(self, run: Any) -> Withheld | None:
        """Return what stands for the value where an argument is wrong; no row is read.

        `run` is the operation under way, an `engine.execution.run.Run`.
        """
        ...


@dataclass(slots=True)
class Notes:
    """Where an answer is narrower than the document reads, or may be because of a row."""

    narrowed: set[tuple[str, str]] = field(default_factory=set)
    """Coordinate and argument of filters and orders that not every path of the rows may use."""
    refused_types: dict[tuple[str, str], Withheld] = field(default_factory=dict)
    """By coordinate and type, why polymorphic edges lead to no rows of that type."""
    refused: dict[Place, Withheld] = field(default_factory=dict)
    """What stands for a value on every row that is reached."""
    doubtful: list[Doubt] = field(default_factory=list)
    """Where a mask, a gate or a condition may shut rows."""
    argued: list[Argued] = field(default_factory=list)
    """Where the values of arguments may be refused: a page, a cursor, an operand."""
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

    def doubt(self, withheld: Withheld, settled: Callable[[Principal], bool]) -> None:
        """Note that roles alone leave open whether a value is withheld on every row in scope."""
        self.doubtful.append(Doubt(withheld, settled))

    def undecided(self, principal: Principal) -> list[Withheld]:
        """Return what stands for a value where a row decides, once for each place."""
        left = (doubt.withheld for doubt in self.doubtful if not doubt.settled(principal))
        return list({_place(withheld): withheld for withheld in left}.values())


def _place(withheld: Withheld) -> Place:
    return withheld.coordinate, id(withheld.node)
