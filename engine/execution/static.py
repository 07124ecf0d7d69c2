"""Value types: plain Python objects that a selection turns into dictionaries."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from engine.errors import Refusal, Withheld, internal_error
from engine.execution.completion import Completed, Fault
from engine.execution.views import withheld_of

if TYPE_CHECKING:
    from graphql import FieldNode

    from engine.execution.completion import Complete

_LOG = logging.getLogger("fieldgate.engine")


class ValueView:
    """What one selection makes of the value of a field: of a type, a list of them, or a leaf."""

    def __init__(self, coordinate: str, node: FieldNode, complete: Complete) -> None:
        """Take where the field stands, and what completes its value."""
        self._coordinate = coordinate
        self._node = node
        self._complete = complete

    def of(self, value: Any) -> Any:
        """Return the value as the answer holds it, as Completed where it has a fault."""
        faults: list[Fault] = []
        made = self._complete(value, (), faults)
        if not faults:
            return made
        _LOG.error("A value does not fit its type.", exc_info=faults[0].reason)
        return Completed(made, self._coordinate, tuple(faults))

    def failed(self, error: Exception) -> Withheld:
        """Return what stands where a value could not be made."""
        if isinstance(error, Refusal):
            return withheld_of(error, self._coordinate, self._node)
        _LOG.error("A resolver failed.", exc_info=error)
        return internal_error(self._coordinate, self._node)
