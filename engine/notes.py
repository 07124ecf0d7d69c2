"""What a plan has to tell beside its rows: known from the document and the roles alone."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Notes:
    """Where an answer is narrower than the document reads, never because of a row."""

    narrowed: set[tuple[str, str]] = field(default_factory=set)
    """Coordinate and argument of filters and orders that not every path of the rows may use."""
    refused_types: set[tuple[str, str]] = field(default_factory=set)
    """Coordinate and type of polymorphic edges whose rows of that type are for others."""

    def narrow(self, coordinate: str, argument: str) -> None:
        """Note that an argument sees less than the rows in scope."""
        self.narrowed.add((coordinate, argument))

    def refuse_type(self, coordinate: str, type_name: str) -> None:
        """Note that an edge never leads to rows of this type."""
        self.refused_types.add((coordinate, type_name))
