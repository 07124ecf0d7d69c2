"""The relations that a schema is written in: what a row leads to, and what it shows of others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.declare.guarded import Argument, GuardedField
from engine.declare.inputs import optional
from engine.declare.kinds import (
    Aggregate,
    AnyOf,
    Card,
    Facet,
    Findable,
    NoneOf,
    Paged,
    Shown,
    ToMany,
    ToOne,
)
from engine.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.base import Base
    from engine.declare.kinds import Choice

_NONE: Mapping[str, str] = MappingProxyType({})

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


def one(action: str, *, on: str, description: str = "") -> Any:
    """Declare the row that column `on` points at, under its type's read action."""
    return GuardedField(ToOne(on), action, description=description or None)


def card(
    action: str,
    *,
    on: str,
    of: type[Base],
    sort: Mapping[str, str] = _NONE,
    description: str = "",
) -> Any:
    """Declare what this row shows, under its own action, of the row that column `on` points at.

    The field's type is a @value whose fields are columns of the model `of`. Rows can be sorted by
    those that `sort` gives the column for.
    """
    return GuardedField(Card(on, of, sort), action, description=description or None)


def shown(
    action: str | None = None,
    *,
    on: str,
    of: type[Base],
    column: str,
    sort: str | None = None,
    description: str = "",
) -> Any:
    """Declare a column of the row that column `on` points at, under this row's action.

    Rows can be sorted by it where `sort` names the column that does so.
    """
    return GuardedField(Shown(on, of, column, sort), action, description=description or None)


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


def none_of(action: str, relation: str, *, search: str | None = None, description: str = "") -> Any:
    """Declare whether no row of a relation of this type is in sight; rows are found by it too.

    The action is the relation's own.
    """
    findable = Findable(filter=True, search=(search,) if search else ())
    return GuardedField(
        NoneOf(relation), action, findable=findable, description=description or None
    )


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
    spec = Paged(by, on, order, part)
    chosen = (Argument(choice.argument, choice.kind, default=choice.default),) if choice else ()
    arguments = (*_PAGE, *chosen, *_finding(filter, order_by))
    return GuardedField(
        spec, action, arguments=arguments, choice=choice, description=description or None
    )


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
