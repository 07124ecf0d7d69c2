"""The Relay types that connections are made of."""

from __future__ import annotations

from typing import Generic, TypeVar

from engine.declare.fields import value

T = TypeVar("T")


@value
class PageInfo:
    """Whether rows lie before and behind a page, and the cursors of its ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@value
class IntAggregates:
    """What the integers of a column add up to, where they may be read and are not null."""

    count: int
    sum: float
    min: int | None
    max: int | None


@value
class Edge(Generic[T]):
    """A row of a connection, and the cursor of its place."""

    cursor: str
    node: T


@value
class Connection(Generic[T]):
    """A page of the rows that the caller may see; the total counts all of those."""

    edges: list[Edge[T]]
    nodes: list[T]
    page_info: PageInfo
    total_count: int
