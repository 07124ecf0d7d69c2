"""Mutations: the root fields of a document, made one by one, or all of them or none."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from db.drivers.faults import NotAnswered
from engine.commands.calls import Call, CallsRefused
from engine.commands.idempotency import Recalled
from engine.commands.payloads import Wanted
from engine.commands.strictness import refused_whole, withheld_by
from engine.commands.transaction import Batch, input_of
from engine.declare.commands import Command
from engine.documents.selections import Collector
from engine.documents.variables import arguments_of
from engine.errors import Refusal, RequestRefused, Withheld, internal_error, refused_at
from engine.execution.views import withheld_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import FieldNode
    from graphql.execution.values import VariableValues

    from authz.rows.principal import Identity, Principal
    from db.drivers.writing import Writer
    from engine.application import Application
    from engine.catalogue import Field
    from engine.commands.idempotency import Idempotency, Remembered
    from engine.commands.payloads import Payloads
    from engine.commands.transaction import Commands, Deciding
    from engine.declare.commands import Keys
    from engine.documents.cache import Operation
    from engine.errors import Code
    from engine.execution.hints import Marks
    from engine.requests import OperationRequest


_LOG = logging.getLogger("fieldgate.engine")


@dataclass(slots=True)
class Changes:
    """What the mutations of a document made: data with withheld values still in it."""

    data: dict[str, Any] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)
    decisions: int = 0
    statements: int = 0
    principal: Principal | None = None
    made: list[str] = field(default_factory=list)
    """The response keys of the root fields whose changes stand."""
    replayed: list[str] | None = None
    """Those of them that an earlier request made under the same key; None without a key."""
    unknown: list[str] = field(default_factory=list)
    """The response keys of those that were being committed when no answer came any more."""

    @property
    def told(self) -> dict[str, list[str]]:
        """What an answer says of the changes that stand."""
        if self.replayed is None:
            return {"made": self.made} if self.made else {}
        return {"made": self.made, "replayed": self.replayed}

    @property
    def effective(self) -> bool:
        """Whether anything is made, or may be: then it is told."""
        return bool(self.made or self.unknown)

    def cut_short(self, code: Code) -> None:
        """Say what became of each root field whose payload was not read."""
        for key, value in self.data.items():
            if isinstance(value, _Pending):
                known = key not in self.unknown
                self.data[key] = value.cut_short(code, made=key in self.made if known else None)


@dataclass(frozen=True, slots=True)
class _Pending:
    """Stands for a root field until it is answered."""

    place: Field
    node: FieldNode

    def cut_short(self, code: Code, *, made: bool | None) -> Withheld:
        """Return what stands for it at last; of a change that was being committed, made is None."""
        late = code == "QUERY_TOO_COMPLEX"
        cause = "the operation took longer than one may" if late else "the database is away"
        details: dict[str, object] = {"reason": "TIME" if late else "DATABASE", "made": made}
        if made is None:
            details = {"reason": "OUTCOME_UNKNOWN"}
            message = (
                f"While this change was being committed, {cause}: it is made or it is not. "
                "The row tells, and so does sending it again with its Idempotency-Key."
            )
        elif made:
            message = f"The change is made; it was not read, for {cause}."
        else:
            message = f"This change was not made, for {cause}."
        return Withheld(code, message, self.place.coordinate, details, self.node)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One mutation under way: its root fields as commands, and what goes with them."""

    changes: Changes
    calls: list[Call]
    wanted: Wanted
    identity: Identity
    remembered: Remembered | None


@dataclass(slots=True)
class Mutations:
    """Runs the root fields of a mutation, and reads each payload with the grants after commit."""

    application: Application
    commands: Commands
    payloads: Payloads
    idempotency: Idempotency

    async def run(
        self,
        changes: Changes,
        operation: Operation,
        variables: VariableValues,
        identity: Identity,
        request: OperationRequest,
    ) -> None:
        """Make the changes in order: each by itself, or in the mode strict all of them or none.

        `changes` tells what was made by then, also to who does not wait for the end. A strict
        document of which anything is refused raises RequestRefused.
        """
        strict = request.mode == "strict"
        switches = {n: variables.coerced.get(n) for n in operation.directive_variables}
        collector = Collector(self.application.catalogue, operation.fragments, switches)
        roots = collector.root("Mutation", operation.node.selection_set)
        wanted = Wanted(roots, collector, variables)
        calls = self._calls(changes, wanted, identity, request)
        try:
            remembered = await self.idempotency.recall(request, operation, calls)
        except Refusal as refusal:
            raise RequestRefused([dict(refusal.formatted)]) from None
        if request.idempotency_key is not None:
            changes.replayed = []
        asked = _Asked(changes, calls, wanted, identity, remembered)
        if strict:
            await self._together(asked)
        else:
            for call in calls:
                await self._alone(asked, call)

    def _calls(
        self, changes: Changes, wanted: Wanted, identity: Identity, request: OperationRequest
    ) -> list[Call]:
        """Return the commands asked for; of any other root field, what it answers is put down."""
        calls = []
        for key, nodes in wanted.nodes.items():
            node = nodes[0]
            if node.name.value == "__typename":
                changes.data[key] = "Mutation"
                continue
            place = self.application.catalogue.commands[node.name.value]
            spec = place.guarded.kind
            assert isinstance(spec, Command)  # noqa: S101 - the audit admits no other kind here
            changes.marks[key] = None
            changes.data[key] = _Pending(place, node)
            try:
                sent = arguments_of(place, node, wanted.variables)
                given = input_of(place, spec, sent)
            except Refusal as refusal:
                changes.data[key] = withheld_of(refusal, place.coordinate, node)
            else:
                asked = (key, node, place, spec, given, sent["input"], identity)
                calls.append(Call(*asked, request.request_id, request.address))
        return calls

    async def _alone(self, asked: _Asked, call: Call) -> None:
        """Make one change and answer it, whatever becomes of the others."""
        try:
            [keys] = await self._made(asked, [call])
        except CallsRefused as refused:
            [(_, asked.changes.data[call.key])] = refused.of
        else:
            await self._answer(asked, call, keys)

    async def _together(self, asked: _Asked) -> None:
        """Make all changes or none, then answer each."""
        unfit = [(k, v) for k, v in asked.changes.data.items() if isinstance(v, Withheld)]
        if unfit:
            raise refused_whole(unfit)
        if not asked.calls:
            return

        async def decide(writer: Writer, calls: Sequence[Call]) -> None:
            now = self.application.clock.now()
            principal = await self.payloads.told(writer, asked.identity, now)
            plans = [(call, self.payloads.plan(call, asked.wanted, principal)) for call in calls]
            run = self.payloads.run(principal, now, asked.wanted, writer)
            found = [(call, why) for call, plan in plans for why in withheld_by(plan.notes, run)]
            if found:
                raise CallsRefused(found)

        try:
            made = await self._made(asked, asked.calls, decide)
        except CallsRefused as refused:
            raise refused_whole([(call.key, why) for call, why in refused.of]) from None
        for call, keys in zip(asked.calls, made, strict=True):
            await self._answer(asked, call, keys)

    async def _made(
        self, asked: _Asked, calls: Sequence[Call], deciding: Deciding | None = None
    ) -> list[Keys]:
        """Make changes in one transaction, and return the keys of their payloads.

        Those that were made before under the same key are not made again.
        """
        changes, remembered = asked.changes, asked.remembered
        known = remembered.made if remembered is not None else {}
        made: dict[str, Keys] = {}
        while left := [call for call in calls if call.key not in known.keys() | made.keys()]:
            batch = Batch(left, deciding, remembered)
            try:
                keys = await self.commands.run(batch)
            except Recalled:
                continue
            except BaseException:
                progress = batch.writer.progress if batch.writer is not None else "open"
                if progress == "committed":
                    changes.made += [call.key for call in left]
                elif progress == "committing":
                    changes.unknown += [call.key for call in left]
                raise
            finally:
                changes.statements += batch.statements
            made = {call.key: each for call, each in zip(left, keys, strict=True)}
        changes.made += [call.key for call in calls]
        if changes.replayed is not None:
            changes.replayed += [call.key for call in calls if call.key not in made]
        return [made[call.key] if call.key in made else known[call.key] for call in calls]

    async def _answer(self, asked: _Asked, call: Call, keys: Keys) -> None:
        """Read the payload of a change that is made."""
        changes = asked.changes
        try:
            payload = await self.payloads.read(call, asked.wanted, keys)
        except RequestRefused as refusal:
            refused = refused_at(refusal, call.place.coordinate, call.node)
            changes.data[call.key] = refused
            return
        except NotAnswered:
            raise
        except Exception:  # noqa: BLE001 - a fault is null with an error: the change is made
            _LOG.error("The payload of a change could not be read.", exc_info=True)
            changes.data[call.key] = internal_error(call.place.coordinate, call.node)
            return
        changes.data[call.key] = payload.data
        changes.marks[call.key] = payload.plan.view.marks
        changes.principal = payload.principal
        changes.decisions += payload.plan.decisions
        changes.statements += payload.statements
