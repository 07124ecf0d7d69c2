"""How a change is declared: what makes it, what it acts on, and what its input names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from engine.declare.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from engine.declare.change import Change


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
