"""How a field finds its value: the closed set of field kinds that the planner compiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

    from sqlalchemy import Select


class Loading(Protocol):
    """What a computed field's batch function may use: the instant, and reads it declared."""

    @property
    def now(self) -> int:
        """The operation's instant, UTC epoch milliseconds."""
        ...

    async def fetch(
        self, statement: Select[*tuple[Any, ...]], parameters: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        """Run a statement of the field's own; `:now` is bound."""
        ...


class BatchFunction(Protocol):
    """Computes one value a row, in the order of the rows."""

    def __call__(
        self, rows: Sequence[Mapping[str, Any]], loading: Loading
    ) -> Awaitable[Sequence[Any]]:
        """Return as many values as there are rows."""
        ...


StaticFunction = Callable[..., Any]
"""Returns plain objects of value types, the same for everybody who may read them."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """The global id, under the type's read action."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row; `name` is the model's."""

    name: str


@dataclass(frozen=True, slots=True)
class ToOne:
    """The row that column `on` points at: null when it is out of sight."""

    on: str


@dataclass(frozen=True, slots=True)
class Facet:
    """The one row whose column `by` holds the parent's column `on`; gated at the parent."""

    by: str
    on: str


@dataclass(frozen=True, slots=True)
class ToMany:
    """All rows whose column `by` holds the parent's column `on`, ordered; gated at the parent."""

    by: str
    on: str
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paged:
    """A connection: of the rows hanging on the parent, or of all rows when `by` is None."""

    by: str | None
    on: str
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """A batch function over the columns it reads; `derives` are the actions of what it tells."""

    load: BatchFunction
    reads: tuple[str, ...]
    derives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """The row of the caller's own User."""


@dataclass(frozen=True, slots=True)
class ById:
    """The row of a global id."""


@dataclass(frozen=True, slots=True)
class NodeById:
    """The row of a global id of any type."""


@dataclass(frozen=True, slots=True)
class NodesByIds:
    """The rows of several global ids of any type, in their order."""


@dataclass(frozen=True, slots=True)
class Static:
    """Public data from memory."""

    load: StaticFunction


Spec = (
    Identifier
    | Column
    | ToOne
    | Facet
    | ToMany
    | Paged
    | Computed
    | Caller
    | ById
    | NodeById
    | NodesByIds
    | Static
)
Hanging = Facet | ToMany | Paged


def order_of(spec: ToMany | Paged) -> tuple[str, ...]:
    """Return the columns that rows are ordered by, the id last as the tie-break."""
    return (*spec.order, "id")
