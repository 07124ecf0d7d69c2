"""Masks: which paths open a value of a row, and why it is withheld where none of them does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from authz.decision import Always, Where
from engine.execution import certain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import FieldNode

    from authz.decision import Decision
    from engine.catalogue import Field
    from engine.decider import Decider
    from engine.errors import Withheld
    from engine.sql.row_query import Fetch


class Conditional(NamedTuple):
    """A path that opens a value where its condition holds: the places of both, and what stands."""

    probe: int
    condition: int
    unmet: Withheld


@dataclass(frozen=True, slots=True)
class Mask:
    """The paths of one decision by their places in a row, those without a condition first."""

    paths: tuple[int, ...]
    conditional: tuple[Conditional, ...]
    forbidden: Withheld

    def refusal(self, row: Sequence[Any]) -> Withheld | None:
        """Return what stands for the value of a row, None where a path opens it.

        A path that reaches the row under a condition that is false is PRECONDITION.
        """
        for place in self.paths:
            if row[place]:
                return None
        refused = self.forbidden
        for path in self.conditional:
            if row[path.probe]:
                if row[path.condition]:
                    return None
                if refused is self.forbidden:
                    refused = path.unmet
        return refused

    def opens(self, row: Sequence[Any]) -> bool:
        """Tell whether a path opens the value of a row."""
        return self.refusal(row) is None


def mask_of(
    decider: Decider, fetch: Fetch, place: Field, decision: Decision, node: FieldNode | None
) -> Mask | None:
    """Return what opens a field of a row by a decision, None when every row in scope does.

    That there is a mask is noted: a value may be withheld there.
    """
    mask = opening_of(decider, fetch, place, decision, node)
    if mask is not None and isinstance(decision, Where):
        decider.notes.doubt(mask.forbidden, partial(certain.opened, fetch, decision))
    return mask


def opening_of(
    decider: Decider, fetch: Fetch, place: Field, decision: Decision, node: FieldNode | None
) -> Mask | None:
    """Return the paths by which a decision opens a row, None when it opens every row in scope."""
    if isinstance(decision, Always):
        return None
    assert isinstance(decision, Where)  # noqa: S101 - Never is answered without a row
    if fetch.covered_by(decision):
        return None
    action, entity = place.guarded.action, fetch.entity
    known = [path for path in decision.paths if entity.knows(path)]
    return Mask(
        tuple(fetch.probe(path) for path in known if path.when is None),
        tuple(
            Conditional(
                fetch.probe(path),
                fetch.condition(path.when),
                decider.unmet(place.coordinate, action, path.when, node),
            )
            for path in known
            if path.when is not None and path.when in entity.conditions
        ),
        decider.forbidden(place.coordinate, action, node),
    )
