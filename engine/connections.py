"""Connections: the pages of all parents by one statement, their totals by another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from engine.errors import Refusal, Withheld
from engine.links import Base, Gate, arguments_of
from engine.pages import Page, page_request
from engine.views import withheld_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.pages import PageSource
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


@dataclass(slots=True)
class PageLink(Base):
    """A connection hanging on the parents, or on nothing at the root."""

    key: int | None
    gate: Gate | None
    withheld: Withheld
    source: PageSource
    shape: ConnectionView

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the connection of each parent that passes the gate."""
        if self.key is None:
            return [(await self._connections(None, run))[None]]
        allowed = self.gate.allowed(run) if self.gate else None
        keys = [row[self.key] for row in rows]
        passing = sorted({k for k in keys if allowed is None or k in allowed})
        made: dict[object, Any] = {}
        if passing:
            try:
                made = await self._connections(passing, run)
            except Refusal as refusal:  # the role comes first: only who passes is told of it
                made = dict.fromkeys(passing, withheld_of(refusal, self.coordinate, self.node))
        return [made.get(key, self.withheld) for key in keys]

    async def _connections(self, keys: Sequence[object] | None, run: Run) -> dict[object, Any]:
        request = page_request(arguments_of(self.place, self.node, run.variables), run.limits)
        shape, source = self.shape, self.source
        pages: dict[object, Page] = {}
        if shape.needs_rows() or request.cursor is not None:
            pages = await source.pages(keys, request, run)
        totals = await source.totals(keys, run) if shape.needs_total() else {}
        flat = [row for page in pages.values() for row in page.rows]
        built = [await view.build(flat, run) for view in shape.views()]
        made: dict[object, Any] = {}
        start = 0
        for key in (None,) if keys is None else keys:
            page = pages.get(key, Page((), more=False, request=request))
            end = start + len(page.rows)
            slices = iter([values[start:end] for values in built])
            cursors = [source.cursor(row, run) for row in page.rows]
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
