"""Pages: what is asked for, and one statement for the pages of all parents at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.documents.meaning import filter_of, meaning
from engine.errors import Refusal
from engine.sql.sort_order import ColumnOf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.cursors import Position
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.limits import Limits
    from engine.sql.operands import Filter
    from engine.sql.row_query import Fetch
    from engine.sql.sort_order import Direction, Order
    from engine.sql.statement import Decided


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
    """Read the paging arguments, or raise Refusal BAD_USER_INPUT/PAGE.

    Without a size the page has the default one. It lies where its cursor says, or comes first.
    """
    first, after, last, before = (given.get(name) for name in ("first", "after", "last", "before"))
    if first is not None and last is not None:
        raise _bad_page("last", "last does not go with first: ask for a page with one of them.")
    if after is not None and before is not None:
        raise _bad_page("before", "before does not go with after: ask for a page with one of them.")
    backward = last is not None or (first is None and before is not None)
    name, size = ("last", last) if backward else ("first", first)
    wrong, cursor = ("after", "before") if backward else ("before", "after")
    if given.get(wrong) is not None:
        raise _bad_page(wrong, f"{wrong} does not go with {name}; {cursor} does.")
    if size is None:
        size = limits.page_without_size
    if not 0 <= size <= limits.page:
        message = f"{name} is {size:,}; a page holds 0 to {limits.page:,}."
        raise _bad_page(name, message, limit=limits.page, actual=size)
    return PageRequest("backward" if backward else "forward", size, given.get(cursor))


def _bad_page(argument: str, message: str, **amounts: int) -> Refusal:
    return Refusal("BAD_USER_INPUT", message, input=argument, reason="PAGE", **amounts)


@dataclass(slots=True)
class Page:
    """The rows of one page, each with the segment that it lies in, and what lies around them."""

    rows: Sequence[Row]
    segments: Sequence[int]
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


def cut(rows: Sequence[tuple[int, Row]], request: PageRequest) -> Page:
    """Return the page of rows that were fetched one row longer than asked."""
    kept = list(rows[: request.size])
    if request.direction == "backward":
        kept.reverse()
    segments = [segment for segment, _ in kept]
    return Page([row for _, row in kept], segments, len(rows) > request.size, request)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request compares with: the parameters of its filter, and what binds its cursors."""

    parameters: Mapping[str, object]
    binding: str


class PageSource:
    """The statements of a connection, written when first needed, and its cursors."""

    def __init__(
        self,
        fetch: Fetch,
        coordinate: str,
        order: Order,
        filtered: Filter,
        *,
        by_parent: bool,
        empty: bool = False,
    ) -> None:
        """Take the rows, their order and the filter; of an empty source nothing is read."""
        self.fetch = fetch
        self._coordinate = coordinate
        self._order = order
        self._filter = filtered
        self._rows = fetch.rows.narrowed(filtered.within, filtered.where)
        self._by_parent = by_parent
        self._empty = empty
        self._places = [
            [
                fetch.column(key.name)
                if isinstance(key, ColumnOf)
                else fetch.item(("key", order.name, i), key(fetch.entity.table))
                for i, key in enumerate(segment.keys)
            ]
            for segment in order.segments
        ]
        self._statements: dict[tuple[int, Direction, bool], Decided] = {}
        self._count: Decided | None = None

    def asked(self, given: Mapping[str, Any], run: Run) -> Asked:
        """Return what the arguments of a request compare with, or raise Refusal BAD_USER_INPUT.

        A cursor is bound to where it was made, in which order, of which rows, and for whom; how
        filter and order are written does not count.
        """
        value = filter_of(given)
        parameters = self._filter.parameters(value)
        run.seen.search(self._filter.searched)
        text = meaning(value or {})
        shape = str(len(self._places))  # who gains or loses a right reads another list
        parts = (self._coordinate, self._order.name, shape, text, run.principal.subject)
        return Asked(parameters, "\n".join(parts))

    def cursor(self, page: Page, at: int, asked: Asked, run: Run) -> str:
        """Return the cursor of a row of a page, by its place there."""
        row, number = page.rows[at], page.segments[at]
        segment = [number] if len(self._places) > 1 else []
        position = (*segment, *[row[place] for place in self._places[number]])
        return run.application.cursors.seal(position, asked.binding)

    async def pages(
        self, keys: Sequence[object] | None, request: PageRequest, asked: Asked, run: Run
    ) -> dict[object, Page]:
        """Return the page of each parent key, or the one page under None at the root."""
        start, position = self.position(request, asked, run)
        size = request.size + 1
        found: dict[object, list[tuple[int, Row]]] = {key: [] for key in keys or ()}
        if keys is None:
            found[None] = []
        if self._empty:
            return {key: cut(rows, request) for key, rows in found.items()}
        for number in self._order.from_position(request.direction, start):
            wanting = [key for key, rows in found.items() if len(rows) < size]
            if not wanting:
                break
            after = number == start
            parameters: dict[str, object] = {**asked.parameters, "size": size}
            if after:
                parameters |= {f"at_{i}": part for i, part in enumerate(position)}
            if keys is not None:
                parameters["keys"] = wanting
            rows = await run.rows(self._page(number, request.direction, after=after), parameters)
            for row in rows:
                found[None if keys is None else row[0]].append((number, row))
        return {key: cut(rows, request) for key, rows in found.items()}

    def position(self, request: PageRequest, asked: Asked, run: Run) -> tuple[int | None, Position]:
        """Return the segment that a cursor lies in and its place there, or raise Refusal."""
        if request.cursor is None:
            return None, ()
        several = len(self._places) > 1
        widths = {len(places) + several for places in self._places}
        parts = run.application.cursors.open(
            request.cursor, asked.binding, widths, request.argument
        )
        return (int(parts[0]), parts[1:]) if several else (0, parts)

    async def totals(
        self, keys: Sequence[object] | None, asked: Asked, run: Run
    ) -> dict[object, int]:
        """Return how many rows there are, by parent key, or under None at the root."""
        if self._empty:
            return dict.fromkeys((None,) if keys is None else keys, 0)
        if self._count is None:
            self._count = self.fetch.totals(self._rows, by_parent=self._by_parent)
        if keys is None:
            return {None: (await run.rows(self._count, asked.parameters))[0][0]}
        found = await run.rows(self._count, {**asked.parameters, "keys": list(keys)})
        return {**dict.fromkeys(keys, 0), **{row[0]: row[1] for row in found}}

    def _page(self, number: int, direction: Direction, *, after: bool) -> Decided:
        variant = (number, direction, after)
        if variant not in self._statements:
            self._statements[variant] = self.fetch.page(
                self._rows,
                self._order.segments[number],
                direction,
                after=after,
                by_parent=self._by_parent,
            )
        return self._statements[variant]
