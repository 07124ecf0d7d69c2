"""Taking old rows out of the audit: an operator's act that is audited itself."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import delete, func, select

from db.drivers.database import Database
from db.models import AuditEvent, AuditPruning, AuditRepeat
from db.types import new_key
from engine.errors import Refusal
from server.cli.support import fitted, operator

if TYPE_CHECKING:
    from engine.clock import Clock

ACTION, SOURCE = "audit.prune", "operator"
_LONGEST_REASON = 500


async def prunable(url: str, clock: Clock, before: int) -> int:
    """Return how many audit rows are from before an instant, or raise Refusal for one to come."""
    if before > clock.now():
        raise Refusal("BAD_USER_INPUT", "--before lies in the future: name a day that is over.")
    database = Database(url)
    await database.connect()
    try:
        async with database.transaction() as writer:
            found = select(func.count()).select_from(AuditEvent).where(AuditEvent.at < before)
            return int(await writer.session.scalar(found) or 0)
    finally:
        await database.close()


async def pruned(url: str, clock: Clock, before: int, reason: str) -> int:
    """Delete the audit rows from before an instant, and return how many there were.

    That it was done, by whom, why and of how many rows is a row of the audit in the same
    transaction. The database's triggers let nothing else delete a row.
    """
    told = fitted("--reason", "reason", reason, _LONGEST_REASON)
    database, who = Database(url), operator()
    await database.connect()
    try:
        async with database.transaction() as writer:
            now, session = clock.now(), writer.session
            session.add(AuditPruning(id=new_key(), at=now, before=before))
            await session.flush()
            old = select(AuditEvent.id).where(AuditEvent.at < before)
            await session.execute(delete(AuditRepeat).where(AuditRepeat.event_id.in_(old)))
            events = await session.execute(delete(AuditEvent).where(AuditEvent.at < before))
            number: int = events.rowcount  # type: ignore[attr-defined]
            details = {"operator": who, "reason": told, "before": before, "events": number}
            session.add(
                AuditEvent(
                    id=new_key(),
                    at=now,
                    request_id=secrets.token_hex(8),
                    subject=f"operator {who}",
                    action=ACTION,
                    source=SOURCE,
                    decision="ALLOWED",
                    details=orjson.dumps(details).decode(),
                )
            )
        return number
    finally:
        await database.close()
