"""Filters as SQL: what a caller may not read is unknown, and only what is true keeps a row.

A filter is compiled from its shape: which keys it has, not what they are compared with. Who may
not read a field anywhere is refused the argument; where a field is readable on some rows only, the
leaf is unknown on the others, so that no answer depends on a value that is withheld.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, case, false, literal, not_, or_, select, true

from authz.decision import Never, Where
from db.drivers.statements import aliased, one_of
from engine.declare.kinds import Kind, Relation
from engine.documents.variables import FILTER, Refused
from engine.planning.about import about
from engine.planning.authorization import gate_of
from engine.sql.comparisons import Comparison, comparison
from engine.sql.operands import Filter
from engine.sql.row_scope import Scope

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

    from authz.decision import Decision
    from engine.catalogue import Catalogue, Entity, Field
    from engine.decider import Decider
    from engine.execution.gates import Gate
    from engine.sql.predicates import Reach
    from engine.sql.sort_order import OfRow


class Compared(Kind, ABC):
    """A kind of field that rows can be found by."""

    __slots__ = ()

    @abstractmethod
    def compared(self, rights: FilterCompiler, entity: Entity) -> OfRow:
        """Return what operators compare of a row of a type."""


@dataclass(slots=True)
class FilterCompiler:
    """Compiles the filter of one argument; its paths and arrays are those of the statement."""

    catalogue: Catalogue
    decider: Decider
    reach: Reach
    coordinate: str
    _operands: list[Comparison] = field(default_factory=list)
    _searched: dict[str, Field] = field(default_factory=dict)

    def compile(self, entity: Entity, value: Mapping[str, Any], rows: Scope) -> Filter:
        """Return the filter over rows in this scope, or raise Refused for an argument."""
        within: list[Where] = []
        where = tuple(self._conjuncts(entity, value, rows, FILTER, within))
        searched = tuple(self._searched.values())
        return Filter(tuple(within), where, tuple(self._operands), searched)

    def _conjuncts(
        self,
        entity: Entity,
        value: Mapping[str, Any],
        rows: Scope,
        path: str,
        within: list[Where] | None,
    ) -> Iterator[OfRow]:
        """Yield what must all be true; with `within`, leaves narrow the scope and not themselves.

        There the paths without the right are dropped from the rows, which the leaf then need not
        test: it stays on the index.
        """
        for key, item in value.items():
            here = f"{path}.{key}"
            if item is None:
                self._of_null(entity, key, rows, here)
            elif key == "and":
                for each in item:
                    yield from self._conjuncts(entity, each, rows, here, within)
            elif key == "or":
                yield _any([self._all(entity, each, rows, here) for each in item])
            elif key == "not":
                yield _not(self._all(entity, item, rows, here))
            else:
                yield from self._key(entity, entity.fields[key], item, rows, here, within)

    def _of_null(self, entity: Entity, key: str, rows: Scope, path: str) -> None:
        """Ask for the rights of a key whose value is null: it is refused to who holds them."""
        place = entity.fields.get(key)
        if place is None:
            return
        if isinstance(place.guarded.kind, Relation):
            self.sight(place, path)
        else:
            self.rights(place, rows, path)

    def _all(self, entity: Entity, value: Mapping[str, Any], rows: Scope, path: str) -> OfRow:
        parts = list(self._conjuncts(entity, value, rows, path, None))
        return lambda table: and_(true(), *(part(table) for part in parts))

    def _key(
        self,
        entity: Entity,
        place: Field,
        item: Any,
        rows: Scope,
        path: str,
        within: list[Where] | None,
    ) -> Iterator[OfRow]:
        kind = place.guarded.kind
        if not isinstance(kind, Relation):
            operators = item if isinstance(item, Mapping) else {"eq": item}
            yield from self._leaf(entity, place, operators, rows, path, within)
        elif kind.single:
            yield self._related(entity, place, item, path)
        else:
            for quantifier, below in item.items():
                yield self._related(entity, place, below or {}, f"{path}.{quantifier}")

    def _leaf(
        self,
        entity: Entity,
        place: Field,
        item: Mapping[str, Any],
        rows: Scope,
        path: str,
        within: list[Where] | None,
    ) -> Iterator[OfRow]:
        needed = self.rights(place, rows, path)
        if place.guarded.watched:
            self._searched[place.coordinate] = place
        kind, table = place.guarded.kind, entity.model.__table__
        assert isinstance(kind, Compared)  # noqa: S101 - nothing else is declared with `filter`
        subject = kind.compared(self, entity)
        for operator, operand in item.items():
            if operand is None:
                continue  # it is refused before a statement is made
            made = comparison(table, place, subject, operator, operand, path, len(self._operands))
            if operator != "isNull":
                self._operands.append(made)
            if within is not None:
                within.extend(needed)
                yield made.says
            else:
                yield self._where_readable(entity, needed, made.says)

    def rights(self, place: Field, rows: Scope, path: str) -> tuple[Where, ...]:
        """Return the decisions that a row must satisfy for a field to be found by; none if all do.

        Raises Refused when a right is held nowhere. Notes where rows in scope are without it.
        """
        search = place.guarded.findable.search
        for action, decision in self._decisions(place, search):
            if isinstance(decision, Never):
                raise Refused(self.coordinate, action, path)
        needed = self.needed(place, rows, search)
        if needed:
            self.decider.notes.narrow(self.coordinate, path)
        return needed

    def needed(self, place: Field, rows: Scope, search: tuple[str, ...] = ()) -> tuple[Where, ...]:
        """Return the decisions of a field that not every row in scope satisfies by itself."""
        decisions = (decision for _, decision in self._decisions(place, search))
        return tuple(d for d in decisions if isinstance(d, Where) and not _covered(rows, d))

    def _decisions(self, place: Field, search: tuple[str, ...]) -> Iterator[tuple[str, Decision]]:
        """Yield what a field needs to be found by: the rights of its argument, then its own."""
        for action in search:
            yield action, self.decider.decide(action, place.name)
        yield place.guarded.action, self.decider.of_field(place)

    def _where_readable(self, entity: Entity, needed: tuple[Where, ...], says: OfRow) -> OfRow:
        if not needed:
            return says

        def known(table: FromClause) -> ColumnElement[Any]:
            readable = (self.reach.any_of(entity, table, where) for where in needed)
            return case((and_(*readable), says(table)))

        return known

    def _related(self, parent: Entity, place: Field, value: Mapping[str, Any], path: str) -> OfRow:
        """Return what a related row in sight makes of a filter: unknown where there is none."""
        related, rows, decision = self.sight(place, path)
        says, relation = self._all(related, value, rows, path), place.guarded.kind
        assert isinstance(relation, Relation)  # noqa: S101 - the input's keys
        by = relation.by or "id"
        passes = self._gate(parent, related, relation, decision)

        def found(table: FromClause) -> ColumnElement[Any]:
            other = aliased(related.table)
            on = table.c[relation.on]
            sight = [other.c[by] == on, *self.in_sight(related, other, rows)]
            if relation.single:
                known: Any = select(says(other)).where(*sight).scalar_subquery()
            else:
                known = select(literal(1)).where(*sight, says(other)).exists()
            if passes is None:
                return cast("ColumnElement[Any]", known)
            return case((passes(table), known))

        return found

    def _gate(
        self,
        parent: Entity,
        related: Entity,
        relation: Relation,
        decision: Decision,
    ) -> OfRow | None:
        """Return what a parent must satisfy for its related rows to count, None where all do."""
        if relation.points or not isinstance(decision, Where):
            return None
        if relation.part:
            return lambda table: self.reach.any_of(parent, table, decision)
        gate = gate_of(self.decider, parent, related, relation.by or "id", decision)
        if gate is None:
            return None
        return lambda table: self._passes(gate, parent, table, relation.on)

    def _passes(
        self, gate: Gate, parent: Entity, table: FromClause, on: str
    ) -> ColumnElement[bool]:
        """Return whether a parent passes a gate, by its column `on`; see engine.execution.gates."""
        passing: list[ColumnElement[bool]] = []
        for path in gate.paths:
            bound = gate.entity.scopes.of(path)
            if bound is None:
                continue
            tested = path.when in gate.conditions
            condition = self.reach.condition(parent, table, path) if tested else ()
            anchored = bound.anchor == gate.by
            held = (
                one_of(table.c[on], self.reach.parameter(gate.entity, path)) if anchored else true()
            )
            passing.append(and_(held, *condition))
        return or_(false(), *passing)

    def sight(self, place: Field, path: str) -> tuple[Entity, Scope, Decision]:
        """Return a related type, its rows in sight and the relation's decision, or raise."""
        related = self.catalogue.entities[place.target]
        action = place.guarded.action
        decisions = [self.decider.of_field(place), self.decider.decide(related.read)]
        if any(isinstance(decision, Never) for decision in decisions):
            raise Refused(self.coordinate, action, path)
        wheres = tuple(d for d in decisions if isinstance(d, Where))
        return related, Scope(related, wheres), decisions[0]

    def in_sight(self, entity: Entity, table: FromClause, rows: Scope) -> list[ColumnElement[bool]]:
        """Return what a row must satisfy to be in sight."""
        held = [self.reach.any_of(entity, table, where) for where in rows.within]
        more = about(self.catalogue, self.decider, self.reach, entity)
        return [*held, *(says(table) for says in more)]


def _covered(rows: Scope, decision: Where) -> bool:
    held = set(decision.paths)
    return any(set(where.paths) <= held for where in rows.within)


def _any(parts: list[OfRow]) -> OfRow:
    return lambda table: or_(not_(true()), *(part(table) for part in parts))


def _not(part: OfRow) -> OfRow:
    return lambda table: not_(part(table))
