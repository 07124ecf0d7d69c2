"""What decides, at a parent, of the rows that hang on it, however many of them are shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.execution.gates import Gateway
from engine.planning import certain
from engine.planning.authorization import gate_of

if TYPE_CHECKING:
    from engine.declare.kinds import Relation
    from engine.planning.context import Selected


def gateway_of(selected: Selected, relation: Relation) -> Gateway:
    """Return the gate of a relation, or the mask of one that is part of its parent."""
    field, node, parent = selected.field, selected.node, selected.rows
    decider, action, decision = selected.planning.decider, selected.action, selected.decision
    assert relation.by is not None  # noqa: S101 - what hangs on a row hangs on something
    assert decision is not None  # noqa: S101 - nor is it a field of a payload
    mask = selected.mask() if relation.part else None
    gate = None
    if not relation.part:
        gate = gate_of(decider, parent.entity, selected.target, relation.by, decision)
    conditions = gate.conditions if gate else frozenset()
    forbidden = decider.forbidden(field.coordinate, action, node)
    if gate is not None:
        decider.notes.doubt(forbidden, partial(certain.passed, parent, relation.on, gate))
    return Gateway(
        gate,
        parent.column(relation.on),
        {name: parent.condition(name) for name in conditions},
        forbidden,
        {name: decider.unmet(field.coordinate, action, name, node) for name in conditions},
        mask,
    )


def is_hung(selected: Selected, relation: Relation) -> bool:
    """Tell whether rows hang on a parent; at the root all of them are asked for."""
    return selected.parent is not None and relation.by is not None
