"""The declarations a schema is written in: `@entity`, `field()` and the kinds of relation.

Every field names an action, its own or its type's read action, and carries the permission class
of the matrix row, the `@requires` directive and what the planner needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

import strawberry
from strawberry.scalars import JSON

from engine.guarded import Argument, GuardedField
from engine.inputs import optional
from engine.specs import (
    Aggregate,
    AllowedActions,
    AnyOf,
    ById,
    Caller,
    Can,
    Card,
    Changed,
    Column,
    Command,
    Computed,
    Download,
    Facet,
    Findable,
    NodeById,
    NodesByIds,
    NoneOf,
    Paged,
    Preview,
    Shown,
    Static,
    ToMany,
    ToOne,
)

if TYPE_CHECKING:
    from db.base import Base
    from engine.specs import BatchFunction, Choice, CommandFunction, Named, PrincipalOf, Target

T = TypeVar("T", bound=type)

_NONE: Mapping[str, str] = MappingProxyType({})
_PAGE = (
    Argument("first", int | None, description="The size of the page, going forward."),
    Argument("after", str | None, description="Start behind this cursor, with `first`."),
    Argument("last", int | None, description="The size of the page, going backward."),
    Argument("before", str | None, description="End in front of this cursor, with `last`."),
)


@strawberry.interface(description="A type whose rows can be asked for by their global id.")
class Node:
    """The Relay interface; each implementer declares the id under its own read action."""

    id: strawberry.ID


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def value(cls: T) -> T:
    """Make a type of plain values, whose fields inherit the rule of the field that leads there."""
    cls.__value__ = True  # type: ignore[attr-defined]
    return strawberry.type(cls, description=(cls.__doc__ or "").split("\n\n")[0])


def input_field(action: str, *, by_word: Mapping[str, str] = _NONE, **options: Any) -> Any:
    """Declare a field of an input type under the action that a caller needs to send it.

    Where it is a closed set, `by_word` gives the action that each of its words needs besides.
    """
    rule = {"action": action, **({"by_word": by_word} if by_word else {})}
    return strawberry.field(metadata=rule, **options)


def field(  # noqa: PLR0913 - each says another thing of the column
    action: str | None = None,
    *,
    column: str | None = None,
    filter: bool = False,  # noqa: A002 - what GraphQL clients call it
    sort: bool = False,
    search: str | None = None,
    folded: str | None = None,
    aggregate: bool = False,
    watched: bool = False,
    description: str = "",
) -> Any:
    """Declare a column of the row, under `action` or the type's read action.

    Rows can be found by it where `filter` and `sort` say so, by who holds the action `search` too;
    `folded` is the column that holds a text as it is searched and sorted by. `aggregate` lets the
    sums of a column of integers be asked for. Whoever is shown a `watched` field is written down.
    """
    spec = Column(column) if column else None
    findable = Findable(filter, sort, (search,) if search else (), folded, aggregate)
    return GuardedField(
        spec, action, findable=findable, watched=watched, description=description or None
    )


def one(action: str, *, on: str, description: str = "") -> Any:
    """Declare the row that column `on` points at, under its type's read action."""
    return GuardedField(ToOne(on), action, description=description or None)


def card(action: str, *, on: str, of: type[Base], description: str = "") -> Any:
    """Declare what this row shows, under its own action, of the row that column `on` points at.

    The field's type is a @value whose fields are columns of the model `of`.
    """
    return GuardedField(Card(on, of), action, description=description or None)


def shown(
    action: str | None = None, *, on: str, of: type[Base], column: str, description: str = ""
) -> Any:
    """Declare a column of the row that column `on` points at, under this row's action."""
    return GuardedField(Shown(on, of, column), action, description=description or None)


def none_of(action: str, relation: str, *, search: str | None = None, description: str = "") -> Any:
    """Declare whether no row of a relation of this type is in sight; rows are found by it too.

    The action is the relation's own.
    """
    findable = Findable(filter=True, search=(search,) if search else ())
    return GuardedField(
        NoneOf(relation), action, findable=findable, description=description or None
    )


def any_of(
    action: str, *, on: str, kind: str, types: Mapping[str, str], description: str = ""
) -> Any:
    """Declare the row that column `on` points at, of one of several types.

    `types` gives the GraphQL type for each word of the column `kind`; the field's type is a union
    or an interface of them. The action is decided on this row, the other row by its own type.
    """
    spec = AnyOf(on, kind, dict(types))
    return GuardedField(spec, action, description=description or None)


def facet(
    action: str,
    *,
    by: str,
    on: str = "id",
    part: bool = False,
    watched: bool = False,
    description: str = "",
) -> Any:
    """Declare the one row that hangs on this one by its column `by`.

    The action of a `part` is one of this row: it is decided here, as a column's is. Whoever is
    shown one that is `watched` is written down.
    """
    spec = Facet(by, on, part)
    return GuardedField(spec, action, watched=watched, description=description or None)


def many(
    action: str,
    *,
    by: str,
    on: str = "id",
    order: tuple[str, ...] = (),
    part: bool = False,
    description: str = "",
) -> Any:
    """Declare all the rows that hang on this one: a list that is short by nature."""
    return GuardedField(ToMany(by, on, order, part), action, description=description or None)


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

    `filter` and `order_by` are the inputs of `filter_input` and `order_input` for the rows' type;
    the word of a `choice` may narrow the rows to those in scope of another action too.
    """
    spec = Paged(by, on, order, part)
    chosen = (Argument(choice.argument, choice.kind, default=choice.default),) if choice else ()
    arguments = (*_PAGE, *chosen, *_finding(filter, order_by))
    return GuardedField(
        spec, action, arguments=arguments, choice=choice, description=description or None
    )


def preview(
    action: str,
    principal: PrincipalOf,
    *,
    reads: tuple[str, ...],
    arguments: tuple[Argument, ...] = (),
    description: str = "",
) -> Any:
    """Declare the answer that somebody would get to a document whom the row lets in, as JSON."""
    asked = (
        Argument("document", str, description="The query that they would send."),
        Argument("variables", JSON | None, description="Its variables."),
    )
    spec = Preview(principal, reads)
    given = (*arguments, *asked)
    return GuardedField(spec, action, arguments=given, description=description or None)


def _finding(filtered: type | None, ordered: type | None) -> Iterator[Argument]:
    if filtered is not None:
        what = "Which rows; what you may not read is unknown, and only what is true counts."
        yield Argument("filter", optional(filtered), description=what)
    if ordered is not None:
        what = "In which order; rows whose key you may not read come last."
        yield Argument("order_by", optional(ordered), description=what)


def aggregate(
    action: str,
    *,
    by: str | None = None,
    on: str = "id",
    filter: type | None = None,  # noqa: A002 - the argument's name
    description: str = "",
) -> Any:
    """Declare how many rows there are, and the sums of their columns; the type is `aggregates`."""
    spec = Aggregate(by, on)
    arguments = tuple(_finding(filter, None))
    return GuardedField(spec, action, arguments=arguments, description=description or None)


def computed(
    action: str,
    load: BatchFunction,
    *,
    reads: tuple[str, ...],
    derives: tuple[str, ...] = (),
    description: str = "",
) -> Any:
    """Declare a batch function's value, with the columns it reads and the actions it tells of."""
    spec = Computed(load, reads, derives)
    return GuardedField(spec, action, description=description or None)


def download(action: str, *, kind: str, description: str = "") -> Any:
    """Declare a link to a document of the row, which is decided again when the link is opened."""
    return GuardedField(Download(kind), action, description=description or None)


def caller(action: str, *, description: str = "") -> Any:
    """Declare the caller's own row, null for a subject without a User."""
    return GuardedField(Caller(), action, description=description or None)


def by_id(action: str, *, description: str = "") -> Any:
    """Declare the row of a global id."""
    arguments = (Argument("id", strawberry.ID),)
    return GuardedField(ById(), action, arguments=arguments, description=description or None)


def node_by_id(*, description: str = "") -> Any:
    """Declare the row of a global id of any type; the type's own read action decides."""
    arguments = (Argument("id", strawberry.ID),)
    return GuardedField(NodeById(), None, arguments=arguments, description=description or None)


def nodes_by_ids(*, description: str = "") -> Any:
    """Declare the rows of several global ids of any type."""
    arguments = (Argument("ids", list[strawberry.ID]),)
    return GuardedField(NodesByIds(), None, arguments=arguments, description=description or None)


def command(
    action: str,
    run: CommandFunction,
    *,
    given: type,
    target: Target | None = None,
    named: tuple[Named, ...] = (),
    description: str = "",
) -> Any:
    """Declare a mutation: one argument `input`, and a payload that is never null on success."""
    arguments = (Argument("input", given),)
    spec = Command(run, given, target, named)
    return GuardedField(spec, action, arguments=arguments, description=description or None)


def changed(action: str, *, description: str = "") -> Any:
    """Declare a row in a payload, under its type's read action."""
    return GuardedField(Changed(), action, description=description or None)


def allowed_actions(action: str) -> Any:
    """Declare what the caller may do with the row, by the decisions that the commands take."""
    description = "What you may do with this, as far as roles go; its state is not considered."
    return GuardedField(AllowedActions(), action, description=description)


def can(action: str, choice: type) -> Any:
    """Declare whether the caller may act at an organisation, where there is no row to ask yet."""
    arguments = (Argument("action", choice), Argument("organisation_id", strawberry.ID))
    description = "Whether you may do this at an organisation."
    return GuardedField(Can(), action, arguments=arguments, description=description)


def static(
    action: str,
    load: Callable[..., Any],
    *,
    arguments: tuple[Argument, ...] = (),
    description: str = "",
) -> Any:
    """Declare public data from memory."""
    return GuardedField(Static(load), action, arguments=arguments, description=description or None)
