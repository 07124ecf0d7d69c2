"""Connections: the pages of all parents by one statement, their totals by another."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from engine.documents.variables import arguments_of
from engine.errors import Refusal, Withheld
from engine.execution.pages import Page, PageSource, page_request
from engine.execution.views import Base, objects, withheld_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.execution.gates import Gateway
    from engine.execution.hints import Row
    from engine.execution.pages import Asked, PageRequest
    from engine.execution.run import Run
    from engine.execution.views import View

Part = Literal["nodes", "edges", "pageInfo", "totalCount", "__typename"]


@dataclass(slots=True)
class ConnectionView:
    """What a selection asks of a connection: its parts by response key."""

    type_name: str
    parts: list[tuple[str, Part, Any]] = field(default_factory=list)
    """Response key and part, with the view of nodes, the edge's own parts, or page-info keys."""

    def views(self) -> list[View]:
        """Return every view of a row, in the order that `of` takes them."""
        found: list[View] = []
        for _, part, below in self.parts:
            if part == "nodes":
                found.append(below)
            elif part == "edges":
                found.extend(view for _, _, view in below if view is not None)
        return found

    def needs_rows(self) -> bool:
        """Tell whether anything of the rows is asked for."""
        return any(part in {"nodes", "edges", "pageInfo"} for _, part, _ in self.parts)

    def needs_total(self) -> bool:
        """Tell whether the total is asked for."""
        return any(part == "totalCount" for _, part, _ in self.parts)


Source = TypeVar("Source")


@dataclass(slots=True)
class OfRowsLink(Base, Generic[Source]):
    """What is made of the rows hanging on the parents, or on nothing at the root."""

    gateway: Gateway | None
    source: Source | Withheld
    """The statements, or why an argument of theirs is refused to every parent."""

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return what is made for each parent that passes the gate."""
        if self.gateway is None:
            return [(await self._made(None, run))[None]]
        refusals = self.gateway.refusals(rows, run.principal)
        keys = [row[self.gateway.key] for row in rows]
        passing = run.tally.unique(k for k, no in zip(keys, refusals, strict=True) if no is None)
        # the role comes first: only who passes is told of an argument that is wrong or refused
        made = await self._made(passing, run) if passing else {}
        return [made[k] if no is None else no for k, no in zip(keys, refusals, strict=True)]

    async def _made(self, keys: Sequence[object] | None, run: Run) -> dict[object, Any]:
        everywhere = (None,) if keys is None else keys
        if isinstance(self.source, Withheld):
            return dict.fromkeys(everywhere, self.source)
        try:
            return await self.make(self.source, keys, run)
        except Refusal as refusal:
            return dict.fromkeys(everywhere, withheld_of(refusal, self.coordinate, self.node))

    def misasked(self, run: Run) -> Withheld | None:
        """Return what would stand for everything that is made here, for an argument is wrong."""
        if isinstance(self.source, Withheld):
            return None  # refused whatever the values are, and noted as such
        try:
            self.check(self.source, run)
        except Refusal as refusal:
            return withheld_of(refusal, self.coordinate, self.node)
        return None

    def check(self, source: Source, run: Run) -> None:
        """Raise Refusal for arguments that `make` would refuse."""
        raise NotImplementedError

    async def make(
        self, source: Source, keys: Sequence[object] | None, run: Run
    ) -> dict[object, Any]:
        """Return what is made of the rows of each key, or of all rows under None."""
        raise NotImplementedError


@dataclass(slots=True)
class PageLink(OfRowsLink[PageSource]):
    """A connection."""

    shape: ConnectionView

    @property
    def plain(self) -> bool:
        """Views make its rows, and nothing else of it is withheld."""
        return True

    def check(self, source: PageSource, run: Run) -> None:
        """Raise Refusal for a page, a cursor or a filter that is wrong."""
        request, asked = self._asked(source, run)
        source.position(request, asked, run)

    def _asked(self, source: PageSource, run: Run) -> tuple[PageRequest, Asked]:
        given = arguments_of(self.place, self.node, run.variables)
        return page_request(given, run.limits), source.asked(given, run)

    async def make(
        self, source: PageSource, keys: Sequence[object] | None, run: Run
    ) -> dict[object, Any]:
        """Return the connection of each key."""
        request, asked = self._asked(source, run)
        shape = self.shape
        pages: dict[object, Page] = {}
        if shape.needs_rows() or request.cursor is not None:
            pages = await source.pages(keys, request, asked, run)
        totals = await source.totals(keys, asked, run) if shape.needs_total() else {}
        flat = [row for page in pages.values() for row in page.rows]
        built = [await view.build(flat, run) for view in shape.views()]
        run.tally.rows(len(keys or (None,)), len(shape.parts))
        run.tally.rows(len(flat), len(shape.parts))
        made: dict[object, Any] = {}
        start = 0
        for key in (None,) if keys is None else keys:
            page = pages.get(key, Page((), (), more=False, request=request))
            end = start + len(page.rows)
            cursor = partial(source.cursor, page, asked=asked, run=run)
            slices = iter([values[start:end] for values in built])
            made[key] = {
                name: _part(shape, part, below, page, cursor, slices, totals.get(key))
                for name, part, below in shape.parts
            }
            start = end
        return made


def _part(
    shape: ConnectionView,
    part: Part,
    below: Any,
    page: Page,
    cursor: Callable[[int], str],
    slices: Iterator[list[Any]],
    total: int | None,
) -> Any:
    if part == "nodes":
        return next(slices)
    if part == "totalCount":
        return total
    if part == "__typename":
        return shape.type_name
    if part == "pageInfo":
        return {key: _page_info(name, page, cursor) for key, name in below}
    size = len(page.rows)
    columns = [
        next(slices)
        if view is not None
        else [*map(cursor, range(size))]
        if name == "cursor"
        else [f"{shape.type_name.removesuffix('Connection')}Edge"] * size
        for _, name, view in below
    ]
    return objects([key for key, _, _ in below], columns, size)


def _page_info(name: str, page: Page, cursor: Callable[[int], str]) -> Any:
    if name == "hasNextPage":
        return page.has_next
    if name == "hasPreviousPage":
        return page.has_previous
    if name == "__typename":
        return "PageInfo"
    if not page.rows:
        return None
    return cursor(0 if name == "startCursor" else len(page.rows) - 1)
