"""Comparisons: one operator of a filter's leaf in SQL, and its operand as it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from graphql import get_named_type
from sqlalchemy import ARRAY, Text, bindparam

from db.drivers.statements import one_of
from db.types import Folded
from engine.errors import Refusal
from engine.instants import LocalTimeError, milliseconds

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from engine.catalogue import Field
    from engine.sql.sort_order import OfRow

_MOST_VALUES = 100
_LONGEST_TEXT = 200
_FOLDED = {"contains": "%{}%", "startsWith": "{}%"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an operator says of a row, and how its operand is bound."""

    name: str
    says: OfRow
    stored: Callable[[Any], object]


def comparison(
    of: FromClause,
    place: Field,
    subject: OfRow,
    operator: str,
    operand: object,
    path: str,
    number: int,
) -> Comparison:
    """Return the comparison of a field of a table's rows, found by its `subject`.

    Of the operand only the value of `isNull` is looked at.
    """
    name = f"f{number}"
    if operator == "isNull":
        return Comparison(name, _is_null(subject, yes=bool(operand)), lambda raw: raw)
    argument = f"{path}.{operator}"
    if operator in _FOLDED:
        pattern, folded = _FOLDED[operator], place.guarded.findable.folded
        assert folded is not None  # noqa: S101 - only these have the operator
        kind = of.c[folded].type
        assert isinstance(kind, Folded)  # noqa: S101 - what is folded is of this type
        like = bindparam(name, type_=Text)
        return Comparison(
            name,
            lambda table: table.c[folded].like(like, escape="\\"),
            lambda raw: pattern.format(_escaped(kind.folding(_text(raw, argument)))),
        )
    store = _storing(place, argument)
    if operator == "in":
        return Comparison(
            name,
            lambda table: one_of(subject(table), bindparam(name, type_=ARRAY(subject(table).type))),
            lambda raw: [store(item) for item in _few(raw, argument)],
        )
    compare = _COMPARE[operator]
    return Comparison(
        name,
        lambda table: compare(subject(table), bindparam(name, type_=subject(table).type)),
        store,
    )


_COMPARE: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": lambda column, operand: column == operand,
    "lt": lambda column, operand: column < operand,
    "lte": lambda column, operand: column <= operand,
    "gt": lambda column, operand: column > operand,
    "gte": lambda column, operand: column >= operand,
}


def _is_null(subject: OfRow, *, yes: bool) -> OfRow:
    if yes:
        return lambda table: subject(table).is_(None)
    return lambda table: subject(table).is_not(None)


def _storing(place: Field, argument: str) -> Callable[[Any], object]:
    """Return the function from an operand to what the column holds."""
    if get_named_type(place.definition.type).name == "DateTime":
        return lambda moment: _milliseconds(moment, argument)
    if get_named_type(place.definition.type).name == "Date":
        return date.isoformat

    def store(raw: Any) -> object:
        value = getattr(raw, "value", raw)
        return _text(value, argument) if isinstance(value, str) else value

    return store


def _milliseconds(moment: datetime, argument: str) -> int:
    try:
        return milliseconds(moment)
    except LocalTimeError as error:
        raise Refusal("BAD_USER_INPUT", f"{argument} {error}", input=argument) from None


def _text(text: str, argument: str) -> str:
    """Return a text that a database can hold and compare, or raise Refusal BAD_USER_INPUT."""
    if len(text) > _LONGEST_TEXT:
        message = f"{argument} has {len(text):,} characters; at most {_LONGEST_TEXT} are compared."
        amounts = {"limit": _LONGEST_TEXT, "actual": len(text)}
        raise Refusal("BAD_USER_INPUT", message, input=argument, **amounts)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "\0"
    if "\0" in text:
        message = f"{argument} holds a character that no text can hold."
        raise Refusal("BAD_USER_INPUT", message, input=argument)
    return text


def _few(values: list[Any], argument: str) -> list[Any]:
    if len(values) > _MOST_VALUES:
        message = f"{argument} holds {len(values):,} values; at most {_MOST_VALUES} are compared."
        amounts = {"limit": _MOST_VALUES, "actual": len(values)}
        raise Refusal("BAD_USER_INPUT", message, input=argument, **amounts)
    return values


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
