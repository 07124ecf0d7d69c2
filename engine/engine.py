"""The engine: one operation from its text and identity to the answer's payload."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from cachetools import LRUCache

from authz.grants import GrantReader
from engine.answers import Answer, OperationReport, OperationRequest
from engine.catalogue import Catalogue
from engine.cursors import CursorSealer
from engine.documents import Documents
from engine.errors import Refusal, RequestRefused, refused
from engine.plain import PlainContext, execute_plainly
from engine.planner import Planner
from engine.run import Run
from engine.views import withheld_errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import strawberry

    from authz.decision import Fingerprint
    from authz.policy import Policy
    from authz.principal import Identity, Principal
    from db.database import Database, Reader
    from engine.clock import Clock
    from engine.documents import Operation
    from engine.limits import Limits
    from engine.planner import Plan

__all__ = ["Answer", "Engine", "OperationReport", "OperationRequest"]

_LOG = logging.getLogger("fieldgate.engine")
_WITHHELD = frozenset({"FORBIDDEN", "PRECONDITION"})


@dataclass(slots=True)
class _Outcome:
    data: dict[str, Any] | None
    errors: list[dict[str, object]]
    decisions: int = 0
    plan: Literal["engine", "plain"] = "engine"
    codes: list[str] = field(default_factory=list)


class Engine:
    """Answers operations: grants read on every request, plans cached by fingerprint."""

    def __init__(
        self,
        *,
        schema: strawberry.Schema,
        policy: Policy,
        database: Database,
        limits: Limits,
        cursor_keys: Sequence[bytes],
        clock: Clock,
    ) -> None:
        """Read the schema once; the database is connected by its owner."""
        self.catalogue = Catalogue(schema)
        self._policy = policy
        self._database = database
        self._limits = limits
        self._clock = clock
        self._cursors = CursorSealer(cursor_keys)
        self._documents = Documents(self.catalogue.schema, limits)
        self._grants = GrantReader(database)
        self._plans: LRUCache[object, Plan] = LRUCache(limits.plans_cached)

    async def execute(
        self, request: OperationRequest, identity: Identity, *, force_plain: bool = False
    ) -> Answer:
        """Answer one operation.

        Raises authz.principal.Unauthenticated when the subject's User may not sign in; any other
        exception is a fault of ours, to be masked by the endpoint.
        """
        now = self._clock.now()
        report = OperationReport(identity.subject, request.operation_name)
        async with self._database.reading() as reader:
            principal = await self._grants.principal(reader, identity, now)
            try:
                async with asyncio.timeout(self._limits.operation_seconds):
                    outcome = await self._outcome(
                        request, principal, reader, now, report, force_plain=force_plain
                    )
                return self._answer(outcome, request, principal, report)
            except TimeoutError:
                message = "The operation took longer than an operation may."
                refusal = refused("QUERY_TOO_COMPLEX", message, reason="TIME")
                return self._refused(refusal, principal, report)
            except RequestRefused as refusal:
                return self._refused(refusal, principal, report)
            finally:
                report.statements = reader.statements

    async def _outcome(
        self,
        request: OperationRequest,
        principal: Principal,
        reader: Reader,
        now: int,
        report: OperationReport,
        *,
        force_plain: bool,
    ) -> _Outcome:
        operation = self._documents.operation(request.query, request.operation_name)
        report.document_hash, report.operation_name = operation.digest, operation.name
        variables = self._documents.variables(operation, request.variables)
        run = Run(principal, now, variables, self._database, reader, self._cursors, self._limits)
        if operation.introspects or force_plain:
            report.plan = "plain"
            return await self._plain(operation, run, dict(request.variables or {}), report)
        report.plan = "engine"
        plan, fresh = self._plan(operation, principal.fingerprint, variables.coerced)
        report.decisions = plan.decisions if fresh else 0
        [data] = await plan.view.build([()], run)
        errors = withheld_errors(data, plan.view.marks, self._limits.withheld_shown)
        return _Outcome(data, errors)

    def _plan(
        self, operation: Operation, fingerprint: Fingerprint, coerced: Mapping[str, object]
    ) -> tuple[Plan, bool]:
        switches = {name: coerced.get(name) for name in operation.directive_variables}
        # No argument is guarded by its value's shape yet; when one is, its shape joins the key.
        key = (operation.digest, operation.name, fingerprint, tuple(switches.items()))
        if key in self._plans:
            return self._plans[key], False
        planner = Planner(
            self.catalogue, self._policy, self._database, operation, fingerprint, switches
        )
        plan = self._plans[key] = planner.plan()
        return plan, True

    async def _plain(
        self, operation: Operation, run: Run, given: dict[str, Any], report: OperationReport
    ) -> _Outcome:
        context = PlainContext(self.catalogue, self._policy, run)
        result = await execute_plainly(self.catalogue, operation, context, given)
        report.decisions = context.decider.taken
        errors = [_plain_error(error) for error in result.errors or ()]
        return _Outcome(result.data, errors)

    def _answer(
        self,
        outcome: _Outcome,
        request: OperationRequest,
        principal: Principal,
        report: OperationReport,
    ) -> Answer:
        if len(outcome.errors) > self._limits.withheld_shown:
            message = "The answer would withhold more values than an answer can name."
            raise refused("RESPONSE_TOO_LARGE", message, reason="WITHHELD")
        codes = [_extensions(error)["code"] for error in outcome.errors]
        report.codes = tuple(sorted({str(code) for code in codes}))
        withheld = Counter(
            (str(_extensions(e)["coordinate"]), str(_extensions(e)["code"]))
            for e in outcome.errors
            if _extensions(e)["code"] in _WITHHELD
        )
        payload: dict[str, object] = {}
        strict = request.mode == "strict" and bool(withheld)
        if not strict:
            payload["data"] = outcome.data
        if outcome.errors:
            payload["errors"] = outcome.errors
        lines = [
            {"coordinate": coordinate, "code": code, "count": count}
            for (coordinate, code), count in sorted(withheld.items())
        ]
        payload["extensions"] = self._extensions(principal, lines)
        return Answer(payload, 403 if strict else 200, report)

    def _refused(
        self, refusal: RequestRefused, principal: Principal, report: OperationReport
    ) -> Answer:
        report.codes = tuple(sorted({str(_extensions(e)["code"]) for e in refusal.errors}))
        payload: dict[str, object] = {
            "errors": refusal.errors,
            "extensions": self._extensions(principal, []),
        }
        return Answer(payload, refusal.status, report)

    def _extensions(
        self, principal: Principal, withheld: list[dict[str, object]]
    ) -> dict[str, object]:
        parts = (self._policy.version, repr(principal.fingerprint))
        fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        authorization: dict[str, object] = {
            "policyVersion": self._policy.version,
            "fingerprint": fingerprint,
        }
        if withheld:
            authorization["withheld"] = withheld
        return {"authorization": authorization}


def _extensions(error: dict[str, object]) -> dict[str, object]:
    extensions = error["extensions"]
    assert isinstance(extensions, dict)  # noqa: S101 - every error of ours has them
    return extensions


def _plain_error(error: Any) -> dict[str, object]:
    formatted = dict(error.formatted)
    original = error.original_error if error.original_error is not None else error
    if isinstance(original, Refusal) or "code" in (error.extensions or {}):
        extensions = dict(error.extensions or {})
    elif error.original_error is None:
        extensions = {"code": "BAD_USER_INPUT"}
    else:
        _LOG.error("A resolver failed.", exc_info=error.original_error)
        formatted["message"] = "Something went wrong on our side."
        extensions = {"code": "INTERNAL_SERVER_ERROR"}
    formatted["extensions"] = extensions
    return formatted
