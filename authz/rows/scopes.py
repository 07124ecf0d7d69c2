"""Scopes as rows: for each type, which predicate over bound parameters a path stands for.

A condition that reads the row or its parent is a predicate too. A parameter is always an array of
ids taken from the principal's grants, so a statement's text depends on the fingerprint alone, and
a missing id is an empty array: no row. What the published scopes mean stands in authz.bindings.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import FromClause, Select, and_, exists, func, select, true

from authz.roles import ROLES
from db.drivers.statements import aliased, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement

    from authz.decision import Path
    from authz.rows.principal import Principal
    from db.base import Base


Predicate: TypeAlias = "Callable[[FromClause], ColumnElement[bool]]"
"""What must hold of a row of the table that it is given."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a scope means for the rows of one type.

    `values(principal, path)` is the array behind the scope's parameter. An anchored scope compares
    the column `anchor` with it, and `rest` is what else must hold: a relation hanging on that
    column is decided at its parent. A row whose anchor is `optional` and NULL lies nowhere. Any
    other scope is the rows whose ids `ids(parameter)` selects, and `holds` says the same of one
    row where it can be said more simply; `everything`, which compares nothing with the caller, has
    neither.
    """

    values: Callable[[Principal, Path], Sequence[str]]
    anchor: str | None = None
    rest: Predicate | None = None
    ids: Callable[[str], Select[*tuple[Any, ...]]] | None = None
    holds: Callable[[FromClause, str], ColumnElement[bool]] | None = None
    optional: bool = False

    def __post_init__(self) -> None:
        """Refuse a scope that is bound in two ways or in none."""
        ways = (self.anchor is not None) + (self.ids is not None)
        if ways != (self.values is not nothing):
            raise ValueError("A scope is bound by the column of its anchor or by a set of ids.")
        if self.optional and self.anchor is None:
            raise ValueError("Only an anchor can be optional.")

    def predicate(self, table: FromClause, parameter: str) -> ColumnElement[bool]:
        """Return whether one row lies in the scope, in the form that an index answers for it."""
        if self.anchor is not None:
            return and_(one_of(table.c[self.anchor], parameter), self.remainder(table))
        if self.holds is not None:
            return self.holds(table, parameter)
        if self.ids is None:
            return self.remainder(table)
        return _selected(self.ids(parameter), table.c.id)

    def remainder(self, table: FromClause) -> ColumnElement[bool]:
        """Return what must hold of a row besides its anchor."""
        rest = self.rest(table) if self.rest is not None else true()
        if self.anchor is None or not self.optional:
            return rest
        return and_(table.c[self.anchor].is_not(None), rest)

    @property
    def of_principal(self) -> bool:
        """Whether the array is the same for every shape of the principal."""
        return self.values not in _OF_SHAPE

    def parameter(self, path: Path) -> str:
        """Return the name of the array that a path binds."""
        if self.of_principal:
            return self.values.__name__
        shape = repr((path.shape.role, path.shape.attributes))  # no two shapes share a name
        role = re.sub(r"[^a-z0-9]+", "_", path.shape.role.lower())
        return f"{self.values.__name__}_{role}_{hashlib.sha256(shape.encode()).hexdigest()[:12]}"


def held(principal: Principal, path: Path) -> Sequence[str]:
    """Return the organisations where the path's shape is held."""
    return principal.holding(path.shape)


def loads(principal: Principal, path: Path) -> Sequence[str]:
    """Return the caller's caseloads of the path's shape."""
    return principal.loads(path.shape)


def opened(principal: Principal, path: Path) -> Sequence[str]:
    """Return the openings in force that the path's shape lets into."""
    return principal.opened(path.shape)


def shown(principal: Principal, path: Path) -> Sequence[str]:
    """Return the openings in force whose learners the path's shape may all be shown (D4-14)."""
    return principal.opened(path.shape) if VIEW_ALL in path.shape.attributes else ()


def shown_whole(principal: Principal, path: Path) -> Sequence[str]:
    """Return the organisations all of whose learners the path's shape may be shown (D4-20)."""
    return principal.holding(path.shape) if VIEW_ALL in path.shape.attributes else ()


VIEW_ALL = "VIEW_ALL_IN_ASSIGNED_GROUP"
"""The permission without which an inspector sees only learners of their own caseload: none."""

_OF_SHAPE = (held, loads, opened, shown, shown_whole)


def nothing(_principal: Principal, _path: Path) -> Sequence[str]:
    """Return no id: `everything` is asked of nobody's grants."""
    return ()


def caller(principal: Principal, _: Path) -> Sequence[str]:
    """Return the caller's own User, if there is one."""
    return (principal.user,) if principal.user else ()


def own_organisations(principal: Principal, _: Path) -> Sequence[str]:
    """Return every organisation where the caller holds anything."""
    return principal.everywhere()


Sides: TypeAlias = Mapping[str, Binding]
"""A scope that means another thing by who holds it: an attribute of the grant, a role, or the kind
of the role's organisation."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that are part of another row, by their column `by`: they lie where that one lies."""

    of: type[Base]
    by: str

    def binding(self, model: type[Base], whole: Binding) -> Binding:
        """Return what a scope of the whole means for the parts of it that `model` holds."""
        if whole.values is nothing:
            return whole

        def holds(table: FromClause, parameter: str) -> ColumnElement[bool]:
            if whole.ids is not None:
                return _selected(whole.ids(parameter), table.c[self.by])
            owner = aliased(self.of.__table__, "whole")
            return exists().where(owner.c.id == table.c[self.by], whole.predicate(owner, parameter))

        def ids(parameter: str) -> Select[*tuple[Any, ...]]:
            rows, owner = aliased(model.__table__, "part"), aliased(self.of.__table__, "whole")
            joined = select(rows.c.id).join(owner, owner.c.id == rows.c[self.by])
            return joined.where(whole.predicate(owner, parameter))

        return Binding(whole.values, ids=ids, holds=holds)


@dataclass(frozen=True, slots=True)
class Bound:
    """What each scope means for the rows of one type."""

    scopes: Mapping[str, Binding | Sides]

    def of(self, path: Path) -> Binding | None:
        """Return what a path's scope means for the rows, None where it means nothing."""
        return self._of(path.shape.attributes, path.shape.role, path.scope)

    def of_role(self, role: str, scope: str) -> tuple[Binding, ...]:
        """Return what a scope can mean for who holds it by a role, nothing where it has none."""
        bound = self.scopes.get(scope)
        sides = () if bound is None or isinstance(bound, Binding) else tuple(bound)
        attributes = (side for side in sides if side not in _PLACES)
        found = (self._of(each, role, scope) for each in ((), *((a,) for a in attributes)))
        return tuple(dict.fromkeys(binding for binding in found if binding is not None))

    def _of(self, attributes: Sequence[str], role: str, scope: str) -> Binding | None:
        bound = self.scopes.get(scope)
        if bound is None or isinstance(bound, Binding):
            return bound
        kinds = ROLES[role].organisation_kinds if role in ROLES else ()
        return next((bound[key] for key in (*attributes, role, *kinds) if key in bound), None)


@dataclass(frozen=True, slots=True)
class Scopes:
    """What scopes and conditions mean for the rows of each model: the closed set of an application.

    A condition is given the row's table; one that reads the parent is bound for the parent's
    model, where a relation is gated, and for the child's, where the child is asked for by its id.
    Rows that are `parts` of others lie in every scope that the whole lies in.
    """

    bindings: Mapping[tuple[type[Base], str], Binding | Sides]
    conditions: Mapping[tuple[type[Base], str], Callable[[FromClause], ColumnElement[bool]]] = (
        field(default_factory=dict)
    )
    parts: Mapping[type[Base], Part] = field(default_factory=dict)
    homes: Mapping[type[Base], str] = field(default_factory=dict)
    """The column of the one organisation that keeps a row, where it is not `organisation_id`."""

    def organisations_of(
        self, model: type[Base], keys: Sequence[str], column: str | None = None
    ) -> Select[*tuple[Any, ...]] | None:
        """Return the statement of the organisations that rows lie at, in anybody's sight or none's.

        They are those of the column that is acted for, else those that keep the rows. It is for
        the audit alone, which no caller reads. None where no one organisation keeps such rows.
        """
        part = self.parts.get(model)
        whole = part.of if part is not None else model
        table, rows = model.__table__, whole.__table__
        names = dict.fromkeys((column, self.homes.get(whole, "organisation_id")))
        places = [rows.c[name] for name in names if name is not None and name in rows.c]
        if not places:
            return None
        place = places[0] if len(places) == 1 else func.coalesce(*places)
        found = select(place).distinct().where(table.c.id.in_(keys), place.is_not(None))
        return found.join_from(table, rows, rows.c.id == table.c[part.by]) if part else found

    def of(self, model: type[Base]) -> Bound:
        """Return what each scope means for a model; one that means nothing there is absent."""
        own = {scope: bound for (of, scope), bound in self.bindings.items() if of is model}
        return Bound({"everything": _EVERYTHING, **self._of_whole(model), **own})

    def conditions_of(self, model: type[Base]) -> dict[str, Predicate]:
        """Return the predicate of each condition that the rows of a model can be put to."""
        return {name: says for (of, name), says in self.conditions.items() if of is model}

    def _of_whole(self, model: type[Base]) -> dict[str, Binding | Sides]:
        part = self.parts.get(model)
        if part is None:
            return {}
        return {
            scope: part.binding(model, bound)
            if isinstance(bound, Binding)
            else {side: part.binding(model, each) for side, each in bound.items()}
            for scope, bound in self.of(part.of).scopes.items()
        }


_EVERYTHING = Binding(nothing)
_PLACES = frozenset(ROLES).union(*(role.organisation_kinds for role in ROLES.values()))
"""The sides that are a role or a kind of organisation; any other is an attribute of a grant."""


def _selected(ids: Select[*tuple[Any, ...]], key: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a key is among the ids that a statement selects."""
    return ids.where(ids.selected_columns[0] == key).exists()
