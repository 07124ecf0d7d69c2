"""A Relay connection, of the rows that hang on this one or, at the root, of all rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from engine.declare.finding import finding_arguments
from engine.declare.guarded import Argument, GuardedField
from engine.declare.kinds import Relation
from engine.documents.variables import arguments_of
from engine.errors import Refusal, Withheld
from engine.execution.of_rows import OfRowsLink
from engine.execution.pages import Page, PageSource, page_request
from engine.execution.views import objects
from engine.kinds.hanging import gateway_of, is_hung
from engine.limits import Limits
from engine.plain.kinds import Answered
from engine.plain.rows import PlainRow
from engine.planning.context import Planned

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from graphql import FieldNode

    from engine.catalogue import Entity
    from engine.declare.kinds import Choice, Columns
    from engine.execution.hints import Marks
    from engine.execution.pages import Asked as AskedPage
    from engine.execution.pages import PageRequest
    from engine.execution.run import Run
    from engine.execution.views import View
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Planning, Selected
    from engine.sql.row_query import Fetch

_LIMITS = Limits()
_SIZE = (
    f"at most {_LIMITS.page}; {_LIMITS.page_without_size} where neither `first` nor `last` is given"
)
_PAGE = (
    Argument("first", int | None, description=f"The size of the page, going forward: {_SIZE}."),
    Argument("after", str | None, description="Start behind this cursor; goes with `first`."),
    Argument("last", int | None, description="The size of the page, going backward, as `first`."),
    Argument("before", str | None, description="End in front of this cursor; goes with `last`."),
)
PAGING = frozenset(argument.name for argument in _PAGE)
"""The arguments that choose a page, and not which rows there are."""


def connection(  # noqa: PLR0913 - each says another thing of the rows
    action: str,
    *,
    by: str | None = None,
    on: str = "id",
    order: tuple[str, ...] = (),
    filter: type | None = None,  # noqa: A002 - the argument's name
    order_by: type | None = None,
    choice: Choice | None = None,
    part: bool = False,
    description: str = "",
) -> Any:
    """Declare a Relay connection, of the rows hanging on this one or, at the root, of all.

    `order` has columns, or one key that rows can be sorted by: `owner.name` of a card, or a field
    that is shown of another row. `filter` and
    `order_by` are the inputs of `filter_input` and `order_input` for the rows' type;
    the word of a `choice` may narrow the rows to those in scope of another action too.
    """
    kind = Paged(by, on, order, part)
    chosen = (Argument(choice.argument, choice.kind, default=choice.default),) if choice else ()
    arguments = (*_PAGE, *chosen, *finding_arguments(filter, order_by))
    return GuardedField(
        kind, action, arguments=arguments, choice=choice, description=description or None
    )


@dataclass(frozen=True, slots=True)
class Paged(Relation, Planned, Answered):
    """A connection: of the rows hanging on the parent, or of all rows when `by` is None."""

    by: str | None
    on: str
    order: tuple[str, ...]
    part: bool = False

    def is_required(self, columns: Columns | None) -> bool:
        """It is: there may be no rows, but there is a page."""
        del columns
        return True

    def plan(self, selected: Selected) -> None:
        """Answer the pages of all parents, or the one page of all rows."""
        field, node, planning = selected.field, selected.node, selected.planning
        chosen = planning.finder.chosen(field, node)
        gateway = gateway_of(selected, self) if is_hung(selected, self) else None
        fetch = planning.fetch(
            selected.target, self.by or "id", selected.action, selected.decision, chosen.narrowing
        )
        shape, marks = _parts(planning, selected.target, fetch, selected.nodes)
        found = planning.finder.found(field, node, fetch, self._order)
        source = (
            found
            if isinstance(found, Withheld)
            else PageSource(
                fetch,
                f"{field.coordinate}{chosen.action or ''}",
                *found,
                by_parent=gateway is not None,
                empty=chosen.empty,
            )
        )
        link = PageLink(field, node, marks, gateway, source, shape)
        planning.decider.notes.argued.append(link)
        selected.link(link)

    async def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Load a page of the rows hanging on a parent, or of all."""
        field, source, run, loading = asked.field, asked.source, plain.run, plain.loading
        given = arguments_of(field, asked.node, run.variables)
        entity = plain.catalogue.entities[field.target]
        hangs = isinstance(source, PlainRow) and self.by is not None
        chosen = loading.finder.chosen(field, asked.node)
        fetch, reader = loading.fetch(field, entity, self.by or "id", chosen.narrowing)
        found = loading.finder.found(field, asked.node, fetch, self._order)
        if isinstance(found, Withheld):
            raise Refusal(found.code, found.message, **found.details)
        pages = PageSource(
            fetch,
            f"{field.coordinate}{chosen.action or ''}",
            *found,
            by_parent=hangs,
            empty=chosen.empty,
        )
        request, compared = page_request(given, run.application.limits), pages.asked(given, run)
        if not hangs:
            page = (await pages.pages(None, request, compared, run))[None]
        else:

            async def load(keys: list[Any]) -> list[Any]:
                found = await pages.pages(sorted(set(keys)), request, compared, run)
                return [found[k] for k in keys]

            at = (field.coordinate, request, compared.binding)
            page = await loading.loader(at, load).load(asked.row.values[self.on])

        async def total() -> int:
            if not hangs:
                return (await pages.totals(None, compared, run))[None]

            async def count(keys: list[Any]) -> list[Any]:
                found = await pages.totals(sorted(set(keys)), compared, run)
                return [found[k] for k in keys]

            at = (field.coordinate, "total", compared.binding)
            return int(await loading.loader(at, count).load(asked.row.values[self.on]))

        cursors = (pages.cursor(page, at, compared, run) for at in range(len(page.rows)))
        rows = [reader.row(*each) for each in zip(page.rows, cursors, strict=True)]
        return PlainPage(rows, page, total)

    @property
    def _order(self) -> tuple[str, ...]:
        """The columns that rows are ordered by, the id last as the tie-break."""
        return (*self.order, "id")


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


def _parts(
    planning: Planning, entity: Entity, fetch: Fetch, nodes: list[FieldNode]
) -> tuple[ConnectionView, Marks]:
    """Return the parts that are asked for, and where a value may be withheld in them."""
    shape = ConnectionView(f"{entity.name}Connection")
    marks: Marks = {}
    for key, below in planning.collector.fields(shape.type_name, nodes).items():
        name: Any = below[0].name.value
        content: Any = None
        if name == "nodes":
            content = planning.view(entity, fetch, below)
            marks[key] = content.marks
        elif name == "edges":
            content, marks[key] = _edges(planning, entity, fetch, below)
        elif name == "pageInfo":
            marks[key] = None
            info = planning.collector.fields("PageInfo", below)
            content = [(k, n[0].name.value) for k, n in info.items()]
        shape.parts.append((key, name, content))
    return shape, marks


def _edges(
    planning: Planning, entity: Entity, fetch: Fetch, nodes: list[FieldNode]
) -> tuple[list[tuple[str, str, View | None]], Marks]:
    parts: list[tuple[str, str, View | None]] = []
    marks: Marks = {}
    for key, below in planning.collector.fields(f"{entity.name}Edge", nodes).items():
        name = below[0].name.value
        view = planning.view(entity, fetch, below) if name == "node" else None
        if view is not None:
            marks[key] = view.marks
        parts.append((key, name, view))
    return parts, marks


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

    def _asked(self, source: PageSource, run: Run) -> tuple[PageRequest, AskedPage]:
        given = arguments_of(self.place, self.node, run.variables)
        return page_request(given, run.application.limits), source.asked(given, run)

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
