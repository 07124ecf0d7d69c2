"""Gateways: what decides, at a parent and in a plan, of the rows that hang on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.execution import certain
from engine.execution.gates import Gateway, gate_of
from engine.execution.guards import mask_of

if TYPE_CHECKING:
    from graphql import FieldNode

    from authz.decision import Decision
    from engine.catalogue import Catalogue, Field
    from engine.decider import Decider
    from engine.declare.kinds import Hanging
    from engine.sql.row_query import Fetch


def gateway_of(
    catalogue: Catalogue,
    decider: Decider,
    place: Field,
    node: FieldNode,
    spec: Hanging,
    decision: Decision,
    parent: Fetch,
) -> Gateway:
    """Return the gate of a relation, or the mask of one that is part of its parent."""
    action, entity = place.guarded.action, catalogue.rows_of(place)
    assert entity is not None  # noqa: S101 - what hangs on a parent is made of rows
    assert spec.by is not None  # noqa: S101 - nor does it hang on nothing
    mask = mask_of(decider, parent, place, decision, node) if spec.part else None
    gate = None if spec.part else gate_of(decider, parent.entity, entity, spec.by, decision)
    conditions = gate.conditions if gate else frozenset()
    forbidden = decider.forbidden(place.coordinate, action, node)
    if gate is not None:
        decider.notes.doubt(forbidden, partial(certain.passed, parent, spec.on, gate))
    return Gateway(
        gate,
        parent.column(spec.on),
        {name: parent.condition(name) for name in conditions},
        forbidden,
        {name: decider.unmet(place.coordinate, action, name, node) for name in conditions},
        mask,
    )
