"""How a field finds its value: the closed set of field kinds that the planner compiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

    from sqlalchemy import Select

    from authz.principal import Principal
    from db.base import Base
    from engine.change import Change


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
    """What a row shows of the row of `model` that column `on` points at, as a value of its own."""

    on: str
    model: type[Base]


@dataclass(frozen=True, slots=True)
class Shown:
    """The column `name` of the row of `model` that column `on` points at, as this row's value."""

    on: str
    model: type[Base]
    name: str


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


class CommandFunction(Protocol):
    """Makes one change inside the transaction that the frame opened."""

    def __call__(self, change: Change, given: Any, /) -> Awaitable[Mapping[str, str | None]]:
        """Return the keys of the payload's rows by the names of its fields."""
        ...


@dataclass(frozen=True, slots=True)
class LockByWord:
    """The column to lock by, by the word that an input field holds."""

    argument: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """The row that a command acts on, or the rows where it acts on `many` at once.

    `argument` is the input field with the id or the ids, `lock` the column that holds the key of
    the organisation to lock. A command that `moves` its target may leave it outside the scope.
    """

    entity: str
    argument: str
    lock: str | LockByWord
    moves: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Another row, or `many`, that an input names: it has to lie in the scope of an action."""

    entity: str
    argument: str
    action: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An argument whose words narrow a connection to the rows in scope of another action too."""

    argument: str
    kind: type
    default: Any
    narrowing: Mapping[str, str]


class PrincipalOf(Protocol):
    """Makes the principal that a preview is answered to."""

    def __call__(
        self, row: Mapping[str, Any], given: Mapping[str, Any], loading: Loading
    ) -> Awaitable[Principal]:
        """Return who would ask, of a row and the arguments, or raise Refusal for the arguments."""
        ...


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole answer that somebody would get to a document whom the row lets in."""

    principal: PrincipalOf
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A change: the function, the input it takes, and what it acts on, if that exists yet."""

    run: CommandFunction
    given: type
    target: Target | None
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of a payload; it becomes ToOne by the name that it is declared under."""


@dataclass(frozen=True, slots=True)
class AllowedActions:
    """What the caller may do with the row: the commands that act on its type."""


@dataclass(frozen=True, slots=True)
class Can:
    """Whether the caller may act at an organisation where there is no row to ask yet."""


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
