"""The arguments by which rows are found: a filter and an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.declare.guarded import Argument
from engine.declare.inputs import optional

if TYPE_CHECKING:
    from collections.abc import Iterator


def finding_arguments(filtered: type | None, ordered: type | None) -> Iterator[Argument]:
    """Yield the arguments that take a filter and an order, of those that are given."""
    if filtered is not None:
        what = "Which rows; what you may not read is unknown, and only what is true counts."
        yield Argument("filter", optional(filtered), description=what)
    if ordered is not None:
        what = "In which order; rows whose key you may not read come last."
        yield Argument("order_by", optional(ordered), description=what)
