"""What the plain path resolves from: rows with their reach, and pages of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from authz.decision import Path
    from engine.catalogue import Entity
    from engine.pages import Page


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A row with all its columns and the paths that reach it."""

    entity: Entity
    values: Mapping[str, Any]
    reach: frozenset[Path]
    cursor: str = ""

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
class RowReader:
    """Turns a tuple of the fetch into a row with its reach."""

    entity: Entity
    columns: Mapping[str, int]
    probes: Mapping[Path, int]

    def row(self, row: Sequence[Any], cursor: str = "") -> PlainRow:
        """Return the row behind a tuple, with its cursor on a page."""
        values = {name: row[at] for name, at in self.columns.items()}
        reach = frozenset(path for path, at in self.probes.items() if row[at])
        return PlainRow(self.entity, values, reach, cursor)
