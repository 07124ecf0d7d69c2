"""Changes sent twice are made once: what an `Idempotency-Key` stands for, for a day.

A key is one subject's, for one operation and its inputs. What was made under it is remembered in
the transaction that made it; its payload is read anew whenever it is sent again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import BigInteger, bindparam, delete, insert, select

from db.models import RememberedChange
from db.types import new_key
from engine.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Table

    from db.drivers.statements import Statement
    from db.drivers.writing import Writer
    from engine.application import Application
    from engine.commands.calls import Call
    from engine.declare.commands import Keys
    from engine.documents.cache import Operation
    from engine.requests import OperationRequest

HEADER = "Idempotency-Key"
LIFETIME = 24 * 60 * 60 * 1000
"""Milliseconds for which a change is remembered."""

_SWEPT = 100
"""How many that are past it are forgotten with each one that is remembered."""

_TABLE: Table = RememberedChange.__table__  # type: ignore[assignment]


class Recalled(Exception):
    """Another request with the same key has made a change meanwhile: it is not made again."""


class Idempotency:
    """Knows what was made under which key."""

    def __init__(self, application: Application) -> None:
        """Compile the statement once."""
        self.database = application.database
        self.clock = application.clock
        rows = RememberedChange
        since = bindparam("since", type_=BigInteger)
        self.found: Statement = self.database.compile(
            select(rows.root, rows.operation, rows.input, rows.keys).where(
                rows.holder == bindparam("holder"), rows.made_at > since
            )
        )

    async def recall(
        self, request: OperationRequest, operation: Operation, calls: Sequence[Call]
    ) -> Remembered | None:
        """Return what was made of an operation before, None for a request without a key.

        Raises Refusal for a key that stands for another operation or input.
        """
        key = request.idempotency_key
        if key is None or not calls:
            return None
        remembered = Remembered(
            self,
            _digest(calls[0].identity.subject, key),
            _digest(key, operation.digest, operation.name or "", request.mode),
            {call.key: _digest(key, call.key) for call in calls},
            {call.key: _digest(key, _canonical(call.sent)) for call in calls},
        )
        async with self.database.reading(calls[0].identity.subject) as reader:
            await remembered.read(reader)
        return remembered


@dataclass(slots=True)
class Remembered:
    """What was made under one key of one subject; `made` are the keys of payloads by root field."""

    of: Idempotency
    holder: str
    operation: str
    roots: Mapping[str, str]
    inputs: Mapping[str, str]
    made: dict[str, Keys] = field(default_factory=dict)

    async def read(self, fetching: Any) -> None:
        """Read what was made so far, or raise Refusal: it was something else."""
        since = self.of.clock.now() - LIFETIME
        rows = await fetching.fetch(self.of.found, {"holder": self.holder, "since": since})
        found = {root: (operation, sent, keys) for root, operation, sent, keys in rows}
        if any(operation != self.operation for operation, _, _ in found.values()):
            raise _reused()
        for name, root in self.roots.items():
            if root in found:
                _, sent, keys = found[root]
                if sent != self.inputs[name]:
                    raise _reused()
                self.made[name] = orjson.loads(keys)

    async def hold(self, writer: Writer, calls: Sequence[Call]) -> None:
        """Keep others with the same key from making anything, and look what they have made."""
        await writer.lock_name(self.holder)
        past = _TABLE.c.made_at <= self.of.clock.now() - LIFETIME
        await writer.session.execute(
            delete(_TABLE).where(_TABLE.c.holder == self.holder, past),
        )
        await self.read(writer)
        self._check(calls)

    async def look(self, calls: Sequence[Call]) -> None:
        """Raise Recalled if what is refused now was made under this key just before."""
        async with self.of.database.reading(calls[0].identity.subject) as reader:
            try:
                await self.read(reader)
            except Refusal:  # something else was made: what is refused stays so
                return
        self._check(calls)

    def _check(self, calls: Sequence[Call]) -> None:
        if any(call.key in self.made for call in calls):
            raise Recalled

    async def keep(self, writer: Writer, calls: Sequence[Call], keys: Sequence[Keys]) -> None:
        """Remember what has been made, and forget some of what is too old."""
        now = self.of.clock.now()
        made = [
            {
                "id": new_key(),
                "holder": self.holder,
                "root": self.roots[call.key],
                "operation": self.operation,
                "input": self.inputs[call.key],
                "keys": orjson.dumps(dict(each)).decode(),
                "made_at": now,
            }
            for call, each in zip(calls, keys, strict=True)
        ]
        await writer.session.execute(insert(_TABLE), made)
        old = select(_TABLE.c.id).where(_TABLE.c.made_at <= now - LIFETIME)
        # what another one sweeps is left to it: nobody waits here
        swept = old.order_by(_TABLE.c.made_at).limit(_SWEPT).with_for_update(skip_locked=True)
        await writer.session.execute(delete(_TABLE).where(_TABLE.c.id.in_(swept)))


def _reused() -> Refusal:
    message = (
        f"This {HEADER} was sent with another operation or other input within 24 hours, which was"
        " made; take a new key for each change."
    )
    return Refusal("BAD_USER_INPUT", message, input=HEADER, reason="IDEMPOTENCY_KEY_REUSED")


def _canonical(sent: object) -> str:
    return orjson.dumps(sent, default=str, option=orjson.OPT_SORT_KEYS).decode()


def _digest(*parts: str) -> str:
    """Return what stands for texts, of which none runs into the next."""
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()
