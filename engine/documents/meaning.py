"""What a filter means, however it is written: of its conditions only those that ask something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import orjson

from engine.documents.variables import FILTER
from engine.errors import Refusal

_LISTS = frozenset({"and", "or"})


def filter_of(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the stated filter of a field's coerced arguments, None for one that is null."""
    value = given.get(FILTER, {})
    return None if value is None else stated(value)


def stated(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a coerced filter without what is absent in it.

    An operand that is not given takes its leaf from whatever holds it, and an `and`, `or`, `not`
    or relation that this empties goes, too. Nulls stay, to be refused by their names. So does an
    `or` that is written as an empty list: it holds of nothing, as `in` of an empty list does.
    """
    kept: dict[str, Any] = {}
    for key, item in value.items():
        below: Any = item
        if key in _LISTS and item is not None:
            below = [each for each in map(stated, item) if each]
            if not below and (key == "and" or item):
                continue
        elif isinstance(item, Mapping):
            below = stated(item)
            if not below:
                continue
        kept[key] = below
    return kept


def refuse_nulls(value: Mapping[str, Any] | None) -> None:
    """Raise Refusal BAD_USER_INPUT for the first null of a stated filter."""
    name = next(_nulls(value, FILTER), None)
    if name is not None:
        message = f"{name} is null, which asks nothing: leave it out."
        if name.endswith(".eq"):
            message = f"{name} is null, which no value is equal to: isNull finds what is null."
        raise Refusal("BAD_USER_INPUT", message, input=name, reason="NULL")


def meaning(value: Mapping[str, Any]) -> str:
    """Return a text of a stated filter, equal where two differ in their writing alone."""
    return orjson.dumps(_written(value)).decode()


def _nulls(value: object, path: str) -> Iterator[str]:
    if value is None:
        yield path
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _nulls(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from _nulls(item, path)


def _written(value: Mapping[str, Any]) -> list[Any]:
    """Return conditions that must all hold, in an order that does not tell how they stood."""
    found: list[Any] = []
    for key, item in value.items():
        if key == "and":
            found.extend(part for each in item for part in _written(each))
        elif key == "or" and len(item) == 1:
            found.extend(_written(item[0]))
        elif key == "or":
            found.append([key, *_sorted(map(_written, item))])
        elif isinstance(item, Mapping):
            found.append([key, _written(item)])
        elif isinstance(item, list):
            found.append([key, *_sorted(map(_plain, item))])
        else:
            found.append([key, _plain(item)])
    return _sorted(found)


def _plain(operand: Any) -> Any:
    if isinstance(operand, datetime):
        moment = operand if operand.tzinfo else operand.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat()
    return str(operand) if isinstance(operand, date) else getattr(operand, "value", operand)


def _sorted(parts: Iterable[Any]) -> list[Any]:
    """Return parts in the order of their texts, each once."""
    return [part for _, part in sorted({orjson.dumps(part): part for part in parts}.items())]
