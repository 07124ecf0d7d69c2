"""The one way in which anything is changed: the frame around commands.

check → lock → grants read again, check again → the command → the after-image still in scope →
audit → commit. Nothing is read of the subject's rows before the first check, and a refusal
leaves nothing but its own audit row. Several commands share one transaction where a document is
all or nothing: all are checked and locked for first, then made one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import orjson
import strawberry
from graphql import GraphQLInputObjectType, get_named_type
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from authz.rows.principal import Unauthenticated
from db.models import AuditEvent
from db.types import new_key
from engine.catalogue import strawberry_field
from engine.commands import allowances
from engine.commands.authorize import Ladder
from engine.commands.calls import CallsRefused, named
from engine.commands.counting import is_first
from engine.declare.change import Change
from engine.errors import Refusal, unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from authz.rows.principal import Principal
    from db.drivers.writing import Writer
    from engine.application import Application
    from engine.catalogue import Field
    from engine.commands.calls import Aim, Call
    from engine.declare.commands import Command, Keys


Deciding: TypeAlias = "Callable[[Writer, Sequence[Call]], Awaitable[None]]"
"""Decides over what commands have made, inside their transaction: CallsRefused undoes it."""

_DEADLOCK = "40P01"


def _no_step(_name: str) -> None:
    """Do nothing between the steps of a command."""


def _refused(call: Call, refusal: Refusal) -> CallsRefused:
    return CallsRefused([(call, call.withheld(refusal))])


def _collision(error: DBAPIError) -> Refusal:
    """Return what another change that was faster refuses; what is no such collision is raised.

    Locks of a document are taken in one order but for those that only a command finds: where two
    wait for each other, PostgreSQL ends one.
    """
    if isinstance(error, IntegrityError):
        return unavailable()
    if getattr(error.orig, "sqlstate", None) == _DEADLOCK:
        message = "Another change was under way at the same places; send this one again."
        return Refusal("CONFLICT", message, reason="BUSY")
    raise error


@dataclass(slots=True)
class Batch:
    """Commands that are made in one transaction: all of them or none; statements are counted.

    `deciding` stands behind the last command and may refuse all of them; `remembering` knows what
    was made before. `writer` is the transaction, once there is one; it knows how far it came.
    """

    calls: Sequence[Call]
    deciding: Deciding | None = None
    remembering: Remembering | None = None
    statements: int = 0
    writer: Writer | None = None
    under_way: Call = field(init=False)
    """The command that is made just now."""

    def __post_init__(self) -> None:
        """Begin with the first."""
        self.under_way = self.calls[0]


class Remembering(Protocol):
    """Keeps in mind what was made, so that it is made once; raises where it was made already."""

    async def hold(self, writer: Writer, calls: Sequence[Call]) -> None:
        """Let nobody else make the same at the same time."""
        ...

    async def keep(self, writer: Writer, calls: Sequence[Call], keys: Sequence[Keys]) -> None:
        """Remember what has been made, in the transaction that makes it."""
        ...

    async def look(self, calls: Sequence[Call]) -> None:
        """Look again, before a refusal is told of what was made meanwhile."""
        ...


class Commands:
    """Runs commands; `on_step` is told of each step that is done, for tests that crash there."""

    def __init__(self, application: Application) -> None:
        """Take what decides, what is written to, and the clock."""
        self._application = application
        self._ladder = Ladder(application)
        self.on_step: Callable[[str], None] = _no_step

    async def run(self, batch: Batch) -> list[Keys]:
        """Make the changes and return the keys of their payloads, or raise CallsRefused."""
        try:
            return await self._run(batch)
        except CallsRefused as refused:
            if batch.remembering is not None:
                await batch.remembering.look(batch.calls)
            await self._audit_refusals(refused)
            raise

    async def _run(self, batch: Batch) -> list[Keys]:
        firsts = await self._checked(batch)
        self.on_step("checked")
        subject = batch.calls[0].identity.subject
        try:
            async with self._application.database.transaction(subject) as writer:
                batch.writer = writer
                try:
                    made = await self._changes(batch, firsts, writer)
                finally:
                    batch.statements += writer.statements
        except DBAPIError as error:
            raise _refused(batch.under_way, _collision(error)) from error
        self.on_step("committed")
        return made

    async def _checked(self, batch: Batch) -> list[Aim | None]:
        """Check every command before the first one is made; each that is refused is told."""
        aims, refused = [], []
        async with self._application.database.reading(batch.calls[0].identity.subject) as reader:
            now = self._application.clock.now()
            try:
                for call in batch.calls:
                    try:
                        principal = await self._principal(reader, call, now)
                        aims.append(await self._ladder.climb(call, principal, now, reader))
                    except Refusal as refusal:
                        refused.append((call, call.withheld(refusal)))
            finally:
                batch.statements += reader.statements
        if refused:
            raise CallsRefused(refused)
        return aims

    async def _changes(
        self, batch: Batch, firsts: Sequence[Aim | None], writer: Writer
    ) -> list[Keys]:
        if batch.remembering is not None:
            try:
                await batch.remembering.hold(writer, batch.calls)
            except Refusal as refusal:
                raise _refused(batch.under_way, refusal) from refusal
        aimed = [first.organisation for first in firsts if first is not None]
        if aimed:
            await writer.lock_organisations(aimed)
        self.on_step("locked")
        made = []
        for call, first in zip(batch.calls, firsts, strict=True):
            batch.under_way = call
            try:
                made.append(await self._change(call, first, writer))
            except Refusal as refusal:
                raise _refused(call, refusal) from refusal
        if batch.deciding is not None:
            await batch.deciding(writer, batch.calls)
            self.on_step("decided")
        if batch.remembering is not None:
            await batch.remembering.keep(writer, batch.calls, made)
        return made

    async def _change(self, call: Call, first: Aim | None, writer: Writer) -> Keys:
        now = self._application.clock.now()
        principal = await self._principal(writer, call, now)
        aim = await self._ladder.climb(call, principal, now, writer, names=True)
        if aim and first and aim.organisation != first.organisation:
            raise unavailable()  # it was moved meanwhile, and what is locked is its old place
        self.on_step("checked again")
        application = self._application
        change = call.change = Change(
            writer, principal, call.identity, now, application.pages, application.allowances
        )
        if aim is not None:
            change.aims_at(aim.entity.name, aim.keys, aim.organisation)
            change.named = aim.named
        await allowances.use(self._application.allowances, call, change, writer)
        writer.begin()
        keys = await call.spec.run(change, call.given)
        await writer.session.flush()
        self.on_step("changed")
        if aim is not None and call.spec.target is not None and not call.spec.target.moves:
            await self._ladder.climb(call, principal, now, writer)
        call.user = change.user
        if writer.changed:  # an edit that changes nothing is none, and leaves nothing (X11)
            await self._audit(call, writer, change)
        self.on_step("audited")
        return keys

    async def _principal(self, fetching: Any, call: Call, now: int) -> Principal:
        try:
            principal = await self._application.grants.principal(fetching, call.identity, now)
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

    async def _audit_refusals(self, refused: CallsRefused) -> None:
        """Write one row for each command that was refused, by its first reason."""
        firsts: dict[str, tuple[Call, str]] = {}
        for call, withheld in refused.of:
            firsts.setdefault(call.key, (call, withheld.code))
        async with self._application.database.transaction(
            refused.of[0][0].identity.subject
        ) as writer:
            for call, code in firsts.values():
                event = {
                    **self._event(call, "REFUSED"),
                    **await self._about(call, writer),
                    "id": new_key(),
                    "at": self._application.clock.now(),
                    "code": code,
                }
                if await is_first(writer, event, self._application.refusals_together):
                    writer.session.add(AuditEvent(**event))

    async def _about(self, call: Call, writer: Writer) -> dict[str, str | None]:
        """Return what a refused command was about, whether or not the caller may see the rows.

        An operator reads it, who has to find what was tried on the rows of an organisation. The
        statement is the same for rows that are hidden and for none. Of several rows no one key is
        named (record 23), and where they are of several organisations all of these are told.
        """
        target, change = call.spec.target, call.change
        if target is not None:
            entity = self._application.catalogue.entities[target.entity]
            keys, column = named(call, target, entity), call.lock_of(target)
        elif change is not None and change.resource_type is not None:
            entity = self._application.catalogue.entities[change.resource_type]
            keys, column = list(change.targets), None
        else:
            return {"details": "{}"}
        found = self._application.catalogue.organisations_of(entity, keys, column)
        places: list[str] = []
        if keys and found is not None:
            places = sorted(await writer.session.scalars(found))
        if target is None and not places:  # what was to be made is not there
            return {"details": "{}"}
        several = len(places) > 1
        one = keys and not (target is not None and target.many)
        return {
            "resource_type": entity.name,
            "resource_id": keys[0] if one else None,
            "organisation_id": places[0] if places and not several else None,
            "details": orjson.dumps({"organisations": places} if several else {}).decode(),
        }

    def _event(self, call: Call, decision: str) -> dict[str, Any]:
        action = call.place.guarded.action
        return {
            "request_id": call.request_id,
            "subject": call.identity.subject,
            "user_id": call.user,
            "action": action,
            "source": ", ".join(self._application.policy.sources(action)),
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
