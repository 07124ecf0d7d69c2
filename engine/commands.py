"""The one way in which anything is changed: the frame around every command.

check → lock → grants read again, check again → the command → the after-image still in scope →
audit → commit. Nothing is read of the subject's rows before the first check, and a refusal
leaves nothing but its own audit row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import orjson
import strawberry
from graphql import GraphQLInputObjectType, get_named_type
from sqlalchemy.exc import IntegrityError

from authz.decision import Never, Where
from authz.principal import Unauthenticated
from db.models import AuditEvent
from db.types import new_key
from engine import ids
from engine.by_id import NOT_FOUND
from engine.catalogue import strawberry_field
from engine.change import Change
from engine.decider import Decider, refusal
from engine.errors import Refusal, unavailable
from engine.fetch import Fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from authz.decision import Decision
    from authz.grants import GrantReader
    from authz.policy import Policy
    from authz.principal import Identity, Principal
    from db.database import Database
    from db.statements import Statement
    from db.writing import Writer
    from engine.catalogue import Catalogue, Entity, Field
    from engine.clock import Clock
    from engine.specs import Command


class Fetching(Protocol):
    """A connection that reads: outside a transaction or inside one."""

    async def fetch(self, statement: Statement, params: Mapping[str, object]) -> list[Any]:
        """Run a compiled statement."""
        ...


@dataclass(slots=True)
class Call:
    """One command asked for: its field, its input, and who asks; `statements` are counted."""

    place: Field
    spec: Command
    given: Any
    identity: Identity
    request_id: str
    statements: int = 0
    user: str | None = None
    """The caller's User, once the grants were read or the command has made one."""

    @property
    def actions(self) -> tuple[str, ...]:
        """The command's action and those of every input field that was given."""
        definition = self.spec.given.__strawberry_definition__  # type: ignore[attr-defined]
        rules = (
            f.metadata["action"]
            for f in definition.fields
            if getattr(self.given, f.python_name) is not strawberry.UNSET
        )
        return tuple(dict.fromkeys((self.place.guarded.action, *rules)))


@dataclass(frozen=True, slots=True)
class Aim:
    """The row acted on, and the organisation that is locked for it."""

    entity: Entity
    key: str
    organisation: str


def _no_step(_name: str) -> None:
    """Do nothing between the steps of a command."""


class Commands:
    """Runs commands; `on_step` is told of each step that is done, for tests that crash there."""

    def __init__(
        self,
        catalogue: Catalogue,
        policy: Policy,
        database: Database,
        grants: GrantReader,
        clock: Clock,
    ) -> None:
        """Take what decides, what is written to, and the clock."""
        self._catalogue = catalogue
        self._policy = policy
        self._database = database
        self._grants = grants
        self._clock = clock
        self.on_step: Callable[[str], None] = _no_step

    async def run(self, call: Call) -> Mapping[str, str | None]:
        """Make the change and return the keys of its payload, or raise Refusal."""
        try:
            return await self._run(call)
        except Refusal as refused:
            await self._audit_refusal(call, refused)
            raise

    async def _run(self, call: Call) -> Mapping[str, str | None]:
        async with self._database.reading() as reader:
            now = self._clock.now()
            principal = await self._principal(reader, call, now)
            try:
                aim = await self._check(call, principal, now, reader)
            finally:
                call.statements += reader.statements
        self.on_step("checked")
        try:
            async with self._database.transaction() as writer:
                try:
                    keys = await self._change(call, aim, writer)
                finally:
                    call.statements += writer.statements
        except IntegrityError as error:
            raise unavailable() from error
        self.on_step("committed")
        return keys

    async def _change(
        self, call: Call, aim: Aim | None, writer: Writer
    ) -> Mapping[str, str | None]:
        if aim is not None:
            await writer.lock_organisations([aim.organisation])
        self.on_step("locked")
        now = self._clock.now()
        principal = await self._principal(writer, call, now)
        aim = await self._check(call, principal, now, writer)
        self.on_step("checked again")
        change = Change(writer, principal, call.identity, now)
        if aim is not None:
            change.acts_on(aim.entity.name, aim.key, aim.organisation)
        keys = await call.spec.run(change, call.given)
        await writer.session.flush()
        self.on_step("changed")
        if aim is not None and call.spec.target is not None and not call.spec.target.moves:
            await self._check(call, principal, now, writer)
        call.user = change.user
        writer.session.add(self._event(call, "ALLOWED", change))
        await writer.session.flush()
        self.on_step("audited")
        return keys

    async def _principal(self, fetching: Any, call: Call, now: int) -> Principal:
        try:
            principal = await self._grants.principal(fetching, call.identity, now)
        except Unauthenticated as error:
            message = "You can no longer sign in."
            raise Refusal("UNAUTHENTICATED", message) from error
        call.user = principal.user
        return principal

    async def _check(
        self, call: Call, principal: Principal, now: int, fetching: Fetching
    ) -> Aim | None:
        """Climb the ladder: the action held at all, the row in sight, the action held there."""
        decider = Decider(self._policy, principal.fingerprint)
        decisions = {action: decider.decide(action) for action in call.actions}
        for action, decision in decisions.items():
            if isinstance(decision, Never):
                raise self._forbidden(call, action)
        target = call.spec.target
        if target is None:
            return None
        entity = self._catalogue.entities[target.entity]
        key = _key(call, entity)
        fetch = Fetch(entity, "id", None, (*decisions, entity.read), self._database)
        lock = fetch.column(target.lock)
        read = _probes(fetch, decider.decide(entity.read))
        acts = {action: _probes(fetch, decision) for action, decision in decisions.items()}
        decided = fetch.by_key()
        given = decided.parameters(principal, {"keys": [key], "now": now})
        rows = await fetching.fetch(decided.statement, given)
        if not rows or not any(_reaches(rows[0], p) for p in (read, *acts.values())):
            raise Refusal("NOT_FOUND", NOT_FOUND, input=_input_name(target.argument))
        for action, probes in acts.items():
            if not _reaches(rows[0], probes):
                raise self._forbidden(call, action)
        return Aim(entity, key, rows[0][lock])

    def _forbidden(self, call: Call, action: str) -> Refusal:
        message, coordinate, details = refusal(self._policy, call.place.coordinate, action)
        return Refusal("FORBIDDEN", message, coordinate=coordinate, **details)

    async def _audit_refusal(self, call: Call, refused: Refusal) -> None:
        async with self._database.transaction() as writer:
            writer.session.add(self._event(call, "REFUSED", None, refused.code))

    def _event(
        self,
        call: Call,
        decision: str,
        change: Change | None,
        code: str | None = None,
    ) -> AuditEvent:
        action = call.place.guarded.action
        return AuditEvent(
            id=new_key(),
            at=change.now if change else self._clock.now(),
            request_id=call.request_id,
            subject=call.identity.subject,
            user_id=call.user,
            action=action,
            source=", ".join(self._policy.sources(action)),
            decision=decision,
            code=code,
            resource_type=change.resource_type if change else _named(call)[0],
            resource_id=change.target if change else _named(call)[1],
            organisation_id=change.organisation if change else None,
            details=orjson.dumps(change.details if change else {}).decode(),
        )


def input_of(place: Field, spec: Command, arguments: Mapping[str, Any]) -> Any:
    """Return the input object of a command from its coerced arguments; unset is not null."""
    kind = get_named_type(place.definition.args["input"].type)
    assert isinstance(kind, GraphQLInputObjectType)  # noqa: S101 - the audit holds it
    names = {
        strawberry_field(definition).python_name: name for name, definition in kind.fields.items()
    }
    sent = arguments["input"]
    return spec.given(
        **{python_name: sent.get(name, strawberry.UNSET) for python_name, name in names.items()}
    )


def _key(call: Call, entity: Entity) -> str:
    target = call.spec.target
    assert target is not None  # noqa: S101 - only then is there a key
    name = _input_name(target.argument)
    prefix, key = ids.decode(getattr(call.given, target.argument), name)
    if prefix != entity.prefix:
        raise ids.malformed(name, entity.name)
    return key


def _named(call: Call) -> tuple[str | None, str | None]:
    """Return type and key of what a refused command named, whether or not it exists."""
    target = call.spec.target
    if target is None:
        return None, None
    try:
        return target.entity, ids.decode(getattr(call.given, target.argument), "")[1]
    except Refusal:
        return target.entity, None


def _input_name(argument: str) -> str:
    head, *rest = argument.split("_")
    return "input." + head + "".join(part.title() for part in rest)


_EVERY: tuple[int, ...] = (0,)
"""The key's own place, which is never false: a decision that needs no path."""


def _probes(fetch: Fetch, decision: Decision) -> tuple[int, ...]:
    if isinstance(decision, Never):
        return ()
    if not isinstance(decision, Where):
        return _EVERY
    return tuple(fetch.probe(p) for p in decision.paths if fetch.entity.has_scope(p.scope))


def _reaches(row: Sequence[Any], probes: tuple[int, ...]) -> bool:
    return any(row[at] for at in probes)
