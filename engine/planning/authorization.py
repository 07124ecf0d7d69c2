"""What decides of a field in a plan: masks on the row, and gates at the parent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from authz.decision import Always, Where
from engine.execution.gates import Gate
from engine.execution.guards import Conditional, Mask
from engine.planning import certain

if TYPE_CHECKING:
    from graphql import FieldNode

    from authz.decision import Decision
    from engine.catalogue import Entity, Field
    from engine.decider import Decider
    from engine.sql.row_query import Fetch


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


def gate_of(
    decider: Decider, parent: Entity, entity: Entity, by: str, decision: Decision
) -> Gate | None:
    """Return the gate of a relation whose child hangs on the parent by the column `by`.

    There is none where every parent passes.
    """
    if not isinstance(decision, Where):
        return None
    tested = {p.when for p in decision.paths if p.when is not None and decider.at_parent(p.when)}
    gate = Gate(entity, by, decision.paths, frozenset(tested & parent.conditions.keys()))
    return gate if gate.shuts else None
