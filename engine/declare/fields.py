"""The declarations a schema is written in: `@entity`, `field()` and the kinds of relation.

Every field names an action, its own or its type's read action, and carries the permission class
of the matrix row, the `@requires` directive and what the planner needs to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

import strawberry

from engine.declare.commands import Command
from engine.declare.guarded import Argument, GuardedField

if TYPE_CHECKING:
    from engine.declare.commands import CommandFunction, Named, Target

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
    kind = Command(run, given, target, named)
    return GuardedField(kind, action, arguments=arguments, description=description or None)
