"""What the caller may do: with a row, or at the root with nothing yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authz.decision import Never
from authz.roles import graphql_name
from engine.declare.guarded import GuardedField
from engine.execution.views import Base, choosing
from engine.plain.kinds import Answered
from engine.plain.rows import PlainRow
from engine.planning.authorization import opening_of
from engine.planning.context import Planned
from engine.values import decoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.catalogue import Catalogue
    from engine.decider import Decider
    from engine.declare.kinds import Columns
    from engine.execution.guards import Mask
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected


def allowed_actions(action: str, *, description: str = "") -> Any:
    """Declare what the caller may do with the row, by the decisions that the commands take.

    At the root it is what they may do that acts on nothing yet.
    """
    usual = "What you may do with this, as far as roles go; its state is not considered."
    return GuardedField(AllowedActions(), action, description=description or usual)


@dataclass(frozen=True, slots=True)
class AllowedActions(Planned, Answered):
    """What the caller may do with the row: the commands that act on its type.

    At the root, and on the caller's own row, it is what they may do that acts on nothing yet.
    """

    with_row = True

    def is_required(self, columns: Columns | None) -> bool:
        """It is, on a row."""
        return columns is not None

    def plan(self, selected: Selected) -> None:
        """Answer the actions whose decision opens a row; readable like the row itself."""
        if selected.parent is None:
            planning = selected.planning
            held = _held_alone(planning.catalogue, planning.decider)
            actions = [graphql_name(action) for action in held]
            selected.link(AllowedLink(selected.field, selected.node, {}, actions))
            return
        view, key = selected.view, selected.key
        view.made(key, choosing(_choices(selected)), None)

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Return the actions."""
        decode, row = decoder(asked.field.definition.type), asked.source
        catalogue, decider = plain.catalogue, plain.decider
        if not isinstance(row, PlainRow):
            return [decode(action) for action in _held_alone(catalogue, decider)]
        found = catalogue.actions_on(row.entity.name)
        return [decode(each) for each in found if row.failed(decider.decide(each)) is False]


def _choices(selected: Selected) -> list[tuple[str, Mask | None]]:
    choices: list[tuple[str, Mask | None]] = []
    decider, rows = selected.planning.decider, selected.rows
    for action in selected.planning.catalogue.actions_on(rows.entity.name):
        decision = decider.decide(action)
        if not isinstance(decision, Never):
            mask = opening_of(decider, rows, selected.field, decision, selected.node)
            choices.append((graphql_name(action), mask))
    return choices


def _held_alone(catalogue: Catalogue, decider: Decider) -> list[str]:
    """Return the actions that are held of those that act on nothing yet."""
    return [a for a in catalogue.actions_alone if not isinstance(decider.decide(a), Never)]


@dataclass(slots=True)
class AllowedLink(Base):
    """What the caller may do that acts on nothing yet: known from the grant signature alone."""

    actions: list[str]

    async def load(self, rows: Sequence[Row], _run: Run) -> list[Any]:
        """Return the actions."""
        return [list(self.actions) for _ in rows]
