"""Rows about another row: who cannot see that one has no such row, in lists and counts alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, false

from authz.decision import Never, Where
from db.drivers.statements import aliased
from engine.declare.kinds import Relation

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from engine.catalogue import Catalogue, Entity
    from engine.decider import Decider
    from engine.sql.predicates import Reach
    from engine.sql.sort_order import OfRow


def about(
    catalogue: Catalogue, decider: Decider, reach: Reach, entity: Entity
) -> tuple[OfRow, ...]:
    """Return that the row which a row is about is in sight; nothing where it is about none."""
    place = entity.about
    if place is None:
        return ()
    related, relation = catalogue.entities[place.target], place.guarded.kind
    assert isinstance(relation, Relation)  # noqa: S101 - see Declarations.entity
    decisions = (decider.of_field(place), decider.decide(related.read))
    if any(isinstance(decision, Never) for decision in decisions):
        return (lambda _table: false(),)
    within = tuple(dict.fromkeys(d for d in decisions if isinstance(d, Where)))
    more = about(catalogue, decider, reach, related)

    def in_sight(table: FromClause) -> ColumnElement[bool]:
        other = aliased(related.table)
        sight = [reach.any_of(related, other, where) for where in within]
        sight += [says(other) for says in more]
        return exists().where(other.c.id == table.c[relation.on], *sight)

    return (in_sight,)
