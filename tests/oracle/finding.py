"""What is found: the rows that a filter keeps, in two segments where a sort key is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from oracle.filters import Filter, Found, Sight, has_null, is_column, is_many, truth, without_absent
from oracle.refusal import bad_input, forbidden
from oracle.shapes import page

Thing = TypeVar("Thing", bound=Found)


def found_page(
    asked: Sight,
    kind: str,
    things: Sequence[Thing],
    at: str,
    args: Mapping[str, Any],
    chosen: str = "",
    default: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the page that the arguments ask for, of the rows in sight.

    Cursors are bound to what was chosen besides. `default` is the order that the rows are in.
    """
    things = kept(asked, kind, things, at, args)
    order = args.get("orderBy")
    if order is not None:
        things = sorted_by(asked, kind, things, order)
    given = {
        "filter": without_absent(args.get("filter") or {}),
        "orderBy": None if order is not None and order == default else order,
    }
    told = {name: value for name, value in given.items() if value}
    binding = f" {json.dumps(told, sort_keys=True)}" if told else ""
    return page(things, args, at, asked.open_cursor, chosen + binding)


def kept(
    asked: Sight, kind: str, things: Sequence[Thing], at: str, args: Mapping[str, Any]
) -> list[Thing]:
    """Return the rows for which the filter is true, or refuse the position for an argument."""
    if refused_argument(asked, kind, args) is not None:
        raise forbidden(at)
    given = _filter_of(args)
    if has_null(given):
        raise bad_input(at)
    if not given:
        return list(things)
    if not all(map(_storable, _texts(given))):
        raise bad_input(at)
    return [thing for thing in things if truth(asked, kind, thing, given) is True]


def sorted_by(
    asked: Sight, kind: str, things: Sequence[Thing], order: Mapping[str, Any]
) -> list[Thing]:
    """Return the rows by a key: those with a key in order, then all others by id."""
    keyed: list[tuple[Any, str, Thing]] = []
    others: list[Thing] = []
    for thing in things:
        key = _key(asked, kind, thing, order["field"])
        if key is None:
            others.append(thing)
        else:
            keyed.append((key, thing.row["id"], thing))
    keyed.sort(key=lambda each: each[:2], reverse=order["direction"] == "DESC")
    others.sort(key=lambda thing: thing.row["id"])
    return [*(thing for *_, thing in keyed), *others]


def _key(asked: Sight, kind: str, thing: Found, name: str) -> Any:
    *relations, leaf = key_path(asked, kind, name)
    for relation in relations:
        field = asked.field(kind, relation)
        related = field.of(asked, thing, f"{kind}.{relation}")
        if related is None:
            return None
        kind, thing = field.kind, related
    field, at = asked.field(kind, leaf), f"{kind}.{leaf}"
    if not asked.readable(field, at, thing):
        return None
    made = getattr(field, "made", None)
    return thing.row[field.folded or field.column] if made is None else made(asked, thing)


def key_path(asked: Sight, kind: str, name: str) -> tuple[str, ...]:
    """Return the fields that a sort key goes by: EMPLOYER_NAME is employer, then name."""
    words = name.lower().split("_")
    for cut in range(len(words), 0, -1):
        field = words[0] + "".join(word.capitalize() for word in words[1:cut])
        try:
            at = asked.field(kind, field)
        except KeyError:
            continue
        rest = "_".join(words[cut:])
        return (field, *key_path(asked, at.kind, rest)) if rest else (field,)
    raise KeyError(name)


def refused_argument(asked: Sight, kind: str, args: Mapping[str, Any]) -> str | None:
    """Return the first argument that the caller may not find rows by, whatever the row."""
    given = _filter_of(args)
    refused = list(_refused(asked, kind, given, "filter")) if given else []
    order = args.get("orderBy")
    if not refused and order is not None:
        at = kind
        for name in key_path(asked, kind, order["field"]):
            field = asked.field(at, name)
            if not asked.findable(field, f"{at}.{name}"):
                return "orderBy.field"
            at = getattr(field, "kind", at)
    return refused[0] if refused else None


def _filter_of(args: Mapping[str, Any]) -> dict[str, Any] | None:
    given = args.get("filter", {})
    return None if given is None else without_absent(given)


def _refused(asked: Sight, kind: str, given: Filter, path: str) -> Iterator[str]:
    for name, value in given.items():
        below = f"{path}.{name}"
        if name in ("and", "or", "not"):
            for each in value if isinstance(value, list) else [value or {}]:
                yield from _refused(asked, kind, each, below)
            continue
        field = asked.field(kind, name)
        if not asked.findable(field, f"{kind}.{name}"):
            yield below
        elif is_many(field):
            yield from _refused(asked, field.kind, (value or {}).get("some") or {}, f"{below}.some")
        elif not is_column(field):
            yield from _refused(asked, field.kind, value or {}, below)


def _texts(given: Any) -> Iterator[str]:
    """Return every text that a filter compares with."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, (Mapping, list)):
        for each in given.values() if isinstance(given, Mapping) else given:
            yield from _texts(each)


def _storable(text: str) -> bool:
    """Say whether a database can hold a text."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
