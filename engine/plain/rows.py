"""What the plain path resolves from: rows with the paths that reach them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authz.decision import Never, Where
from engine.declare.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from authz.decision import Decision, Path
    from engine.catalogue import Catalogue, Entity, Field
    from engine.decider import Decider
    from engine.sql.row_query import Fetch


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A row with all its columns, the paths that reach it and the conditions that hold."""

    entity: Entity
    values: Mapping[str, Any]
    reach: frozenset[Path]
    met: frozenset[str]
    beside: Mapping[str, Any]
    """What was selected beside the row's own columns, by the name of the field."""
    cursor: str = ""

    def failed(self, decision: Decision) -> str | bool:
        """Return whether a decision withholds a value: False, True, or a condition's name.

        A name is that of a condition under which it would be open, and which is false.
        """
        if not isinstance(decision, Where):
            return isinstance(decision, Never)
        reached = [path.when for path in decision.paths if path in self.reach]
        if any(when is None or when in self.met for when in reached):
            return False
        return next((w for w in reached if w is not None and w in self.entity.conditions), True)

    @property
    def type_name(self) -> str:
        """The GraphQL type."""
        return self.entity.name

    @property
    def node(self) -> PlainRow:
        """The row as its own edge."""
        return self


class Beside(Kind, ABC):
    """A kind whose value is selected beside the columns of the row, with every row of its type."""

    __slots__ = ()

    @abstractmethod
    def beside(
        self, catalogue: Catalogue, decider: Decider, field: Field, fetch: Fetch
    ) -> Callable[[Sequence[Any]], Any]:
        """Have the value selected, and return what reads it from the tuple of a row."""


@dataclass(frozen=True, slots=True)
class RowReader:
    """Turns a tuple of the fetch into a row with its reach."""

    entity: Entity
    columns: Mapping[str, int]
    probes: Mapping[Path, int]
    conditions: Mapping[str, int]
    beside: Mapping[str, Callable[[Sequence[Any]], Any]]

    def row(self, row: Sequence[Any], cursor: str = "") -> PlainRow:
        """Return the row behind a tuple, with its cursor on a page."""
        values = {name: row[at] for name, at in self.columns.items()}
        reach = frozenset(path for path, at in self.probes.items() if row[at])
        met = frozenset(name for name, at in self.conditions.items() if row[at])
        beside = {name: read(row) for name, read in self.beside.items()}
        return PlainRow(self.entity, values, reach, met, beside, cursor)
