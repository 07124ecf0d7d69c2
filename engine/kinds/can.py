"""Whether the caller may act where there is no row yet: at an organisation, or at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import strawberry

from authz.decision import Never, Where
from authz.roles import graphql_name
from authz.rows.scopes import shown
from engine import ids
from engine.declare.guarded import Argument, GuardedField
from engine.documents.variables import arguments_of
from engine.errors import Refusal
from engine.execution.views import PlainLink, withheld_of
from engine.plain.kinds import Answered
from engine.planning.context import Planned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from authz.decision import Path
    from authz.rows.principal import Principal
    from engine.decider import Decider
    from engine.declare.kinds import Columns
    from engine.execution.guards import Mask
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected

_ORGANISATION = "org"
"""The prefix of the ids of what every role is held at."""


def can(action: str, choice: type) -> Any:
    """Declare whether the caller may act, at an organisation or, where none is needed, at all."""
    where = "Where; needed unless the action acts on nothing yet, as opening an account does."
    arguments = (
        Argument("action", choice),
        Argument("organisation_id", strawberry.ID | None, description=where),
    )
    description = "Whether you may do this, at an organisation if it is done at one."
    return GuardedField(Can(), action, arguments=arguments, description=description)


@dataclass(frozen=True, slots=True)
class Can(Planned, Answered):
    """Whether the caller may act, at an organisation if it needs one, where there is no row yet."""

    def is_required(self, columns: Columns | None) -> bool:
        """It is, on a row."""
        return columns is not None

    def plan(self, selected: Selected) -> None:
        """Answer the question where the mask opens it, for the caller is who asks."""
        mask, planning = selected.mask(), selected.planning
        alone = planning.catalogue.actions_alone
        field, node = selected.field, selected.node
        selected.link(CanLink(field, node, {}, mask, planning.decider, alone))

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Return the answer."""
        sent = asked.given.get("organisation_id")
        names = {
            "organisationId": None if sent is strawberry.UNSET else sent,
            "action": asked.given["action"],
        }
        alone = plain.catalogue.actions_alone
        return may_act(plain.decider, plain.run.principal, names, alone)


@dataclass(slots=True)
class CanLink(PlainLink):
    """Whether the caller may act, at an organisation or at all; asked of their own row only."""

    mask: Mask | None
    decider: Decider
    alone: tuple[str, ...]
    """The actions that need no organisation."""

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the same answer for each row that the mask lets through."""
        refusals = [self.mask and self.mask.refusal(row) for row in rows]
        answer: Any = None
        if None in refusals:
            try:
                given = arguments_of(self.place, self.node, run.variables)
                answer = may_act(self.decider, run.principal, given, self.alone)
            except Refusal as refusal:  # the role comes first: only who passes is told of it
                answer = withheld_of(refusal, self.coordinate, self.node)
        return [answer if no is None else no for no in refusals]


def may_act(
    decider: Decider, principal: Principal, given: Mapping[str, Any], alone: Sequence[str] = ()
) -> bool:
    """Tell whether a path of the action is held at an organisation, or anywhere for `self`.

    An organisation that the caller does not know is no different from one where they may not act;
    what acts `alone` needs none.
    """
    name = "organisationId"
    action, place = getattr(given["action"], "value", given["action"]), given.get(name)
    if place is None and action not in alone:
        message = f"{name} is needed: {graphql_name(action)} is done at an organisation."
        raise Refusal("BAD_USER_INPUT", message, input=name, reason="REQUIRED")
    key = None if place is None else ids.key_of(place, name, _ORGANISATION, "Organisation")
    decision = decider.decide(action)
    if isinstance(decision, Never):
        return False
    if not isinstance(decision, Where):
        return True
    return any(_leads_somewhere(path, principal, key) for path in decision.paths)


def _leads_somewhere(path: Path, principal: Principal, organisation: str | None) -> bool:
    """Tell whether a path leads to anything at an organisation: a caseload or a group has to be."""
    if path.scope == "self":
        return True
    if organisation is None or organisation not in principal.holding(path.shape):
        return False
    if path.scope == "caseload":
        return bool(principal.loads(path.shape))
    return path.scope != "group" or bool(shown(principal, path))
