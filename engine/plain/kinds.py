"""What a kind of field has to do on the plain path, and what it is given for that."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.declare.kinds import Kind
from engine.plain.rows import Beside, PlainRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import FieldNode

    from engine.catalogue import Catalogue, Field
    from engine.decider import Decider
    from engine.execution.run import Run
    from engine.plain.guard import PlainGuard
    from engine.plain.loading import PlainLoading


@dataclass(frozen=True, slots=True)
class PlainPath:
    """What the fields of one operation are answered with."""

    catalogue: Catalogue
    run: Run
    guard: PlainGuard
    loading: PlainLoading

    @property
    def decider(self) -> Decider:
        """What decides each action."""
        return self.guard.decider


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that is asked of a source: a row, what rows add up to, or None at the root."""

    field: Field
    source: object
    node: FieldNode
    given: Mapping[str, Any]
    """The arguments by their Python names, as Strawberry converts them."""

    @property
    def row(self) -> PlainRow:
        """The row that the field stands on."""
        assert isinstance(self.source, PlainRow)  # noqa: S101 - see the schema check
        return self.source


class Answered(Kind, ABC):
    """A kind of field that the plain path answers."""

    __slots__ = ()

    @abstractmethod
    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Return the value of a field that is allowed, an awaitable of it, or raise Refusal."""


class ReadBeside(Beside, Answered):
    """A kind whose value is read with the row."""

    __slots__ = ()

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Return what was read with the row."""
        del plain
        return asked.row.beside[asked.field.name]
