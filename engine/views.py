"""Views: how rows and values become the dictionaries of an answer, one level at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from engine.completion import Completed
from engine.errors import MASKED, Refusal, Withheld
from engine.values import UnknownValueError

if TYPE_CHECKING:
    from graphql import FieldNode

    from engine.masks import Mask
    from engine.run import Run
    from engine.watching import Watch

Row = Sequence[Any]
"""A row as the driver gives it, read by position."""

Slots: TypeAlias = list[Sequence[Any]]
"""What the links of a view loaded, each with one value a row."""
Entry: TypeAlias = Callable[[Row, int, Slots], Any]
"""Makes a value of a row, its place among the rows, and what the links loaded."""
Marks: TypeAlias = dict[str, "Marks | None"]
"""Response keys below which a value may be withheld; None where only the value itself may."""


class Link(Protocol):
    """What a view needs besides its rows: a relation, a computed field."""

    node: FieldNode
    marks: Marks

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

    An entry is a response key and a function of the row, its place among the rows, and the values
    that the links loaded.
    """

    entries: list[tuple[str, Entry]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    marks: Marks = field(default_factory=dict)

    def constant(self, key: str, value: object) -> None:
        """Answer the same for every row."""
        self.entries.append((key, lambda _r, _i, _s: value))
        if isinstance(value, Withheld):
            self.marks[key] = None

    def cell(
        self, key: str, place: int, encode: Callable[[Any], Any], unknown: Withheld | None
    ) -> None:
        """Answer a column of the row; `unknown` stands for a value that its type does not know."""
        if unknown is None:
            self.entries.append((key, lambda r, _i, _s: encode(r[place])))
        else:
            self.masked(key, place, encode, None, unknown)

    def masked(
        self,
        key: str,
        place: int,
        encode: Callable[[Any], Any],
        mask: Mask | None,
        unknown: Withheld | None,
    ) -> None:
        """Answer a column where the mask opens it."""
        self.marks[key] = None

        def entry(row: Row, _i: int, _s: Slots) -> Any:
            refused = mask.refusal(row) if mask is not None else None
            if refused is not None:
                return refused
            try:
                return encode(row[place])
            except UnknownValueError:
                return unknown

        self.entries.append((key, entry))

    def made(self, key: str, make: Callable[[Row], Any], mask: Mask | None) -> None:
        """Answer what is made of a row where the mask opens it."""
        self.marks[key] = None

        def entry(row: Row, _i: int, _s: Slots) -> Any:
            refused = mask.refusal(row) if mask is not None else None
            return make(row) if refused is None else refused

        self.entries.append((key, entry))

    def linked(self, key: str, link: Link) -> None:
        """Answer what a link loads."""
        slot = len(self.links)
        self.links.append(link)
        self.marks[key] = link.marks or None
        self.entries.append((key, lambda _r, i, s: s[slot][i]))

    async def build(self, rows: Sequence[Row], run: Run) -> list[dict[str, Any]]:
        """Return the dictionaries of the rows."""
        for watch in self.watches:
            watch.note(rows, run.seen)
        slots = [await _loaded(link, rows, run) for link in self.links]
        entries = self.entries
        return [{key: make(row, i, slots) for key, make in entries} for i, row in enumerate(rows)]


def choosing(choices: Sequence[tuple[str, Mask | None]]) -> Entry:
    """Return the entry of the names whose mask opens a row; None opens every row."""

    def entry(row: Row, _i: int, _s: Slots) -> list[str]:
        return [name for name, mask in choices if mask is None or mask.opens(row)]

    return entry


async def _loaded(link: Link, rows: Sequence[Row], run: Run) -> Sequence[Any]:
    if not rows:
        return ()
    try:
        return await link.load(rows, run)
    except Refusal as refusal:
        return [withheld_of(refusal, link.coordinate, link.node)] * len(rows)


def withheld_of(refusal: Refusal, coordinate: str, node: FieldNode) -> Withheld:
    """Return what stands in the result where a refusal was raised."""
    details = {k: v for k, v in (refusal.extensions or {}).items() if k != "code"}
    details.pop("coordinate", None)
    return Withheld(refusal.code, refusal.message, coordinate, details, node)


def positions(data: Any) -> int:
    """Count the objects and lists of a result as an answer spells them out.

    One object may stand below several parents; it is walked once and counted each time.
    """
    known: dict[int, int] = {}

    def count(value: Any) -> int:
        if isinstance(value, Completed):
            return count(value.value)
        if not isinstance(value, (dict, list)):
            return 0
        if id(value) not in known:
            below = value.values() if isinstance(value, dict) else value
            known[id(value)] = 1 + sum(map(count, below))
        return known[id(value)]

    return count(data)


def withheld_errors(data: Any, marks: Marks | None, limit: int) -> list[dict[str, object]]:
    """Take the withheld values out of a result and return their errors, one a position.

    At most `limit` + 1 errors are returned: the caller refuses an answer that passes the limit.
    """
    errors: list[dict[str, object]] = []
    _find(data, marks, (), errors, limit)
    if errors:
        _clear(data, marks)
    return errors


def _find(
    value: Any,
    marks: Marks | None,
    path: tuple[str | int, ...],
    errors: list[dict[str, object]],
    limit: int,
) -> None:
    if len(errors) > limit:
        return
    if isinstance(value, Withheld):
        errors.append(value.at(path))
    elif isinstance(value, Completed):
        errors.extend(
            Withheld("INTERNAL_SERVER_ERROR", MASKED, value.coordinate, {}, fault.node).at(
                (*path, *fault.path)
            )
            for fault in value.faults
        )
    elif isinstance(value, list):
        for i, item in enumerate(value):
            _find(item, marks, (*path, i), errors, limit)
    elif isinstance(value, dict) and marks:
        for key, below in marks.items():
            if key in value:
                _find(value[key], below, (*path, key), errors, limit)


def _clear(value: Any, marks: Marks | None) -> None:
    if isinstance(value, list):
        for i, item in enumerate(value):
            if isinstance(item, (Withheld, Completed)):
                value[i] = _left(item)
            else:
                _clear(item, marks)
    elif isinstance(value, dict) and marks:
        for key, below in marks.items():
            found = value.get(key)
            if isinstance(found, (Withheld, Completed)):
                value[key] = _left(found)
            else:
                _clear(found, below)


def _left(found: Withheld | Completed) -> Any:
    """Return what is left of a value once its errors are taken out."""
    return found.value if isinstance(found, Completed) else None


def merged(*many: Marks) -> Marks:
    """Return the marks of values that may have any of several shapes."""
    result: Marks = {}
    for marks in many:
        for key, below in marks.items():
            known = result.get(key)
            result[key] = merged(known, below) if known and below else known or below
    return result
