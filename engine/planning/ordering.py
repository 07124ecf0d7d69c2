"""Orders as segments: first the rows whose key may be read and is there, then all others by id.

Two runs of rows, each on an index of its own, give an order that tells nothing of a key that is
withheld: where such a row stands depends on its id alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from db.drivers.statements import aliased
from engine.declare.kinds import OfAnother, OfColumn, Relation
from engine.sql.sort_order import ColumnOf, Order, Segment, by_columns

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from authz.decision import Where
    from engine.catalogue import Entity, Field
    from engine.planning.filters import FilterCompiler
    from engine.sql.row_scope import Scope
    from engine.sql.sort_order import OfRow

ORDER = "orderBy"
"""The argument that names an order."""
_KEY = f"{ORDER}.field"
_ID = ColumnOf("id")


@dataclass(frozen=True, slots=True)
class Ordering:
    """Compiles the order of one argument; rights and rows in sight are those of its filters."""

    rights: FilterCompiler

    def compile(self, entity: Entity, value: Mapping[str, Any], rows: Scope) -> Order:
        """Return the order of rows in this scope, or raise Refused for its key."""
        key = str(_word(value["field"]))
        falling = _word(value["direction"]) == "DESC"
        name = f"{key} {'falling' if falling else 'rising'}"
        first, _, below = key.partition(".")
        place = entity.fields[first]
        if isinstance(place.guarded.kind, OfAnother):
            return self._of_another(name, place, below, rows, falling=falling)
        if below:
            return _segmented(name, self._of_related(place, below), (), (), falling=falling)
        needed = self.rights.rights(place, rows, _KEY)
        column = _sorted_by(place)
        if not needed and not entity.model.__table__.c[column.name].nullable:
            return by_columns((column.name, _ID.name), falling=falling)
        return _segmented(name, column, needed, self._unreadable(entity, needed), falling=falling)

    def _of_another(
        self, name: str, place: Field, below: str, rows: Scope, *, falling: bool
    ) -> Order:
        """Return the order by what a row shows of another, under the right to see that."""
        kind, needed = place.guarded.kind, self.rights.rights(place, rows, _KEY)
        assert isinstance(kind, OfAnother)  # noqa: S101 - see `compile`
        column = kind.sorted_by(below)
        shown, on = kind.model.__table__, rows.entity.table.c[kind.on]

        def key(table: FromClause) -> ColumnElement[Any]:
            other = aliased(shown)
            found = select(other.c[column]).where(other.c.id == table.c[kind.on])
            return found.scalar_subquery()

        if not needed and not on.nullable and not shown.c[column].nullable:
            return Order(name, (Segment((key, _ID), falling),))
        hidden = self._unreadable(rows.entity, needed)
        return _segmented(name, key, needed, hidden, falling=falling)

    def _unreadable(self, entity: Entity, needed: tuple[Where, ...]) -> tuple[OfRow, ...]:
        reach = self.rights.reach

        def hidden(table: FromClause) -> ColumnElement[bool]:
            return and_(*(reach.any_of(entity, table, w) for w in needed)).is_not(True)

        return (hidden,) if needed else ()

    def _of_related(self, place: Field, below: str) -> OfRow:
        """Return the key of the one related row, null where the row or its key is out of sight."""
        relation = place.guarded.kind
        assert isinstance(relation, Relation)  # noqa: S101 - the schema check admits no other here
        related, rows, _ = self.rights.sight(place, _KEY)
        target = related.fields[below]
        needed = self.rights.rights(target, rows, _KEY)
        column = _sorted_by(target)
        by = relation.by or "id"

        def key(table: FromClause) -> ColumnElement[Any]:
            other = aliased(related.table)
            sight = self.rights.in_sight(related, other, rows)
            held = [self.rights.reach.any_of(related, other, where) for where in needed]
            found = select(column(other)).where(other.c[by] == table.c[relation.on], *sight, *held)
            return found.scalar_subquery()

        return key


def _segmented(
    name: str,
    key: OfRow,
    needed: tuple[Where, ...],
    hidden: tuple[OfRow, ...],
    *,
    falling: bool,
) -> Order:
    def missing(table: FromClause) -> ColumnElement[bool]:
        return or_(key(table).is_(None), *(says(table) for says in hidden))

    there = Segment((key, _ID), falling, (lambda table: key(table).is_not(None),), needed)
    return Order(name, (there, Segment((_ID,), where=(missing,))))


def _sorted_by(place: Field) -> ColumnOf:
    kind = place.guarded.kind
    assert isinstance(kind, OfColumn)  # noqa: S101 - only columns are declared with `sort`
    return ColumnOf(place.guarded.findable.folded or kind.name)


def _word(value: Any) -> Any:
    return getattr(value, "value", value)
