"""Absence: whether no row of a relation is in sight, as an expression over the row it hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, exists, false, true

from authz.decision import Where
from db.drivers.statements import aliased
from engine.declare.kinds import Relation
from engine.planning.about import about

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from engine.catalogue import Catalogue, Entity
    from engine.decider import Decider
    from engine.sql.predicates import Reach
    from engine.sql.sort_order import OfRow


def absence(
    catalogue: Catalogue, decider: Decider, reach: Reach, entity: Entity, relation: str
) -> OfRow:
    """Return the expression for rows of a type; it counts what the relation itself would show."""
    place = next(f for f in entity.fields.values() if f.guarded.python_name == relation)
    related, hangs = catalogue.entities[place.target], place.guarded.kind
    assert isinstance(hangs, Relation)  # noqa: S101 - the schema check holds it
    by, on = hangs.by or "id", hangs.on
    decisions = (decider.of_field(place), decider.decide(related.read))
    within = tuple(dict.fromkeys(d for d in decisions if isinstance(d, Where)))

    def none(table: FromClause) -> ColumnElement[bool]:
        other = aliased(related.table)
        sight = [reach.any_of(related, other, where) for where in within]
        sight += [says(other) for says in about(catalogue, decider, reach, related)]
        found = exists().where(other.c[by] == table.c[on], *sight)
        return case((found, false()), else_=true())

    return none
