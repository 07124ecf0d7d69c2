"""The audit as an operator reads it: oldest first, a page at a time, one line an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import and_, bindparam, or_, select

from db.database import Database
from db.models import AuditEvent
from engine import ids, instants
from engine.instants import UnreadableError, read_day, read_instant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from sqlalchemy import ColumnElement

_AT_ONCE = 1000
_COLUMNS = AuditEvent.__table__.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of an organisation (its key), of a subject, from an instant on."""

    organisation: str | None = None
    subject: str | None = None
    since: int = 0


async def events(url: str, wanted: Wanted) -> AsyncIterator[dict[str, Any]]:
    """Yield the events by time, as they stand in the table."""
    database = Database(url)
    c = _COLUMNS
    where: list[ColumnElement[bool]] = [
        or_(c.at > bindparam("at"), and_(c.at == bindparam("at"), c.id > bindparam("id")))
    ]
    if wanted.organisation is not None:
        where.append(c.organisation_id == wanted.organisation)
    if wanted.subject is not None:
        where.append(c.subject == wanted.subject)
    rows = select(*c).where(*where).order_by(c.at, c.id).limit(_AT_ONCE)
    statement = database.compile(rows)
    names = [column.name for column in c]
    at, last = wanted.since, ""
    await database.connect()
    try:
        async with database.reading() as reader:
            while found := await reader.fetch(statement, {"at": at, "id": last}):
                for row in found:
                    yield dict(zip(names, row, strict=True))
                at, last = found[-1][names.index("at")], found[-1][names.index("id")]
    finally:
        await database.close()


def as_json(event: Mapping[str, Any], prefixes: Mapping[str, str]) -> str:
    """Return an event as one JSON object, with the ids that the API gives out."""
    return orjson.dumps(
        {
            "id": event["id"],
            "at": _instant(event["at"]),
            "requestId": event["request_id"],
            "subject": event["subject"],
            "user": _global_id("usr", event["user_id"]),
            "action": event["action"],
            "source": event["source"],
            "decision": event["decision"],
            "code": event["code"],
            "resourceType": event["resource_type"],
            "resource": _global_id(prefixes.get(event["resource_type"]), event["resource_id"]),
            "organisation": _global_id("org", event["organisation_id"]),
            "details": orjson.loads(event["details"]),
        }
    ).decode()


def as_text(event: Mapping[str, Any], prefixes: Mapping[str, str]) -> str:
    """Return an event as a line for people; parts are set apart by two blanks."""
    decision = " ".join(filter(None, (event["decision"], event["code"])))
    resource = _global_id(prefixes.get(event["resource_type"]), event["resource_id"])
    parts = (
        _instant(event["at"]),
        decision,
        f"{event['action']} ({event['source']})",
        event["subject"],
        resource,
        _global_id("org", event["organisation_id"]),
        event["details"] if event["details"] != "{}" else None,
    )
    return "  ".join(dict.fromkeys(part for part in parts if part))


def milliseconds(text: str) -> int:
    """Return a day or an instant as UTC epoch milliseconds; without an offset it is UTC.

    Raises ValueError.
    """
    try:
        moment = read_instant(text)
    except UnreadableError:
        moment = datetime.combine(read_day(text), time.min)
    return instants.milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _instant(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")


def _global_id(prefix: str | None, key: str | None) -> str | None:
    return ids.encode(prefix, key) if prefix and key else key
