"""Compiles selections over connections and sums: their parts, each with a view of the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from engine.declare.kinds import Aggregate, Paged, order_of
from engine.errors import Withheld
from engine.execution.aggregates import AggregateLink, AggregateSource, aggregate_view
from engine.execution.connections import ConnectionView, PageLink
from engine.execution.pages import PageSource
from engine.planning.authorization import gateway_of

if TYPE_CHECKING:
    from graphql import FieldNode

    from authz.decision import Decision
    from engine.catalogue import Catalogue, Entity, Field
    from engine.decider import Decider
    from engine.documents.selections import Collector
    from engine.execution.gates import Gateway
    from engine.execution.hints import Marks
    from engine.execution.views import Link, View
    from engine.planning.arguments import Finder
    from engine.sql.row_query import Fetch


class Rows(Protocol):
    """What compiles the rows of a connection."""

    def fetch(
        self,
        entity: Entity,
        key: str,
        action: str,
        decision: Decision | None = None,
        chosen: str | None = None,
    ) -> Fetch:
        """Return the rows that lie in scope of an action."""
        ...

    def view(self, entity: Entity, fetch: Fetch, nodes: list[FieldNode]) -> View:
        """Return what is asked of each of them."""
        ...


class ConnectionPlanner:
    """Compiles connections and sums, of rows that hang on a parent or on nothing."""

    def __init__(
        self,
        catalogue: Catalogue,
        decider: Decider,
        collector: Collector,
        finder: Finder,
        rows: Rows,
    ) -> None:
        """Take what decides, what is asked, and what compiles rows."""
        self._catalogue = catalogue
        self._decider = decider
        self._collector = collector
        self._finder = finder
        self._rows = rows

    def paged(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: Paged,
        decision: Decision,
        parent: Fetch | None,
    ) -> Link:
        """Return the connection hanging on a parent, or on nothing at the root."""
        entity = self._catalogue.entities[place.target]
        chosen = self._finder.chosen(place, nodes[0])
        gateway = self._hung(place, nodes[0], spec, decision, parent)
        fetch = self._rows.fetch(
            entity, spec.by or "id", place.guarded.action, decision, chosen.narrowing
        )
        shape, marks = self._connection(entity, fetch, nodes)
        found = self._finder.found(place, nodes[0], fetch, order_of(spec))
        source = (
            found
            if isinstance(found, Withheld)
            else PageSource(
                fetch,
                f"{place.coordinate}{chosen.action or ''}",
                *found,
                by_parent=gateway is not None,
                empty=chosen.empty,
            )
        )
        link = PageLink(place, nodes[0], marks, gateway, source, shape)
        self._decider.notes.argued.append(link)
        return link

    def aggregate(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: Aggregate,
        decision: Decision,
        parent: Fetch | None,
    ) -> Link:
        """Return what the rows hanging on a parent, or all rows, add up to."""
        entity = self._catalogue.rows_of(place)
        assert entity is not None  # noqa: S101 - see Declarations.aggregates
        fetch = self._rows.fetch(entity, spec.by or "id", place.guarded.action, decision)
        shape = aggregate_view(self._catalogue, self._collector, self._decider, place, nodes)
        sums = [self._finder.summed(each, fetch) for each in shape.columns()]
        gateway = self._hung(place, nodes[0], spec, decision, parent)
        found = self._finder.filtered(place, nodes[0], fetch)
        source = (
            found
            if isinstance(found, Withheld)
            else AggregateSource(fetch, found, sums, by_parent=gateway is not None)
        )
        link = AggregateLink(place, nodes[0], shape.marks, gateway, source, shape)
        self._decider.notes.argued.append(link)
        return link

    def _hung(
        self,
        place: Field,
        node: FieldNode,
        spec: Aggregate | Paged,
        decision: Decision,
        parent: Fetch | None,
    ) -> Gateway | None:
        """Return the gate of rows that hang on a parent, None where all rows are asked for."""
        if parent is None or spec.by is None:
            return None
        return gateway_of(self._catalogue, self._decider, place, node, spec, decision, parent)

    def _connection(
        self, entity: Entity, fetch: Fetch, nodes: list[FieldNode]
    ) -> tuple[ConnectionView, Marks]:
        """Return the parts that are asked for, and where a value may be withheld in them."""
        shape = ConnectionView(f"{entity.name}Connection")
        marks: Marks = {}
        for key, below in self._collector.fields(shape.type_name, nodes).items():
            name: Any = below[0].name.value
            content: Any = None
            if name == "nodes":
                content = self._rows.view(entity, fetch, below)
                marks[key] = content.marks
            elif name == "edges":
                content, marks[key] = self._edges(entity, fetch, below)
            elif name == "pageInfo":
                marks[key] = None
                content = [
                    (k, n[0].name.value)
                    for k, n in self._collector.fields("PageInfo", below).items()
                ]
            shape.parts.append((key, name, content))
        return shape, marks

    def _edges(
        self, entity: Entity, fetch: Fetch, nodes: list[FieldNode]
    ) -> tuple[list[tuple[str, str, View | None]], Marks]:
        parts: list[tuple[str, str, View | None]] = []
        marks: Marks = {}
        for key, below in self._collector.fields(f"{entity.name}Edge", nodes).items():
            name = below[0].name.value
            view = self._rows.view(entity, fetch, below) if name == "node" else None
            if view is not None:
                marks[key] = view.marks
            parts.append((key, name, view))
        return parts, marks
