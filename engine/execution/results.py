"""Results: how large they are, and the errors of what is withheld in them."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any

from engine.errors import MASKED, Withheld, too_many_positions
from engine.execution.completion import Completed
from engine.execution.hints import MergedMarks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.execution.hints import Marks, Tally
    from engine.limits import Limits


def errors_within(
    data: Any, marks: Marks | None, limits: Limits, tally: Tally | None = None
) -> list[dict[str, object]]:
    """Take the withheld values out of a result and return their errors.

    Raises RequestRefused RESPONSE_TOO_LARGE. A result of which the tally leaves nothing in doubt
    is not walked through.
    """
    if tally is not None and not tally.opaque and tally.size <= limits.positions:
        return []
    if positions(data, marks) > limits.positions:
        raise too_many_positions(limits.positions)
    return withheld_errors(data, marks, limits.withheld_shown)


def positions(data: Any, marks: Marks | None) -> int:
    """Count the objects and lists of a result as an answer spells them out.

    One object may stand below several parents; it is walked once and counted each time. Only
    marked keys are looked at: whatever holds more than one value is marked.
    """
    known: dict[int, int] = {}

    def count(value: Any, marks: Marks | None) -> int:
        if isinstance(value, Completed):
            value, marks = value.value, None
        if not isinstance(value, (dict, list)):
            return 0
        if id(value) not in known:
            known[id(value)] = 1 + sum([count(each, below) for each, below in _held(value, marks)])
        return known[id(value)]

    return count(data, marks)


def _held(
    value: dict[str, Any] | list[Any], marks: Marks | None
) -> Iterator[tuple[Any, Marks | None]]:
    """Return what may hold more values, each with its marks; without marks of its own, any may."""
    if isinstance(value, list):
        return zip(value, repeat(marks))
    if marks is None or isinstance(marks, MergedMarks):
        return zip(value.values(), repeat(None))
    return ((value[key], below) for key, below in marks.items() if key in value)


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
