"""Payloads of changes: what is read of them, planned with the grants of whoever is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authz.rows.principal import Principal, Unauthenticated
from engine.decider import Decider
from engine.documents.variables import shapes_of
from engine.execution.read_audit import write_down
from engine.execution.run import Run
from engine.execution.views import View
from engine.planning.arguments import Finder
from engine.planning.context import Planning

if TYPE_CHECKING:
    from graphql import FieldNode
    from graphql.execution.values import VariableValues

    from authz.rows.principal import Identity
    from engine.application import Application
    from engine.commands.calls import Call
    from engine.declare.commands import Keys
    from engine.documents.selections import Collector
    from engine.execution.run import Ask
    from engine.notes import Notes


class KeyColumns:
    """The keys that a command returned, as the row that its payload's view is built from."""

    def __init__(self) -> None:
        """Start with no key wanted."""
        self.names: list[str] = []

    def column(self, name: str) -> int:
        """Return the position of a payload field's key."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a document selects of payloads."""

    nodes: dict[str, list[FieldNode]]
    """The nodes of each root field by its response key."""
    collector: Collector
    variables: VariableValues


@dataclass(frozen=True, slots=True)
class PayloadPlan:
    """A compiled payload: the view of one row, which holds the keys that the command returned."""

    columns: KeyColumns
    view: View
    notes: Notes
    decisions: int


@dataclass(frozen=True, slots=True)
class Payload:
    """What was read: data with withheld values still in it, and for whom."""

    data: Any
    plan: PayloadPlan
    principal: Principal
    statements: int


@dataclass(frozen=True, slots=True)
class Payloads:
    """Plans and reads the payloads of changes."""

    application: Application
    ask: Ask

    async def told(self, fetching: Any, identity: Identity, now: int) -> Principal:
        """Return who is told of a change, with the grants after it."""
        try:
            return await self.application.grants.principal(fetching, identity, now)
        except Unauthenticated:  # since the change, which is made: nothing is in their sight
            return Principal(identity.subject)

    def plan(self, call: Call, wanted: Wanted, principal: Principal) -> PayloadPlan:
        """Compile the payload of a change for who is told of it."""
        place, decider = call.place, Decider(self.application.policy, principal.fingerprint)
        finder = Finder(self.application.catalogue, decider, shapes_of(wanted.variables))
        planning = Planning(self.application, decider, wanted.collector, finder)
        columns, view = KeyColumns(), View()
        fields = self.application.catalogue.payloads[place.target]
        nodes = wanted.nodes[call.key]
        for name, below in wanted.collector.fields(place.target, nodes).items():
            asked = below[0].name.value
            if asked == "__typename":
                view.constant(name, place.target)
            elif planning.is_unreadable(fields[asked]):
                view.constant(name, None)  # out of sight now, which is no refusal
            else:
                planning.payload(view, name, fields[asked], below, columns)
        return PayloadPlan(columns, view, decider.notes, decider.taken)

    def run(self, principal: Principal, now: int, wanted: Wanted, reader: Any) -> Run:
        """Return what reads payloads for who is told of a change."""
        return Run(self.application, principal, now, wanted.variables, reader, self.ask)

    async def read(self, call: Call, wanted: Wanted, keys: Keys) -> Payload:
        """Read the payload of a change with the grants of this moment."""
        async with self.application.database.reading(call.identity.subject) as reader:
            now = self.application.clock.now()
            principal = await self.told(reader, call.identity, now)
            plan = self.plan(call, wanted, principal)
            run = self.run(principal, now, wanted, reader)
            row = tuple(keys.get(name) for name in plan.columns.names)
            [data] = await plan.view.build([row], run)
            payload = Payload(data, plan, principal, reader.statements)
        await write_down(self.application, run.seen, principal, now, call.request_id)
        if principal.is_over(
            self.application.clock.now()
        ):  # the audit is the last that an answer waits for
            return await self.read(call, wanted, keys)
        return payload
