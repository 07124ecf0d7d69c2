"""A compiled filter, and what a filter of its shape compares with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.documents.meaning import refuse_nulls

if TYPE_CHECKING:
    from authz.decision import Where
    from engine.catalogue import Field
    from engine.sql.comparisons import Comparison
    from engine.sql.sort_order import OfRow


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled filter: what it makes of the scope, and how its operands are stored.

    `searched` are the watched fields that it finds rows by.
    """

    within: tuple[Where, ...] = ()
    where: tuple[OfRow, ...] = ()
    operands: tuple[Comparison, ...] = ()
    searched: tuple[Field, ...] = ()

    def parameters(self, value: Mapping[str, Any] | None) -> dict[str, object]:
        """Return what a stated filter of the same shape compares with, or raise Refusal.

        Nothing is compared with null, and a filter is not null itself.
        """
        refuse_nulls(value)
        given = operands(value or {})
        return {o.name: o.stored(raw) for o, raw in zip(self.operands, given, strict=True)}


def operands(value: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what a filter compares with, in the order in which it is compiled."""
    for key, item in value.items():
        if key == "isNull":
            continue
        if key in {"and", "or"}:
            for each in item:
                yield from operands(each)
        elif isinstance(item, Mapping):
            yield from operands(item)
        else:
            yield item
