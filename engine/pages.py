"""Pages: what is asked for, and one statement for the pages of all parents at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.cursors import Position
    from engine.decided import Decided
    from engine.fetch import Direction, Fetch
    from engine.limits import Limits
    from engine.run import Run
    from engine.views import Row


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for."""

    direction: Direction
    size: int
    cursor: str | None

    @property
    def argument(self) -> str:
        """The argument that the cursor came in."""
        return "after" if self.direction == "forward" else "before"


def page_request(given: Mapping[str, Any], limits: Limits) -> PageRequest:
    """Read the paging arguments, or raise Refusal BAD_USER_INPUT/PAGE."""
    sizes = {name: given[name] for name in ("first", "last") if given.get(name) is not None}
    if len(sizes) != 1:
        raise _bad_page("first", "Ask for a page with exactly one of first and last.")
    [(name, size)] = sizes.items()
    wrong, cursor = ("before", "after") if name == "first" else ("after", "before")
    if given.get(wrong) is not None:
        raise _bad_page(wrong, f"{wrong} does not go with {name}; {cursor} does.")
    if not 0 <= size <= limits.page:
        raise _bad_page(name, f"{name} is {size}; a page holds 0 to {limits.page}.")
    return PageRequest("forward" if name == "first" else "backward", size, given.get(cursor))


def _bad_page(argument: str, message: str) -> Refusal:
    return Refusal("BAD_USER_INPUT", message, input=argument, reason="PAGE")


@dataclass(slots=True)
class Page:
    """The rows of one page and what lies around it."""

    rows: Sequence[Row]
    more: bool
    request: PageRequest

    @property
    def has_next(self) -> bool:
        """Tell whether rows follow; going backward, a cursor says that they do."""
        if self.request.direction == "forward":
            return self.more
        return self.request.cursor is not None

    @property
    def has_previous(self) -> bool:
        """Tell whether rows come before; going forward, a cursor says that they do."""
        if self.request.direction == "backward":
            return self.more
        return self.request.cursor is not None


def cut(rows: Sequence[Row], request: PageRequest) -> Page:
    """Return the page of rows that were fetched one row longer than asked."""
    kept = list(rows[: request.size])
    if request.direction == "backward":
        kept.reverse()
    return Page(kept, len(rows) > request.size, request)


class PageSource:
    """The statements of a connection, written when first needed, and its cursors."""

    def __init__(
        self,
        fetch: Fetch,
        coordinate: str,
        order: tuple[str, ...],
        *,
        by_parent: bool,
    ) -> None:
        """Take the rows and their order; the id is the last part of it."""
        self.fetch = fetch
        self.order = order
        self.by_parent = by_parent
        self._coordinate = coordinate
        self._places = [fetch.column(name) for name in order]
        self._statements: dict[tuple[Direction, bool], Decided] = {}
        self._count: Decided | None = None

    def binding(self, run: Run) -> str:
        """Return what a cursor is bound to: where, in which order, for whom."""
        return "\n".join((self._coordinate, ",".join(self.order), run.principal.subject))

    def cursor(self, row: Row, run: Run) -> str:
        """Return the cursor of a row."""
        position: Position = tuple(row[place] for place in self._places)
        return run.cursors.seal(position, self.binding(run))

    async def pages(
        self, keys: Sequence[object] | None, request: PageRequest, run: Run
    ) -> dict[object, Page]:
        """Return the page of each parent key, or the one page under None at the root."""
        statement = self._page(request)
        parameters: dict[str, object] = {"size": request.size + 1}
        if request.cursor is not None:
            position = run.cursors.open(
                request.cursor, self.binding(run), len(self.order), request.argument
            )
            parameters.update({f"at_{i}": part for i, part in enumerate(position)})
        if keys is None:
            rows = await run.rows(statement, parameters)
            return {None: cut(rows, request)}
        grouped: dict[object, list[Row]] = {key: [] for key in keys}
        if keys:
            found = await run.rows(statement, {**parameters, "keys": list(keys)})
            for row in found:
                grouped[row[0]].append(row)
        return {key: cut(rows, request) for key, rows in grouped.items()}

    async def totals(self, keys: Sequence[object] | None, run: Run) -> dict[object, int]:
        """Return how many rows are in scope, by parent key, or under None at the root."""
        if self._count is None:
            self._count = self.fetch.count(by_parent=self.by_parent)
        if keys is None:
            return {None: (await run.rows(self._count, {}))[0][0]}
        if not keys:
            return {}
        found = await run.rows(self._count, {"keys": list(keys)})
        return {**dict.fromkeys(keys, 0), **{row[0]: row[1] for row in found}}

    def _page(self, request: PageRequest) -> Decided:
        variant = (request.direction, request.cursor is not None)
        if variant not in self._statements:
            self._statements[variant] = self.fetch.page(
                self.order, variant[0], after=variant[1], by_parent=self.by_parent
            )
        return self._statements[variant]
