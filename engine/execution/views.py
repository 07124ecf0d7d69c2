"""Views: how rows and values become the dictionaries of an answer, one level at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from engine.errors import Refusal, Withheld
from engine.execution.hints import Row
from engine.values import UnknownValueError, as_stored

if TYPE_CHECKING:
    from graphql import FieldNode

    from engine.catalogue import Field
    from engine.execution.guards import Mask, Watch
    from engine.execution.hints import Marks
    from engine.execution.run import Run


Entry: TypeAlias = Callable[[Sequence[Row]], Sequence[Any]]
"""Makes one value a row, in their order."""


class Link(Protocol):
    """What a view needs besides its rows: a relation, a computed field."""

    node: FieldNode
    marks: Marks

    @property
    def plain(self) -> bool:
        """Whether each value is made by views, or is withheld as a whole."""
        ...

    @property
    def coordinate(self) -> str:
        """The coordinate of the field that it is loaded for."""
        ...

    async def load(self, rows: Sequence[Row], run: Run) -> Sequence[Any]:
        """Return one value a row, in the order of the rows; Refusal refuses all of them."""
        ...


@dataclass(slots=True)
class View:
    """What one selection makes of each row.

    An entry is a response key with what makes its values, or with the link that loads them. All
    rows are made at once, a column of values after the other.
    """

    entries: list[tuple[str, Entry | Link]] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    marks: Marks = field(default_factory=dict)

    def constant(self, key: str, value: object) -> None:
        """Answer the same for every row."""
        self.entries.append((key, lambda rows: [value] * len(rows)))
        if isinstance(value, Withheld):
            self.marks[key] = None

    def cell(
        self, key: str, place: int, encode: Callable[[Any], Any], unknown: Withheld | None
    ) -> None:
        """Answer a column of the row; `unknown` stands for a value that its type does not know."""
        if unknown is not None:
            self.masked(key, place, encode, None, unknown)
            return
        at = itemgetter(place)
        if encode is as_stored:
            self.entries.append((key, lambda rows: [*map(at, rows)]))
        else:
            self.entries.append((key, lambda rows: [*map(encode, map(at, rows))]))

    def masked(
        self,
        key: str,
        place: int,
        encode: Callable[[Any], Any],
        mask: Mask | None,
        unknown: Withheld | None,
    ) -> None:
        """Answer a column where the mask opens it."""

        def make(row: Row) -> Any:
            try:
                return encode(row[place])
            except UnknownValueError:
                return unknown

        self.made(key, make, mask)

    def made(self, key: str, make: Callable[[Row], Any], mask: Mask | None) -> None:
        """Answer what is made of a row where the mask opens it."""
        self.marks[key] = None

        def values(rows: Sequence[Row]) -> list[Any]:
            if mask is None:
                return [*map(make, rows)]
            refusals = zip(rows, map(mask.refusal, rows), strict=True)
            return [make(row) if no is None else no for row, no in refusals]

        self.entries.append((key, values))

    def linked(self, key: str, link: Link) -> None:
        """Answer what a link loads."""
        self.marks[key] = link.marks or None
        self.entries.append((key, link))

    async def build(self, rows: Sequence[Row], run: Run) -> list[dict[str, Any]]:
        """Return the dictionaries of the rows."""
        if not rows:
            return []
        for watch in self.watches:
            watch.note(rows, run.seen)
        columns = []
        for key, values in self.entries:
            column = values(rows) if callable(values) else await _loaded(values, rows, run)
            if key in self.marks:
                run.tally.look(column)
            columns.append(column)
        run.tally.rows(len(rows), len(self.marks))
        return objects([key for key, _ in self.entries], columns, len(rows))


def objects(
    keys: Sequence[str], columns: Sequence[Sequence[Any]], number: int
) -> list[dict[str, Any]]:
    """Return so many objects of these keys, whose values are given key by key."""
    if not keys:  # all that was asked of them is skipped
        return [{} for _ in range(number)]
    return [dict(zip(keys, made, strict=True)) for made in zip(*columns, strict=True)]


def choosing(choices: Sequence[tuple[str, Mask | None]]) -> Callable[[Row], list[str]]:
    """Return what chooses the names whose mask opens a row; None opens every row."""

    def names(row: Row) -> list[str]:
        return [name for name, mask in choices if mask is None or mask.opens(row)]

    return names


async def _loaded(link: Link, rows: Sequence[Row], run: Run) -> Sequence[Any]:
    run.tally.opaque = run.tally.opaque or not link.plain
    try:
        return await link.load(rows, run)
    except Refusal as refusal:
        return [withheld_of(refusal, link.coordinate, link.node)] * len(rows)


def withheld_of(refusal: Refusal, coordinate: str, node: FieldNode) -> Withheld:
    """Return what stands in the result where a refusal was raised."""
    details = {k: v for k, v in (refusal.extensions or {}).items() if k != "code"}
    details.pop("coordinate", None)
    return Withheld(refusal.code, refusal.message, coordinate, details, node)


@dataclass(slots=True)
class Base:
    """What every link knows of its place in the document."""

    place: Field
    node: FieldNode
    marks: Marks

    @property
    def plain(self) -> bool:
        """Whether each value is made by views, or is withheld as a whole."""
        return False

    @property
    def coordinate(self) -> str:
        """The field's coordinate."""
        return self.place.coordinate


@dataclass(slots=True)
class PlainLink(Base):
    """Loads what views make, row by row."""

    @property
    def plain(self) -> bool:
        """Nothing needs to be looked through that was not looked at as it was made."""
        return True
