"""Watched reads: showing what is most private, and searching by it, is written down beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import orjson
from sqlalchemy import insert

from db.models import AuditEvent
from db.types import new_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from authz.rows.principal import Principal
    from engine.application import Application
    from engine.catalogue import Field


class Group(NamedTuple):
    """The fields of a type that one action opens."""

    type_name: str
    action: str


@dataclass(slots=True)
class Seen:
    """What one operation has shown of watched fields: keys of rows, and coordinates, by group.

    Coordinates of fields that rows were searched by stand by themselves, since no row showed them.
    """

    keys: dict[Group, set[str]] = field(default_factory=dict)
    coordinates: dict[Group, set[str]] = field(default_factory=dict)
    searched: dict[Group, set[str]] = field(default_factory=dict)

    def add(self, place: Field, key: str) -> None:
        """Note that a field of a row was shown."""
        group = _group(place)
        self.keys.setdefault(group, set()).add(key)
        self.coordinates.setdefault(group, set()).add(place.coordinate)

    def searches(self) -> Seen:
        """Return what rows were searched by, without what was shown: a refusal shows nothing."""
        return Seen(searched=self.searched)

    def search(self, places: Sequence[Field]) -> None:
        """Note that rows were found, or not found, by watched fields."""
        for place in places:
            self.searched.setdefault(_group(place), set()).add(place.coordinate)


def _group(place: Field) -> Group:
    return Group(place.coordinate.partition(".")[0], place.guarded.action)


async def write_down(
    application: Application, seen: Seen, principal: Principal, now: int, request_id: str
) -> None:
    """Write one row of the audit for each group of watched fields that was shown or searched by.

    What cannot be written fails the read.
    """
    groups = sorted(seen.keys.keys() | seen.searched.keys())
    if not groups:
        return
    rows = [
        {
            "id": new_key(),
            "at": now,
            "request_id": request_id,
            "subject": principal.subject,
            "user_id": principal.user,
            "action": group.action,
            "source": ", ".join(application.policy.sources(group.action)),
            "decision": "ALLOWED",
            "resource_type": group.type_name,
            "details": orjson.dumps(_details(seen, group)).decode(),
        }
        for group in groups
    ]
    async with application.database.transaction(principal.subject) as writer:
        await writer.session.execute(insert(AuditEvent), rows)


def _details(seen: Seen, group: Group) -> dict[str, list[str]]:
    shown = {
        "ids": sorted(seen.keys.get(group, ())),
        "fields": sorted(seen.coordinates.get(group, ())),
    }
    searched = seen.searched.get(group)
    return {**shown, "searched": sorted(searched)} if searched else shown
