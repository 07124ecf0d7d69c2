"""How the oracle finds each kind of value; each is asked as (question, source, coordinate, args)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab.oracle.asked import KINDS, Asked, Thing
from lab.oracle.judging import Verdict
from oracle.finding import found_page, kept
from oracle.refusal import forbidden
from oracle.world import Row

Arguments = Mapping[str, Any]


def plain(stored: Any) -> Any:
    """Return a value as it is stored."""
    return stored


def identifier(_asked: Asked, thing: Thing, _at: str, _args: Arguments) -> str:
    """The id of a row: whoever has the row has its id."""
    return f"{KINDS[thing.type_name].prefix}_{thing.row['id']}"


@dataclass(frozen=True)
class Column:
    """A column of the row, decided on this very row; `folded` is what a text is searched by."""

    action: str
    column: str
    write: Callable[[Any], Any] = plain
    search: str | None = None
    folded: str | None = None

    def __call__(self, asked: Asked, thing: Thing, at: str, _args: Arguments) -> Any:
        asked.demand(self.action, at, thing)
        return self.write(thing.row[self.column])


@dataclass(frozen=True)
class Computed:
    """What a function makes of the row and the world."""

    action: str
    make: Callable[[Asked, Row], Any]

    def __call__(self, asked: Asked, thing: Thing, at: str, _args: Arguments) -> Any:
        asked.demand(self.action, at, thing)
        return self.make(asked, thing.row)


@dataclass(frozen=True)
class ToOne:
    """The row that a column names: refused as a whole, or null when out of sight."""

    action: str
    kind: str
    column: str

    def __call__(self, asked: Asked, thing: Thing, at: str, _args: Arguments) -> Thing | None:
        if asked.refused(self.action, at, self.kind):
            raise forbidden(at)
        return self.of(asked, thing, at)

    def of(self, asked: Asked, thing: Thing, at: str) -> Thing | None:
        """Return the row if it is in sight."""
        row = asked.row(self.kind, thing.row[self.column])
        return next(iter(asked.visible(self.action, at, self.kind, [row] if row else [])), None)


@dataclass(frozen=True)
class Hung:
    """What hangs on this row by a column of its own; gated at the parent."""

    action: str
    kind: str
    by: str
    order: tuple[str, ...] = ()
    on: str = "id"

    def demand(self, asked: Asked, thing: Thing, at: str) -> None:
        """Refuse the position for all parents, or for this one."""
        if asked.refused(self.action, at, self.kind):
            raise forbidden(at)
        asked.demand_gate(self.action, at, self.kind, self.by, self.on, thing)

    def gate(self, asked: Asked, thing: Thing, at: str) -> Verdict:
        """Return whether the relation may be asked of this parent."""
        return asked.gate(self.action, at, self.kind, self.by, self.on, thing)

    def of(self, asked: Asked, thing: Thing, at: str) -> list[Thing]:
        """Return the rows in sight."""
        key = thing.row[self.on]
        rows = [row for row in asked.rows(self.kind) if row[self.by] == key]
        rows.sort(key=lambda row: [row[name] for name in (*self.order, "id")])
        return asked.visible(self.action, at, self.kind, rows)


@dataclass(frozen=True)
class Facet(Hung):
    """The one row whose column names this one."""

    def __call__(self, asked: Asked, thing: Thing, at: str, _args: Arguments) -> Thing | None:
        self.demand(asked, thing, at)
        return next(iter(self.of(asked, thing, at)), None)


@dataclass(frozen=True)
class Hanging(Hung):
    """All the rows whose column names this one, in order."""

    many = True

    def __call__(self, asked: Asked, thing: Thing, at: str, _args: Arguments) -> list[Thing]:
        self.demand(asked, thing, at)
        return self.of(asked, thing, at)


@dataclass(frozen=True)
class Paged(Hung):
    """A page of the rows that hang on this one, filtered and sorted."""

    many = True

    def __call__(self, asked: Asked, thing: Thing, at: str, args: Arguments) -> Any:
        self.demand(asked, thing, at)
        return found_page(asked, self.kind, self.of(asked, thing, at), at, args)


@dataclass(frozen=True)
class All:
    """A page of every row of a type that the caller may see, filtered and sorted."""

    action: str
    kind: str
    order: tuple[str, ...] = ()

    def __call__(self, asked: Asked, _root: object, at: str, args: Arguments) -> Any:
        return found_page(asked, self.kind, self.of(asked, at), at, args)

    def of(self, asked: Asked, at: str) -> list[Thing]:
        """Return the rows in sight, or refuse the position."""
        if asked.refused(self.action, at, self.kind):
            raise forbidden(at)
        rows = sorted(
            asked.rows(self.kind), key=lambda row: [row[name] for name in (*self.order, "id")]
        )
        return asked.visible(self.action, at, self.kind, rows)


@dataclass(frozen=True)
class Totals:
    """Count, sum, least and most, over the rows of `source` for which the filter is true."""

    source: Hanging | All
    columns: Mapping[str, Column]

    def __call__(self, asked: Asked, thing: Thing, at: str, args: Arguments) -> dict[str, Any]:
        if isinstance(self.source, Hanging):
            self.source.demand(asked, thing, at)
            things = self.source.of(asked, thing, at)
        else:
            things = self.source.of(asked, at)
        kind = self.source.kind
        things = kept(asked, kind, things, at, args)
        found: dict[str, Any] = {"count": len(things)}
        for name, column in self.columns.items():
            found[name] = self._of(asked, column, f"{kind}.{name}", things)
        return found

    def _of(self, asked: Asked, column: Column, at: str, things: Sequence[Thing]) -> Any:
        if asked.refused(column.action, at):
            kind, _, name = at.partition(".")
            return forbidden(f"{kind}Aggregates.{name}")
        readable = [t.row[column.column] for t in things if asked.may(column.action, at, t) is True]
        values = [value for value in readable if value is not None]
        return {
            "count": len(values),
            "sum": float(sum(values)),
            "min": min(values, default=None),
            "max": max(values, default=None),
        }


@dataclass(frozen=True)
class Card:
    """What the row shows of another party, as values of its own."""

    action: str
    column: str
    kind: str
    values: Mapping[str, str]

    def __call__(self, asked: Asked, thing: Thing, at: str, _args: Arguments) -> Any:
        asked.demand(self.action, at, thing)
        row = asked.row(self.kind, thing.row[self.column])
        return None if row is None else {name: row[column] for name, column in self.values.items()}


@dataclass(frozen=True)
class AnyOf:
    """The row of one of several types; one that is refused is as if it were not there."""

    action: str
    column: str
    kind_column: str
    kinds: Mapping[str, str]

    def __call__(self, asked: Asked, thing: Thing, at: str, _args: Arguments) -> Thing | None:
        asked.demand(self.action, at, thing)
        kind = self.kinds.get(thing.row[self.kind_column])
        if kind is None or asked.unreadable(kind):
            return None
        row = asked.row(kind, thing.row[self.column])
        found = asked.visible(KINDS[kind].read, "", kind, [row] if row else [])
        return next(iter(found), None)
