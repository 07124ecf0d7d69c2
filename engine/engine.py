"""The engine: one operation from its text and identity to the answer's payload."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from graphql import OperationType

from authz.rows.bindings import SCOPES
from authz.rows.grants import GrantReader
from db.drivers.faults import NotAnswered, TooSlow
from engine.application import Application
from engine.catalogue import Catalogue
from engine.commands.idempotency import Idempotency
from engine.commands.mutations import Changes, Mutations
from engine.commands.payloads import Payloads
from engine.commands.transaction import Commands
from engine.cursors import CursorSealer
from engine.deadline import Deadline
from engine.documents.cache import Documents
from engine.documents.suggestions import Suggestions
from engine.errors import RequestRefused, refused, too_large, too_many_positions
from engine.execution.read_audit import write_down
from engine.execution.results import errors_within
from engine.execution.run import Run
from engine.introspection.service import Introspection
from engine.kinds.preview import imagined_types
from engine.limits import Allowances, Limits
from engine.plain.context import PlainContext
from engine.plain.run import execute_plainly, plain_error
from engine.planning.plans import Plans
from engine.requests import Answer, OperationReport, OperationRequest
from engine.responses import Outcome, Replies

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    import strawberry
    from graphql.execution.values import VariableValues

    from authz.policy import Policy
    from authz.rows.principal import Identity, Principal
    from authz.rows.scopes import Scopes
    from db.drivers.database import Database, Reader
    from engine.clock import Clock
    from engine.documents.cache import Operation
    from engine.downloads import Downloads
    from engine.execution.read_audit import Seen

__all__ = ["Answer", "Engine", "OperationReport", "OperationRequest"]

_NONE: Mapping[str, str] = MappingProxyType({})
_LOG = logging.getLogger("fieldgate.engine")


@dataclass(slots=True)
class _Asked:
    """A query under way: what is asked, by whom, over which connection.

    `run` is set as long as what it has seen is not in the audit.
    """

    operation: Operation
    request: OperationRequest
    identity: Identity
    reader: Reader
    report: OperationReport
    plain: bool
    run: Run | None = None


class Engine:
    """Answers operations: grants read on every request, plans cached by fingerprint."""

    def __init__(  # noqa: PLR0913 - each says another thing
        self,
        *,
        schema: strawberry.Schema,
        policy: Policy,
        scopes: Scopes = SCOPES,
        database: Database,
        limits: Limits,
        allowances: Allowances | None = None,
        cursor_keys: Sequence[bytes],
        downloads: Downloads,
        clock: Clock,
        refusals_together: int = 60_000,
        pages: Mapping[str, str] = _NONE,
    ) -> None:
        """Read the schema once; the database is connected by its owner.

        Repeats of one refusal within `refusals_together` milliseconds are counted in one audit row.

        `pages` are the addresses that mails lead to, by what is done there.
        """
        self.catalogue = Catalogue(schema, scopes)
        self._application = application = Application(
            catalogue=self.catalogue,
            policy=policy,
            database=database,
            grants=GrantReader(database),
            clock=clock,
            limits=limits,
            allowances=allowances or Allowances(),
            cursors=CursorSealer(cursor_keys),
            downloads=downloads,
            refusals_together=refusals_together,
            pages=pages,
        )
        self._replies = Replies(policy, limits)
        self._documents = Documents(self.catalogue.schema, limits)
        self._introspection = Introspection(self.catalogue, policy)
        self._suggestions = Suggestions(self._introspection.part, limits)
        self.commands = Commands(application)
        payloads = Payloads(application, self._previewed)
        idempotency = Idempotency(application)
        self._mutations = Mutations(application, self.commands, payloads, idempotency)
        self._plans = Plans(application)
        imagining = self.catalogue.imagining(imagined_types(self.catalogue))
        self._foreseen_plans = Plans(replace(application, catalogue=imagining))

    async def execute(
        self, request: OperationRequest, identity: Identity, *, force_plain: bool = False
    ) -> Answer:
        """Answer one operation.

        Raises authz.principal.Unauthenticated when the subject's User may not sign in, and
        db.faults.NotAnswered when the database is away and nothing is made; any other exception
        is a fault of ours, to be masked by the endpoint.
        """
        report = OperationReport(identity.subject, request.operation_name)
        deadline = request.deadline or Deadline(self._application.limits.operation_seconds)
        principal: Principal | None = None
        asked: _Asked | None = None
        try:
            async with (
                _in_time(deadline, self._application.limits.operation_seconds),
                self._application.database.reading(identity.subject) as reader,
            ):
                now = self._application.clock.now()
                principal = await self._application.grants.principal(reader, identity, now)
                report.statements = reader.statements
                operation = self._operation(request.query, request.operation_name, principal)
                report.document_hash, report.operation_name = operation.digest, operation.name
                if operation.node.operation is not OperationType.MUTATION:
                    asked = _Asked(operation, request, identity, reader, report, force_plain)
                    outcome = await self._read(asked, principal, now)
                    return self._replies.answer(outcome, request, principal, report)
        except RequestRefused as refusal:
            if asked is not None and asked.run is not None:
                await self._write_down(asked, asked.run, asked.run.seen.searches())
            return self._replies.refused(refusal, principal, report)
        # a change holds no connection while it waits for another
        return await self._changed(operation, request, identity, principal, report, deadline)

    def _operation(self, text: str, name: str | None, principal: Principal) -> Operation:
        """Return an operation; its refusal suggests what the caller may have meant."""
        try:
            return self._documents.operation(text, name)
        except RequestRefused as refusal:
            told = self._suggestions.of_document(text, refusal, principal.fingerprint)
            raise told from None

    def _variables(
        self, operation: Operation, given: Mapping[str, object] | None, principal: Principal
    ) -> VariableValues:
        """Return coerced variables; their refusal suggests what the caller may have meant."""
        try:
            paths = max(1, len(principal.fingerprint))
            return self._documents.variables(operation, given, paths)
        except RequestRefused as refusal:
            told = self._suggestions.of_variables(operation, given, refusal, principal.fingerprint)
            raise told from None

    async def _read(self, asked: _Asked, principal: Principal, now: int) -> Outcome:
        """Answer a query; one during which the caller's window closed is answered as it is then.

        The audit is the last that an answer waits for, so the window is looked at behind it, too.
        """
        given = asked.request.variables
        variables = self._variables(asked.operation, given, principal)
        run = asked.run = Run(
            self._application, principal, now, variables, asked.reader, self._previewed
        )
        try:
            outcome = await self._made(asked, run)
        finally:
            await run.close()
            asked.report.statements = asked.reader.statements
        if not principal.is_over(self._application.clock.now()):
            await self._write_down(asked, run, run.seen)
        if not principal.is_over(later := self._application.clock.now()):
            return outcome
        changed = await self._application.grants.principal(asked.reader, asked.identity, later)
        return replace(await self._read(asked, changed, later), principal=changed)

    async def _write_down(self, asked: _Asked, run: Run, seen: Seen) -> None:
        """Write what a run has shown, or was searched by, into the audit: before its answer."""
        request_id = asked.request.request_id
        await write_down(self._application, seen, run.principal, run.now, request_id)
        asked.run = None

    async def _made(self, asked: _Asked, run: Run) -> Outcome:
        operation, report = asked.operation, asked.report
        if operation.introspects or asked.plain:
            report.plan = "plain"
            return await self._plain(operation, run, dict(asked.request.variables or {}), report)
        report.plan = "engine"
        plan, fresh = self._plans.of(operation, run.principal.fingerprint, run.variables)
        report.decisions = plan.decisions if fresh else 0
        [data] = await plan.view.build([()], run)
        errors = errors_within(data, plan.view.marks, self._application.limits, run.tally)
        return Outcome(data, errors, plan.notes)

    async def _previewed(
        self, run: Run, document: str, variables: Mapping[str, object] | None
    ) -> dict[str, object]:
        """Answer a query to the principal of a run that is part of another one."""
        report = OperationReport(run.principal.subject)
        try:
            outcome = await self._foreseen(run, document, variables)
            request = OperationRequest(document, variables)
            return self._replies.answer(outcome, request, run.principal, report).payload
        except RequestRefused as refusal:
            return self._replies.refused(refusal, run.principal, report).payload

    async def _foreseen(
        self, run: Run, document: str, variables: Mapping[str, object] | None
    ) -> Outcome:
        if len(document) > self._application.limits.cached_document:
            most = self._application.limits.cached_document
            message = (
                f"The document of a preview has {len(document):,} of at most {most:,} characters."
            )
            raise too_large(message, "DOCUMENT", limit=most, actual=len(document))
        operation = self._operation(document, None, run.principal)
        if operation.node.operation is not OperationType.QUERY or operation.introspects:
            message = "Only a query of data can be previewed."
            raise refused("BAD_USER_INPUT", message, input="document")
        run = replace(run, variables=self._variables(operation, variables, run.principal))
        plan, _ = self._foreseen_plans.of(operation, run.principal.fingerprint, run.variables)
        [data] = await plan.view.build([()], run)
        errors = errors_within(data, plan.view.marks, self._application.limits, run.tally)
        return Outcome(data, errors, plan.notes)

    async def _changed(
        self,
        operation: Operation,
        request: OperationRequest,
        identity: Identity,
        principal: Principal,
        report: OperationReport,
        deadline: Deadline,
    ) -> Answer:
        """Answer a mutation; what is made by then is told, whatever keeps its payload back."""
        changes = Changes()
        try:
            variables = self._variables(operation, request.variables, principal)
            report.plan = "engine"
            try:
                async with _in_time(deadline, self._application.limits.operation_seconds):
                    await self._mutations.run(changes, operation, variables, identity, request)
            except (_OutOfTime, NotAnswered) as error:
                if not changes.effective:
                    raise
                late = isinstance(error, _OutOfTime)
                changes.cut_short("QUERY_TOO_COMPLEX" if late else "SERVICE_UNAVAILABLE")
            finally:
                report.decisions = changes.decisions
                report.statements += changes.statements
            errors = errors_within(changes.data, changes.marks, self._application.limits)
            outcome = Outcome(
                changes.data, errors, principal=changes.principal, changes=changes.told
            )
            return self._replies.answer(outcome, request, principal, report)
        except RequestRefused as refusal:
            return self._replies.refused(refusal, principal, report, changes.told)

    async def _plain(
        self, operation: Operation, run: Run, given: dict[str, Any], report: OperationReport
    ) -> Outcome:
        context = PlainContext(run)
        shown = None
        if operation.introspects:
            shown = self._introspection.shown_to(run.principal.fingerprint)
        result = await execute_plainly(self.catalogue, operation, context, given, shown)
        if context.exhausted:
            raise too_many_positions(self._application.limits.positions)
        report.decisions = context.decider.taken
        errors = [plain_error(error, context) for error in result.errors or ()]
        return Outcome(result.data, errors, context.decider.notes)


class _OutOfTime(RequestRefused):
    """The time of the operation, or of a statement, is over."""

    def __init__(self, message: str, **details: float) -> None:
        super().__init__(refused("QUERY_TOO_COMPLEX", message, reason="TIME", **details).errors)


@asynccontextmanager
async def _in_time(deadline: Deadline, most: float) -> AsyncIterator[None]:
    """End what takes longer than it may, as _OutOfTime; no other time-out is meant."""
    limit = deadline.within()
    try:
        async with limit:
            yield
    except TooSlow:
        raise _OutOfTime("A statement of the operation took longer than one may.") from None
    except TimeoutError:
        if not limit.expired():
            raise
        message = f"The operation took longer than the {most:g} seconds that one may."
        raise _OutOfTime(message, limit=most) from None
