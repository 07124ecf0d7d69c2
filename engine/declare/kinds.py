"""How a field finds its value: the closed set of field kinds that the planner compiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.declare.commands import Changed, Command
from engine.declare.functions import BatchFunction, PrincipalOf, StaticFunction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import Enum

    from sqlalchemy import ColumnElement, FromClause

    from db.base import Base


@dataclass(frozen=True, slots=True)
class Identifier:
    """The global id, under the type's read action."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row; `name` is the model's."""

    name: str


@dataclass(frozen=True, slots=True)
class Derived:
    """What an expression over the row's columns and the instant `:now` says of it."""

    says: Callable[[FromClause], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Findable:
    """What rows can be found by a column: filters and orders that may name it, and aggregates.

    Who filters or sorts by it needs every action of `search` besides its own. `folded` is the
    column that holds a text as it is searched and sorted by.
    """

    filter: bool = False
    sort: bool = False
    search: tuple[str, ...] = ()
    folded: str | None = None
    aggregate: bool = False


@dataclass(frozen=True, slots=True)
class ToOne:
    """The row that column `on` points at: null when it is out of sight."""

    on: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a row shows of the row of `model` that column `on` points at, as a value of its own.

    `sort` gives the column that rows are sorted by for each field of it that they can be.
    """

    on: str
    model: type[Base]
    sort: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """The column `name` of the row of `model` that column `on` points at, as this row's value.

    Rows are sorted by it by that row's column `sort`, where there is one.
    """

    on: str
    model: type[Base]
    name: str
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Whether no row of a relation, named as in Python, is in sight."""

    relation: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The row that column `on` points at, of the type that `types` gives for the word in `kind`."""

    on: str
    kind: str
    types: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Facet:
    """The one row whose column `by` holds the parent's column `on`; gated at the parent.

    One that is `part` of the parent is decided there as a column is: on the very row.
    """

    by: str
    on: str
    part: bool = False


@dataclass(frozen=True, slots=True)
class ToMany:
    """All rows whose column `by` holds the parent's column `on`, ordered; gated like a facet."""

    by: str
    on: str
    order: tuple[str, ...]
    part: bool = False


@dataclass(frozen=True, slots=True)
class Paged:
    """A connection: of the rows hanging on the parent, or of all rows when `by` is None."""

    by: str | None
    on: str
    order: tuple[str, ...]
    part: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """How many rows hang on the parent, or how many there are, and the sums of their columns."""

    by: str | None
    on: str
    part: bool = False


@dataclass(frozen=True, slots=True)
class Aggregated:
    """The sums of a column, over the rows on which it is readable and not null."""

    column: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A batch function over the columns it reads; `derives` are the actions of what it tells."""

    load: BatchFunction
    reads: tuple[str, ...]
    derives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Download:
    """A link to a document of the row; `kind` is what the link and the server call it."""

    kind: str


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


@dataclass(frozen=True, slots=True)
class Choice:
    """An argument whose words narrow a connection to the rows in scope of another action too."""

    argument: str
    kind: type[Enum]
    default: Any
    narrowing: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole answer that somebody would get to a document whom the row lets in.

    `imagines` names the types of which they are given rows of their own, and `derives` the actions
    of what the answer tells besides.
    """

    principal: PrincipalOf
    reads: tuple[str, ...]
    imagines: tuple[str, ...] = ()
    derives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AllowedActions:
    """What the caller may do with the row: the commands that act on its type.

    At the root, and on the caller's own row, it is what they may do that acts on nothing yet.
    """


@dataclass(frozen=True, slots=True)
class Can:
    """Whether the caller may act, at an organisation if it needs one, where there is no row yet."""


Spec = (
    Identifier
    | Column
    | ToOne
    | Card
    | Shown
    | NoneOf
    | AnyOf
    | Facet
    | ToMany
    | Paged
    | Aggregate
    | Aggregated
    | Computed
    | Derived
    | Download
    | Caller
    | ById
    | NodeById
    | NodesByIds
    | Static
    | Command
    | Changed
    | AllowedActions
    | Can
    | Preview
)
Hanging = Aggregate | Facet | ToMany | Paged


def order_of(spec: ToMany | Paged) -> tuple[str, ...]:
    """Return the columns that rows are ordered by, the id last as the tie-break."""
    return (*spec.order, "id")
