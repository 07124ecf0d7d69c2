"""Compiles selections over connections: their parts, each with a view of the same rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.connections import ConnectionView

if TYPE_CHECKING:
    from graphql import FieldNode

    from engine.catalogue import Entity
    from engine.collect import Collector
    from engine.fetch import Fetch
    from engine.views import Marks, View


class ConnectionPlanner:
    """Compiles what is asked of one connection; `rows` compiles what is asked of its rows."""

    def __init__(
        self,
        collector: Collector,
        rows: Callable[[Entity, Fetch, list[FieldNode]], View],
    ) -> None:
        """Take what collects fields, and what compiles rows."""
        self._collector = collector
        self._rows = rows

    def connection(
        self, entity: Entity, fetch: Fetch, nodes: list[FieldNode]
    ) -> tuple[ConnectionView, Marks]:
        """Return the parts that are asked for, and where a value may be withheld in them."""
        shape = ConnectionView(f"{entity.name}Connection")
        marks: Marks = {}
        for key, below in self._collector.fields(shape.type_name, nodes).items():
            name: Any = below[0].name.value
            content: Any = None
            if name == "nodes":
                content = self._rows(entity, fetch, below)
                marks[key] = content.marks
            elif name == "edges":
                content, marks[key] = self._edges(entity, fetch, below)
            elif name == "pageInfo":
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
            view = self._rows(entity, fetch, below) if name == "node" else None
            if view is not None:
                marks[key] = view.marks
            parts.append((key, name, view))
        return parts, marks
