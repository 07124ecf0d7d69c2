"""Counts that several processes share: rows that are made once and then counted up."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy.dialects import postgresql, sqlite

from db.models import AuditRepeat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import InstrumentedAttribute

    from db.base import Base
    from db.drivers.writing import Writer

_SAME = (
    *("subject", "user_id", "action", "code"),
    *("resource_type", "resource_id", "organisation_id", "details"),
)
"""What repeats of a refusal have in common."""


async def counted(
    writer: Writer, model: type[Base], counter: InstrumentedAttribute[int], **row: object
) -> int:
    """Count one more in the row of an id, which is made by the first, and return how many."""
    dialect: Any = sqlite if writer.session.get_bind().dialect.name == "sqlite" else postgresql
    added = dialect.insert(model).values({counter.key: 1, **row})
    changed = {name: added.excluded[name] for name in row if name not in {"id", "event_id"}}
    once_more = added.on_conflict_do_update(
        index_elements=["id"], set_={**changed, counter.key: counter + 1}
    )
    return int(await writer.session.scalar(once_more.returning(counter)) or 0)


async def is_first(writer: Writer, event: Mapping[str, Any], together: int) -> bool:
    """Count a refusal, and tell whether it is the first of its kind in this stretch of time.

    Who is refused the same at full speed leaves one audit row in so many milliseconds, and how
    often. With 0 each refusal has a row of its own.
    """
    if not together:
        return True
    same = [event["at"] // together, *(event.get(name) for name in _SAME)]
    key = sha256(orjson.dumps(same)).hexdigest()
    of_first = {"event_id": event["id"], "last_at": event["at"]}
    return await counted(writer, AuditRepeat, AuditRepeat.times, id=key, **of_first) == 1
