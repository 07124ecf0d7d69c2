"""What the plain path resolves from: rows with their reach, and pages of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from authz.decision import Never, Where

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from authz.decision import Decision, Path
    from engine.catalogue import Entity
    from engine.execution.pages import Page


class PlainCard:
    """What a row shows of another: each column under its name, decoded when it is read."""

    def __init__(self, columns: Mapping[str, Callable[[], Any]]) -> None:
        """Take how each column is read."""
        self._columns = columns

    def __getattr__(self, name: str) -> Any:
        """Return a column's value."""
        if name not in self._columns:
            raise AttributeError(name)
        return self._columns[name]()


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A row with all its columns, the paths that reach it and the conditions that hold."""

    entity: Entity
    values: Mapping[str, Any]
    reach: frozenset[Path]
    met: frozenset[str]
    cards: Mapping[str, PlainCard | None]
    """By the name of the field, None where the row points at nothing."""
    shown: Mapping[str, Any]
    """What is shown beside the row's own columns, by the name of the field."""
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


@dataclass(frozen=True, slots=True)
class PlainPage:
    """A connection: the page, its edges, and the total when it is asked for."""

    nodes: list[PlainRow]
    page: Page
    total: Callable[[], Awaitable[int]]

    @property
    def edges(self) -> list[PlainRow]:
        """The rows as edges."""
        return self.nodes

    @property
    def page_info(self) -> PlainPage:
        """What lies around the page."""
        return self

    @property
    def total_count(self) -> Awaitable[int]:
        """Count when asked."""
        return self.total()

    @property
    def has_next_page(self) -> bool:
        """Tell whether rows follow."""
        return self.page.has_next

    @property
    def has_previous_page(self) -> bool:
        """Tell whether rows come before."""
        return self.page.has_previous

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first row."""
        return self.nodes[0].cursor if self.nodes else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last row."""
        return self.nodes[-1].cursor if self.nodes else None


@dataclass(frozen=True, slots=True)
class CardReader:
    """Turns a tuple of the fetch into a card: where the other's key and its columns stand."""

    present: int
    columns: Mapping[str, tuple[int, Callable[[Any], Any]]]

    def read(self, row: Sequence[Any]) -> PlainCard | None:
        """Return the card behind a tuple."""
        if row[self.present] is None:
            return None
        return PlainCard({n: partial(read, row[at]) for n, (at, read) in self.columns.items()})


@dataclass(frozen=True, slots=True)
class RowReader:
    """Turns a tuple of the fetch into a row with its reach."""

    entity: Entity
    columns: Mapping[str, int]
    probes: Mapping[Path, int]
    conditions: Mapping[str, int]
    cards: Mapping[str, CardReader]
    shown: Mapping[str, tuple[int, Callable[[Any], Any]]]

    def row(self, row: Sequence[Any], cursor: str = "") -> PlainRow:
        """Return the row behind a tuple, with its cursor on a page."""
        values = {name: row[at] for name, at in self.columns.items()}
        reach = frozenset(path for path, at in self.probes.items() if row[at])
        met = frozenset(name for name, at in self.conditions.items() if row[at])
        cards = {name: card.read(row) for name, card in self.cards.items()}
        shown = {name: read(row[at]) for name, (at, read) in self.shown.items()}
        return PlainRow(self.entity, values, reach, met, cards, shown, cursor)
