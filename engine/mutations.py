"""Mutations: each root field is an operation of its own, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from authz.principal import Principal, Unauthenticated
from engine.arguments import shapes_of
from engine.calls import Call
from engine.collect import Collector
from engine.command_specs import Command
from engine.commands import input_of
from engine.decider import Decider
from engine.errors import Refusal, RequestRefused, refused_at
from engine.finding import Finder
from engine.links import arguments_of
from engine.row_planner import RowPlanner
from engine.run import Run
from engine.specs import ToOne
from engine.views import View, withheld_of
from engine.watching import write_down

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import FieldNode
    from graphql.execution.values import VariableValues

    from authz.grants import GrantReader
    from authz.policy import Policy
    from authz.principal import Identity
    from db.database import Database
    from engine.catalogue import Catalogue, Field
    from engine.clock import Clock
    from engine.commands import Commands
    from engine.cursors import CursorSealer
    from engine.documents import Operation
    from engine.downloads import Downloads
    from engine.limits import Limits
    from engine.run import Ask
    from engine.views import Marks


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


@dataclass(slots=True)
class Changes:
    """What the mutations of a document made: data with withheld values still in it."""

    data: dict[str, Any] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)
    decisions: int = 0
    statements: int = 0
    principal: Principal | None = None


@dataclass(slots=True)
class Mutations:
    """Runs the root fields of a mutation, and reads each payload with the grants after commit."""

    catalogue: Catalogue
    policy: Policy
    database: Database
    grants: GrantReader
    clock: Clock
    cursors: CursorSealer
    limits: Limits
    downloads: Downloads
    commands: Commands
    ask: Ask

    async def run(
        self,
        operation: Operation,
        variables: VariableValues,
        identity: Identity,
        request_id: str,
    ) -> Changes:
        """Make the changes in order; one that is refused does not stop the next."""
        switches = {n: variables.coerced.get(n) for n in operation.directive_variables}
        collector = Collector(self.catalogue, operation.fragments, switches)
        made = Changes()
        roots = collector.root("Mutation", operation.node.selection_set)
        for key, nodes in roots.items():
            name = nodes[0].name.value
            if name == "__typename":
                made.data[key] = "Mutation"
                continue
            place = self.catalogue.commands[name]
            made.marks[key] = None
            try:
                call = self._call(place, nodes[0], variables, identity, request_id)
                try:
                    keys = await self.commands.run(call)
                finally:
                    made.statements += call.statements
                await self._payload(made, key, call, nodes, keys, variables, collector)
            except Refusal as refusal:
                made.data[key] = withheld_of(refusal, place.coordinate, nodes[0])
            except RequestRefused as refusal:  # of a payload: the change is made
                made.data[key] = refused_at(refusal, place.coordinate, nodes[0])
        return made

    @staticmethod
    def _call(
        place: Field,
        node: FieldNode,
        variables: VariableValues,
        identity: Identity,
        request_id: str,
    ) -> Call:
        spec = place.guarded.spec
        assert isinstance(spec, Command)  # noqa: S101 - the audit admits no other kind here
        given = input_of(place, spec, arguments_of(place, node, variables))
        return Call(place, spec, given, identity, request_id)

    async def _payload(
        self,
        made: Changes,
        key: str,
        call: Call,
        nodes: list[FieldNode],
        keys: Mapping[str, str | None],
        variables: VariableValues,
        collector: Collector,
    ) -> None:
        place = call.place
        async with self.database.reading() as reader:
            now = self.clock.now()
            try:
                principal = await self.grants.principal(reader, call.identity, now)
            except Unauthenticated:  # since the change, which is made: nothing is in their sight
                principal = Principal(call.identity.subject)
            decider = Decider(self.policy, principal.fingerprint)
            finder = Finder(self.catalogue, decider, shapes_of(variables))
            planner = RowPlanner(self.catalogue, self.database, decider, collector, finder)
            columns, view = KeyColumns(), View()
            fields = self.catalogue.payloads[place.target]
            for name, below in collector.fields(place.target, nodes).items():
                asked = below[0].name.value
                if asked == "__typename":
                    view.constant(name, place.target)
                elif planner.unreadable(fields[asked]):
                    view.constant(name, None)  # out of sight now, which is no refusal
                else:
                    spec = fields[asked].guarded.spec
                    assert isinstance(spec, ToOne)  # noqa: S101 - a payload holds nothing else
                    view.linked(name, planner.to_one(fields[asked], below, spec, columns))
            run = Run(
                principal,
                now,
                variables,
                self.database,
                reader,
                self.cursors,
                self.limits,
                self.downloads,
                self.ask,
            )
            [made.data[key]] = await view.build(
                [tuple(keys.get(name) for name in columns.names)], run
            )
            made.marks[key] = view.marks
            seen = run.seen
            made.principal = principal
            made.decisions += decider.taken
            made.statements += reader.statements
        await write_down(seen, principal, now, call.request_id, self.policy, self.database)
