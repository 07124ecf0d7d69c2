"""The one way in which anything is changed: the frame around every command.

check → lock → grants read again, check again → the command → the after-image still in scope →
audit → commit. Nothing is read of the subject's rows before the first check, and a refusal
leaves nothing but its own audit row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import strawberry
from graphql import GraphQLInputObjectType, get_named_type
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from authz.principal import Unauthenticated
from db.models import AuditEvent
from db.types import new_key
from engine.calls import named
from engine.catalogue import strawberry_field
from engine.change import Change
from engine.errors import Refusal, unavailable
from engine.ladder import Ladder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from authz.grants import GrantReader
    from authz.policy import Policy
    from authz.principal import Principal
    from db.database import Database
    from db.writing import Writer
    from engine.calls import Aim, Call
    from engine.catalogue import Catalogue, Field
    from engine.clock import Clock
    from engine.command_specs import Command
    from engine.limits import Limits


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
        limits: Limits,
    ) -> None:
        """Take what decides, what is written to, the clock, and how much one command may do."""
        self._policy = policy
        self._ladder = Ladder(catalogue, policy, database, limits)
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
                aim = await self._ladder.climb(call, principal, now, reader)
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
        self, call: Call, first: Aim | None, writer: Writer
    ) -> Mapping[str, str | None]:
        if first is not None:
            await writer.lock_organisations([first.organisation])
        self.on_step("locked")
        now = self._clock.now()
        principal = await self._principal(writer, call, now)
        aim = await self._ladder.climb(call, principal, now, writer, names=True)
        if aim and first and aim.organisation != first.organisation:
            raise unavailable()  # it was moved meanwhile, and what is locked is its old place
        self.on_step("checked again")
        change = Change(writer, principal, call.identity, now)
        if aim is not None:
            change.aims_at(aim.entity.name, aim.keys, aim.organisation)
            change.named = aim.named
        keys = await call.spec.run(change, call.given)
        await writer.session.flush()
        self.on_step("changed")
        if aim is not None and call.spec.target is not None and not call.spec.target.moves:
            await self._ladder.climb(call, principal, now, writer)
        call.user = change.user
        await self._audit(call, writer, change)
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

    async def _audit(self, call: Call, writer: Writer, change: Change) -> None:
        """Write one row for each row that was acted on, and one where there was none to name."""
        common = {
            **self._event(call, "ALLOWED"),
            "at": change.now,
            "resource_type": change.resource_type,
            "organisation_id": change.organisation,
        }
        told = {key: change.told(key) for key in change.targets or (None,)}
        rows = [
            {
                **common,
                "id": new_key(),
                "resource_id": key,
                "details": orjson.dumps(details).decode(),
            }
            for key, details in told.items()
        ]
        await writer.session.execute(insert(AuditEvent), rows)

    async def _audit_refusal(self, call: Call, refused: Refusal) -> None:
        kind, key = named(call)
        event = {
            **self._event(call, "REFUSED"),
            "id": new_key(),
            "at": self._clock.now(),
            "code": refused.code,
            "resource_type": kind,
            "resource_id": key,
            "details": "{}",
        }
        async with self._database.transaction() as writer:
            writer.session.add(AuditEvent(**event))

    def _event(self, call: Call, decision: str) -> dict[str, Any]:
        action = call.place.guarded.action
        return {
            "request_id": call.request_id,
            "subject": call.identity.subject,
            "user_id": call.user,
            "action": action,
            "source": ", ".join(self._policy.sources(action)),
            "decision": decision,
        }


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
