"""One question to the lab's oracle: who asks, which rows they see, and what types are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from lab.oracle.judging import Judge, Verdict
from oracle.refusal import forbidden, not_found, precondition
from oracle.shapes import CursorOpener
from oracle.world import Row, World


class Kind(NamedTuple):
    """A type with rows: its table, the action that shows a row, and how its ids begin."""

    table: str
    read: str
    prefix: str | None


KINDS = {
    "Organisation": Kind("organisations", "organisation.read", "org"),
    "Person": Kind("users", "person.read", "per"),
    "Record": Kind("lab_records", "record.read", "rec"),
    "Note": Kind("lab_notes", "note.read", "not"),
    "Review": Kind("lab_reviews", "review.read", None),
    "Vault": Kind("lab_vaults", "vault.read", "vlt"),
    "Event": Kind("lab_events", "event.read", "evt"),
}
PREFIXES = {kind.prefix: name for name, kind in KINDS.items() if kind.prefix}
TABLES = (
    *(kind.table for kind in KINDS.values()),
    "role_grants",
    "inspector_accounts",
    "lab_caseload_items",
    "lab_areas",
    "lab_terms",
)


@dataclass(frozen=True)
class Thing:
    """A row on its way into an answer."""

    type_name: str
    row: Row

    @property
    def table(self) -> str:
        """Where the row stands."""
        return KINDS[self.type_name].table


class Asked:
    """One question: the world, the judge of one caller, and how a cursor is opened."""

    def __init__(self, world: World, subject: str, now: int, open_cursor: CursorOpener) -> None:
        self.world = world
        self.judge = Judge(world, subject, now)
        self.open_cursor = open_cursor

    def unreadable(self, kind: str) -> bool:
        """Say whether the caller may read no row at all of a type."""
        return self.judge.never(KINDS[kind].read, "")

    def refused(self, action: str, at: str, kind: str | None = None) -> bool:
        """Say whether a field is refused to the caller whatever the row."""
        never = self.judge.never(action, name_of(at))
        return never or (kind is not None and self.unreadable(kind))

    def may(self, action: str, at: str, thing: Thing) -> Verdict:
        """Return whether the value at a coordinate may be read of this row."""
        return self.judge.verdict(action, name_of(at), thing.table, thing.row)

    def demand(self, action: str, at: str, thing: Thing) -> None:
        """Refuse the position unless the value may be read."""
        insist(at, self.may(action, at, thing))

    def demand_gate(self, action: str, at: str, kind: str, by: str, on: str, parent: Thing) -> None:
        """Refuse the position unless a relation may be asked of this parent."""
        insist(at, self.gate(action, at, kind, by, on, parent))

    def gate(self, action: str, at: str, kind: str, by: str, on: str, parent: Thing) -> Verdict:
        """Return whether a relation may be asked of this parent."""
        child, key = KINDS[kind].table, parent.row[on]
        return self.judge.gate(action, name_of(at), child, by, parent.table, parent.row, key)

    def visible(self, action: str, at: str, kind: str, rows: Iterable[Row]) -> list[Thing]:
        """Return the rows in scope of an action and of their type's own read action."""
        return list(self._visible(action, at, kind, rows))

    def row(self, kind: str, key: str | None) -> Row | None:
        """Return the row of a key, whoever asks."""
        return self.world.get(KINDS[kind].table, key)

    def rows(self, kind: str) -> tuple[Row, ...]:
        """Return every row of a type, whoever asks."""
        return self.world.all(KINDS[kind].table)

    def field(self, kind: str, name: str) -> Any:
        """Return how a field is found; KeyError for one that there is not."""
        from lab.oracle.table import FIELDS  # noqa: PLC0415 - the table names what is asked here

        return FIELDS[f"{kind}.{name}"]

    def findable(self, field: Any, at: str) -> bool:
        """Say whether the caller holds what it takes to find rows by a field, anywhere."""
        if self.refused(field.action, at, getattr(field, "kind", None)):
            return False
        search = getattr(field, "search", None)
        return search is None or not self.refused(search, at)

    def readable(self, field: Any, at: str, thing: Thing) -> bool:
        """Say whether rows may be found by a value: it is read, and searched by, on this row."""
        actions = (field.action, *([field.search] if field.search else []))
        return all(self.may(action, at, thing) is True for action in actions)

    def seen(self, kind: str, key: str, at: str) -> Thing:
        """Return the row of an id; one that is hidden is as if there were none."""
        row = self.row(kind, key)
        found = self.visible(KINDS[kind].read, "", kind, [row] if row else [])
        if not found:
            raise not_found(at)
        return found[0]

    def _visible(self, action: str, at: str, kind: str, rows: Iterable[Row]) -> Iterator[Thing]:
        for row in rows:
            thing = Thing(kind, row)
            if (
                self.may(action, at, thing) is True
                and self.may(KINDS[kind].read, "", thing) is True
            ):
                yield thing


def name_of(coordinate: str) -> str:
    """Return the field of a coordinate, as a list of `fields` in a matrix names it."""
    return coordinate.partition(".")[2]


def insist(at: str, verdict: Verdict) -> None:
    """Refuse the position for want of a right, or for want of a condition."""
    if verdict is True:
        return
    raise forbidden(at) if verdict is False else precondition(at)
