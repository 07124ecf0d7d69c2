"""The declarations a schema is written in: `@entity`, `field()` and the kinds of relation.

Every field names an action, its own or its type's read action, and carries the permission class
of the matrix row, the `@requires` directive and what the planner needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

import strawberry
from strawberry.scalars import JSON

from engine.declare.commands import Changed, Command
from engine.declare.guarded import Argument, GuardedField
from engine.declare.kinds import (
    AllowedActions,
    ById,
    Caller,
    Can,
    Column,
    Computed,
    Derived,
    Download,
    Findable,
    NodeById,
    NodesByIds,
    Preview,
    Static,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from engine.declare.commands import CommandFunction, Named, Target
    from engine.declare.functions import BatchFunction, PrincipalOf

T = TypeVar("T", bound=type)

_NONE: Mapping[str, str] = MappingProxyType({})


@strawberry.interface(description="A type whose rows can be asked for by their global id.")
class Node:
    """The Relay interface; each implementer declares the id under its own read action."""

    id: strawberry.ID


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def value(cls: T) -> T:
    """Make a type of plain values, whose fields inherit the rule of the field that leads there."""
    cls.__value__ = True  # type: ignore[attr-defined]
    return strawberry.type(cls, description=(cls.__doc__ or "").split("\n\n")[0])


def key_of_row(*, description: str = "") -> Any:
    """Declare, in the value type of a card, the global id of the row that the card shows.

    It is named after the type that it leads to. `id` is the name of the full object's alone.
    """
    return strawberry.field(metadata={"column": "id"}, description=description or None)


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


def preview(
    action: str,
    principal: PrincipalOf,
    *,
    reads: tuple[str, ...],
    imagines: tuple[str, ...] = (),
    derives: tuple[str, ...] = (),
    arguments: tuple[Argument, ...] = (),
    description: str = "",
) -> Any:
    """Declare the answer that somebody would get to a document whom the row lets in, as JSON.

    Of the types that it `imagines` they see the rows that `principal` gives and no others; what it
    reads of an account stands under the actions that it `derives`.
    """
    asked = (
        Argument("document", str, description="The query that they would send."),
        Argument("variables", JSON | None, description="Its variables."),
    )
    spec = Preview(principal, reads, imagines, derives)
    given = (*arguments, *asked)
    return GuardedField(spec, action, arguments=given, description=description or None)


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


def derived(
    action: str | None,
    says: Callable[[FromClause], ColumnElement[Any]],
    *,
    filter: bool = False,  # noqa: A002 - what GraphQL clients call it
    description: str = "",
) -> Any:
    """Declare what an expression says of the row at the operation's instant; rows are found by it.

    The expression is the same wherever the value is shown, compared or acted on.
    """
    findable = Findable(filter=filter)
    return GuardedField(Derived(says), action, findable=findable, description=description or None)


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


def allowed_actions(action: str, *, description: str = "") -> Any:
    """Declare what the caller may do with the row, by the decisions that the commands take.

    At the root it is what they may do that acts on nothing yet.
    """
    usual = "What you may do with this, as far as roles go; its state is not considered."
    return GuardedField(AllowedActions(), action, description=description or usual)


def can(action: str, choice: type) -> Any:
    """Declare whether the caller may act, at an organisation or, where none is needed, at all."""
    where = "Where; needed unless the action acts on nothing yet, as opening an account does."
    arguments = (
        Argument("action", choice),
        Argument("organisation_id", strawberry.ID | None, description=where),
    )
    description = "Whether you may do this, at an organisation if it is done at one."
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
