"""How a change is declared, in one place: its function, input, payload, action and target.

The root field of the mutation, the type of the payload, the rules of the input and the members of
the enum of actions are made from that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, dataclass_transform

import strawberry

from engine.declare.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from engine.declare.change import Change

T = TypeVar("T", bound=type)

Keys: TypeAlias = Mapping[str, str | None]
"""The keys of a payload's rows by the names of its fields."""

_NONE: Mapping[str, str] = MappingProxyType({})


class CommandFunction(Protocol):
    """Makes one change inside the transaction that the frame opened."""

    def __call__(self, change: Change, given: Any, /) -> Awaitable[Keys]:
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
    the organisation to lock, `optional` where it is NULL in rows that nobody reaches by the action.
    A command that `moves` its target may leave it outside the scope.
    """

    entity: str
    argument: str
    lock: str | LockByWord
    moves: bool = False
    many: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Another row, or `many`, that an input names: it has to lie in the scope of an action."""

    entity: str
    argument: str
    action: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Command(Kind):
    """A change: the function, the input it takes, and what it acts on, if that exists yet."""

    run: CommandFunction
    given: type
    target: Target | None
    named: tuple[Named, ...] = ()
    allowance: str | None = None
    """What it is counted as, where it may be done only so often (engine.limits.Allowances)."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What a command answers: rows by the names of the fields, each of a type given by its name.

    A payload without a `name` is called after its command.
    """

    description: str
    rows: Mapping[str, str]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredCommand:
    """A command: the root field `name` of the mutation, under `action`."""

    name: str
    action: str
    command: Command
    payload: Payload
    description: str

    @property
    def payload_name(self) -> str:
        """The name of the payload's type."""
        words = (word.capitalize() for word in self.name.split("_"))
        return self.payload.name or f"{''.join(words)}Payload"


def payload(description: str, *, name: str | None = None, **rows: str) -> Payload:
    """Say what a command answers: `organisation="Organisation"` is a row of that type."""
    return Payload(description, rows, name)


def given(*, description: str = "", by_word: Mapping[str, str] = _NONE, **options: Any) -> Any:
    """Declare more of a field of an input than its name and type.

    Whoever sends it needs the command's action, or its own `action`; where it is a closed set,
    `by_word` gives the action that each of its words needs besides.
    """
    rule = {"by_word": by_word} if by_word else {}
    if "action" in options:
        rule["action"] = options.pop("action")
    return strawberry.field(metadata=rule, description=description or None, **options)


def left_out(description: str = "", **options: Any) -> Any:
    """Declare a field of an input that may be left out: it is UNSET then."""
    return given(description=description, default=strawberry.UNSET, **options)


@dataclass_transform(kw_only_default=True, field_specifiers=(given, left_out, strawberry.field))
def command_input(description: str) -> Callable[[T], T]:
    """Make the input of a command, `<Name>Input`, of a class of annotated fields."""

    def decorate(cls: T) -> T:
        made: T = strawberry.input(cls, name=f"{cls.__name__}Input", description=description)
        return made

    return decorate


def command(
    action: str,
    given: type,
    *,
    answers: Payload,
    target: Target | None = None,
    named: tuple[Named, ...] = (),
    allowance: str | None = None,
    description: str = "",
) -> Callable[[CommandFunction], DeclaredCommand]:
    """Declare a command by the function that makes it, whose name is that of the root field.

    A field of its input that names no action stands under the command's own.
    """

    def decorate(run: CommandFunction) -> DeclaredCommand:
        for field in given.__strawberry_definition__.fields:  # type: ignore[attr-defined]
            field.metadata = {"action": action, **field.metadata}
        made = Command(run, given, target, named, allowance)
        name: str = run.__name__  # type: ignore[attr-defined]
        return DeclaredCommand(name, action, made, answers, description)

    return decorate
