"""Connections: the pages of all parents by one statement, their totals by another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from engine.errors import Refusal, Withheld
from engine.links import Base, arguments_of
from engine.pages import Page, PageSource, page_request
from engine.views import withheld_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.gates import Gateway
    from engine.run import Run
    from engine.views import Row, View

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
        passing = sorted({k for k, no in zip(keys, refusals, strict=True) if no is None})
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

    async def make(
        self, source: Source, keys: Sequence[object] | None, run: Run
    ) -> dict[object, Any]:
        """Return what is made of the rows of each key, or of all rows under None."""
        raise NotImplementedError


@dataclass(slots=True)
class PageLink(OfRowsLink[PageSource]):
    """A connection."""

    shape: ConnectionView

    async def make(
        self, source: PageSource, keys: Sequence[object] | None, run: Run
    ) -> dict[object, Any]:
        """Return the connection of each key."""
        given = arguments_of(self.place, self.node, run.variables)
        request, shape = page_request(given, run.limits), self.shape
        asked = source.asked(given, run)
        pages: dict[object, Page] = {}
        if shape.needs_rows() or request.cursor is not None:
            pages = await source.pages(keys, request, asked, run)
        totals = await source.totals(keys, asked, run) if shape.needs_total() else {}
        flat = [row for page in pages.values() for row in page.rows]
        built = [await view.build(flat, run) for view in shape.views()]
        made: dict[object, Any] = {}
        start = 0
        for key in (None,) if keys is None else keys:
            page = pages.get(key, Page((), (), more=False, request=request))
            end = start + len(page.rows)
            slices = iter([values[start:end] for values in built])
            cursors = source.cursors(page, asked, run)
            made[key] = {
                name: _part(shape, part, below, page, cursors, slices, totals.get(key))
                for name, part, below in shape.parts
            }
            start = end
        return made


def _part(
    shape: ConnectionView,
    part: Part,
    below: Any,
    page: Page,
    cursors: list[str],
    slices: Any,
    total: int | None,
) -> Any:
    if part == "nodes":
        return next(slices)
    if part == "totalCount":
        return total
    if part == "__typename":
        return shape.type_name
    if part == "pageInfo":
        info = {
            "hasNextPage": page.has_next,
            "hasPreviousPage": page.has_previous,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
            "__typename": "PageInfo",
        }
        return {key: info[name] for key, name in below}
    constants = {"__typename": f"{shape.type_name.removesuffix('Connection')}Edge"}
    columns = [(key, next(slices) if view is not None else None, name) for key, name, view in below]
    return [
        {
            key: values[i] if values is not None else constants.get(name, cursor)
            for key, values, name in columns
        }
        for i, cursor in enumerate(cursors)
    ]
