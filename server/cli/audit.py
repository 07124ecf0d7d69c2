"""The audit as an operator reads it: oldest first, a page at a time, one line an event."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import and_, bindparam, func, or_, select

from db.drivers.database import Database
from db.models import AuditEvent, AuditRepeat, Organisation, User
from engine import ids, instants
from engine.errors import Refusal
from engine.instants import UnreadableError, read_day, read_instant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from sqlalchemy import ColumnElement

    from db.drivers.database import Reader

_AT_ONCE = 1000
_COLUMNS = AuditEvent.__table__.c


_KEY = re.compile(r"[a-z2-7]{26}", re.ASCII)
_NAMED = {
    "account": "InspectorAccount",
    "agreement": "Agreement",
    "agreements": "Agreement",
    "evidence": "Evidence",
    "grant": "RoleGrant",
    "group": "InspectionGroup",
    "host": "User",
    "invitation": "Invitation",
    "legalEntity": "LegalEntity",
    "organisations": "Organisation",
    "payeScheme": "PayeScheme",
    "records": "ApprenticeRecord",
    "replaced": "Invitation",
    "user": "User",
    "users": "User",
}
"""The types of the rows whose keys stand in the details, by name; `ids` are of the event's type."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of an organisation, of a person (by their keys), of a subject, from an instant.

    Those of an organisation are what was done at it, and what was refused on rows of its own, be it
    together with rows of others.
    """

    organisation: str | None = None
    user: str | None = None
    subject: str | None = None
    since: int = 0


async def events(url: str, wanted: Wanted) -> AsyncIterator[dict[str, Any]]:
    """Yield the events by time, as they stand in the table, with how many `times` each was met.

    Raises Refusal for an organisation or a person that there is none of.
    """
    database = Database(url)
    c = _COLUMNS
    where: list[ColumnElement[bool]] = [
        or_(c.at > bindparam("at"), and_(c.at == bindparam("at"), c.id > bindparam("id")))
    ]
    if wanted.organisation is not None:
        beside = c.details.contains(f'"{wanted.organisation}"', autoescape=True)
        several = and_(c.organisation_id.is_(None), c.decision == "REFUSED", beside)
        where.append(or_(c.organisation_id == wanted.organisation, several))
    if wanted.user is not None:
        where.append(c.user_id == wanted.user)
    if wanted.subject is not None:
        where.append(c.subject == wanted.subject)
    repeats = AuditRepeat.__table__.c
    times = func.coalesce(repeats.times, 1).label("times")
    counted = AuditEvent.__table__.outerjoin(AuditRepeat.__table__, repeats.event_id == c.id)
    rows = select(*c, times).select_from(counted)
    statement = database.compile(rows.where(*where).order_by(c.at, c.id).limit(_AT_ONCE))
    names = [*(column.name for column in c), "times"]
    at, last = wanted.since, ""
    await database.connect()
    try:
        async with database.reading() as reader:
            await _require(database, reader, Organisation, "organisation", wanted.organisation)
            await _require(database, reader, User, "user", wanted.user)
            while found := await reader.fetch(statement, {"at": at, "id": last}):
                for row in found:
                    yield dict(zip(names, row, strict=True))
                at, last = found[-1][names.index("at")], found[-1][names.index("id")]
    finally:
        await database.close()


async def _require(
    database: Database,
    reader: Reader,
    model: type[Organisation | User],
    name: str,
    key: str | None,
) -> None:
    """Refuse a key that leads to no row: an empty list would say that nothing happened there."""
    if key is None:
        return
    statement = database.compile(select(model.id).where(model.id == bindparam("key")))
    if not await reader.fetch(statement, {"key": key}):
        text = ids.encode("org" if model is Organisation else "usr", key)
        raise Refusal("NOT_FOUND", f"--{name}: there is no {name} with the id {text}.")


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
            "times": event["times"],
            "resourceType": event["resource_type"],
            "resource": _global_id(prefixes.get(event["resource_type"]), event["resource_id"]),
            "organisation": _global_id("org", event["organisation_id"]),
            "details": _details(event, prefixes),
        }
    ).decode()


def as_text(event: Mapping[str, Any], prefixes: Mapping[str, str]) -> str:
    """Return an event as a line for people; parts are set apart by two blanks."""
    decision = " ".join(filter(None, (event["decision"], event["code"])))
    resource = _global_id(prefixes.get(event["resource_type"]), event["resource_id"])
    details = _details(event, prefixes)
    parts = (
        _instant(event["at"]),
        decision,
        f"{event['action']} ({event['source']})",
        event["subject"],
        resource,
        _global_id("org", event["organisation_id"]),
        orjson.dumps(details).decode() if details else None,
        f"{event['times']:,} times" if event["times"] > 1 else None,
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


def _details(event: Mapping[str, Any], prefixes: Mapping[str, str]) -> dict[str, Any]:
    """Return the details with the ids that the API gives out, where their rows have one."""
    found: dict[str, Any] = orjson.loads(event["details"])
    named = _NAMED | {"ids": event["resource_type"]}
    return {name: _told(value, prefixes.get(named.get(name, ""))) for name, value in found.items()}


def _told(value: Any, prefix: str | None) -> Any:
    if isinstance(value, list):
        return [_told(each, prefix) for each in value]
    if prefix and isinstance(value, str) and _KEY.fullmatch(value):
        return ids.encode(prefix, value)
    return value


def _global_id(prefix: str | None, key: str | None) -> str | None:
    return ids.encode(prefix, key) if prefix and key else key
