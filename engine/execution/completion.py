"""Completion: values as the answer holds them, a fault of theirs null at the nearest place for it.

It does what GraphQL says of a value that its type cannot hold: null there, or, where null may not
stand, null at the nearest place above where it may, with an error at the exact path of the fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import Undefined, is_list_type, is_non_null_type
from graphql.pyutils import is_iterable

if TYPE_CHECKING:
    from graphql import FieldNode

Path: TypeAlias = tuple[str | int, ...]


class Fault(Exception):
    """A value that its type cannot hold: where below the field, in which node, and why."""

    def __init__(self, path: Path, reason: Exception) -> None:
        """Keep what an error is made of."""
        super().__init__(path)
        self.path = path
        self.reason = reason
        self.node: FieldNode | None = None


Complete: TypeAlias = Callable[[Any, Path, list[Fault]], Any]
"""Makes the answer's value of a value at a path; faults that end in a null are added."""


@dataclass(frozen=True, slots=True)
class Completed:
    """Stands in a result for the value of a field with faults, until their errors are taken out."""

    value: Any
    coordinate: str
    faults: tuple[Fault, ...]


def placed(
    kind: Any,
    named: Complete,
    node: FieldNode | None = None,
    read: Callable[[Any], Any] | None = None,
) -> Complete:
    """Return what completes a field or an item of a type; `named` completes its named type.

    A field is given the object that its value is to be read of.
    """
    within, nullable = _typed(kind, named), not is_non_null_type(kind)

    def complete(value: Any, path: Path, faults: list[Fault]) -> Any:
        try:
            found = value if read is None else read(value)
            return within(found, path, faults)
        except Fault as located:
            fault = located
        except Exception as error:  # noqa: BLE001 - whatever a value does wrong is its fault
            fault = Fault(path, error)
        fault.node = fault.node or node
        if not nullable:
            raise fault
        faults.append(fault)
        return None

    return complete


def leaf(serialize: Callable[[Any], Any]) -> Complete:
    """Return what completes a leaf."""

    def complete(value: Any, _path: Path, _faults: list[Fault]) -> Any:
        made = serialize(value)
        if made is None or made is Undefined:
            raise TypeError("A value was made null by its own type.")
        return made

    return complete


def fields(found: Mapping[str, Complete]) -> Complete:
    """Return what completes an object: by response key, what completes the field."""

    def complete(value: Any, path: Path, faults: list[Fault]) -> Any:
        return {key: field(value, (*path, key), faults) for key, field in found.items()}

    return complete


def constant(text: str) -> Complete:
    """Return what completes the name of a type."""
    return lambda _value, _path, _faults: text


def _typed(kind: Any, named: Complete) -> Complete:
    if is_non_null_type(kind):
        return _non_null(_typed(kind.of_type, named))
    if is_list_type(kind):
        return _nullable(_items(placed(kind.of_type, named)))
    return _nullable(named)


def _non_null(within: Complete) -> Complete:
    def complete(value: Any, path: Path, faults: list[Fault]) -> Any:
        made = within(value, path, faults)
        if made is None:
            raise TypeError("A value is null where its type has no null.")
        return made

    return complete


def _nullable(within: Complete) -> Complete:
    return lambda value, path, faults: None if value is None else within(value, path, faults)


def _items(item: Complete) -> Complete:
    def complete(value: Any, path: Path, faults: list[Fault]) -> Any:
        if not is_iterable(value):
            raise TypeError("A list was expected.")
        return [item(each, (*path, i), faults) for i, each in enumerate(value)]

    return complete
