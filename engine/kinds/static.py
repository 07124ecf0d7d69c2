"""Public data from memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.declare.functions import StaticFunction
from engine.declare.guarded import GuardedField
from engine.documents.variables import arguments_of
from engine.execution.views import Base
from engine.plain.kinds import Answered
from engine.planning.context import Planned
from engine.planning.values import value_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.declare.guarded import Argument
    from engine.declare.kinds import Columns
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.execution.static import ValueView
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected


def static(
    action: str,
    load: Callable[..., Any],
    *,
    arguments: tuple[Argument, ...] = (),
    description: str = "",
) -> Any:
    """Declare public data from memory."""
    return GuardedField(Static(load), action, arguments=arguments, description=description or None)


@dataclass(frozen=True, slots=True)
class Static(Planned, Answered):
    """Public data from memory."""

    load: StaticFunction

    def is_required(self, columns: Columns | None) -> bool:
        """It is, at the root."""
        return columns is None

    def plan(self, selected: Selected) -> None:
        """Answer the data as the selection asks for it."""
        shape, field = value_view(selected), selected.field
        convert = selected.planning.catalogue.converted(field)
        selected.link(StaticLink(field, selected.node, {}, self.load, convert, shape))

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Return the data."""
        del plain
        return self.load(**asked.given)


@dataclass(slots=True)
class StaticLink(Base):
    """Public data from memory."""

    function: StaticFunction
    convert: Callable[[dict[str, Any]], dict[str, Any]]
    view: ValueView

    async def load(self, _rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the data as the selection asks for it."""
        given = arguments_of(self.place, self.node, run.variables)
        try:
            found = self.function(**self.convert(given))
        except Exception as error:  # noqa: BLE001 - a fault is null with an error, as GraphQL has it
            return [self.view.failed(error)]
        return [self.view.of(found)]
