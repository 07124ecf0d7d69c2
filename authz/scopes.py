"""Scopes as rows: for each type, which predicate over bound parameters a path stands for.

A condition that reads the row or its parent is a predicate too. A parameter is always an array of
ids taken from the principal's grants, so a statement's text depends on the fingerprint alone, and
a missing id is an empty array: no row.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import BigInteger, FromClause, Select, and_, bindparam, or_, select, true

from db.models import (
    Agreement,
    AgreementEvent,
    EmployerAccount,
    Invitation,
    LegalEntity,
    Organisation,
    PayeScheme,
    RoleGrant,
    User,
)
from db.statements import one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import ColumnElement

    from authz.decision import Path
    from authz.principal import Principal
    from db.base import Base


Predicate: TypeAlias = "Callable[[FromClause], ColumnElement[bool]]"
"""What must hold of a row of the table that it is given."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a scope means for the rows of one type.

    `values(principal, path)` is the array behind the scope's parameter. An anchored scope compares
    the column `anchor` with it, and `rest` is what else must hold: a relation hanging on that
    column is decided at its parent. Any other scope is the rows whose ids `ids(parameter)` selects;
    `everything`, which compares nothing with the caller, has neither.
    """

    values: Callable[[Principal, Path], Sequence[str]]
    anchor: str | None = None
    rest: Predicate | None = None
    ids: Callable[[str], Select[*tuple[Any, ...]]] | None = None

    def __post_init__(self) -> None:
        """Refuse a scope that is bound in two ways or in none."""
        ways = (self.anchor is not None) + (self.ids is not None)
        if ways != (self.values is not nothing):
            raise ValueError("A scope is bound by the column of its anchor or by a set of ids.")

    def predicate(self, table: FromClause, parameter: str) -> ColumnElement[bool]:
        """Return whether one row lies in the scope, in the form that an index answers for it."""
        if self.anchor is not None:
            return and_(one_of(table.c[self.anchor], parameter), self.remainder(table))
        if self.ids is None:
            return self.remainder(table)
        ids = self.ids(parameter)
        return ids.where(ids.selected_columns[0] == table.c.id).exists()

    def remainder(self, table: FromClause) -> ColumnElement[bool]:
        """Return what must hold of a row besides its anchor."""
        return self.rest(table) if self.rest is not None else true()

    @property
    def of_principal(self) -> bool:
        """Whether the array is the same for every shape of the principal."""
        return self.values is not held

    def parameter(self, path: Path) -> str:
        """Return the name of the array that a path binds."""
        if self.of_principal:
            return self.values.__name__
        shape = repr((path.shape.role, path.shape.attributes))  # no two shapes share a name
        role = re.sub(r"[^a-z0-9]+", "_", path.shape.role.lower())
        return f"held_{role}_{hashlib.sha256(shape.encode()).hexdigest()[:12]}"


def held(principal: Principal, path: Path) -> Sequence[str]:
    """Return the organisations where the path's shape is held."""
    return principal.holding(path.shape)


def nothing(_principal: Principal, _path: Path) -> Sequence[str]:
    """Return no id: `everything` is asked of nobody's grants."""
    return ()


def caller(principal: Principal, _: Path) -> Sequence[str]:
    """Return the caller's own User, if there is one."""
    return (principal.user,) if principal.user else ()


def own_organisations(principal: Principal, _: Path) -> Sequence[str]:
    """Return every organisation where the caller holds anything."""
    return principal.everywhere()


def not_ended(grants: FromClause) -> ColumnElement[bool]:
    """Return the predicate of grants that have not ended at the operation's instant `:now`."""
    now = bindparam("now", type_=BigInteger)
    return or_(grants.c.ends_at.is_(None), grants.c.ends_at > now)


def _current_team(grants: FromClause) -> ColumnElement[bool]:
    return and_(grants.c.system == "employer_account", not_ended(grants))


def _team_members(parameter: str) -> Select[*tuple[Any, ...]]:
    grants = RoleGrant.__table__.alias("team")
    return select(grants.c.user_id).where(
        one_of(grants.c.organisation_id, parameter), _current_team(grants)
    )


@dataclass(frozen=True, slots=True)
class Scopes:
    """What scopes and conditions mean for the rows of each model: the closed set of a house.

    A condition is given the row's table; one that reads the parent is bound for the parent's
    model, where a relation is gated, and for the child's, where the child is asked for by its id.
    """

    bindings: Mapping[tuple[type[Base], str], Binding]
    conditions: Mapping[tuple[type[Base], str], Callable[[FromClause], ColumnElement[bool]]] = (
        field(default_factory=dict)
    )

    def of(self, model: type[Base]) -> dict[str, Binding]:
        """Return what each scope means for a model; one that means nothing there is absent."""
        own = {scope: bound for (of, scope), bound in self.bindings.items() if of is model}
        return {"everything": _EVERYTHING, **own}

    def conditions_of(self, model: type[Base]) -> dict[str, Predicate]:
        """Return the predicate of each condition that the rows of a model can be put to."""
        return {name: says for (of, name), says in self.conditions.items() if of is model}


_EVERYTHING = Binding(nothing)
_ORGANISATION_ID = Binding(held, "organisation_id")

_BINDINGS: dict[tuple[type[Base], str], Binding] = {
    (Organisation, "organisation"): Binding(held, "id"),
    (Organisation, "self"): Binding(own_organisations, "id"),
    (User, "self"): Binding(caller, "id"),
    (User, "organisation"): Binding(held, ids=_team_members),
    (RoleGrant, "self"): Binding(caller, "user_id", not_ended),
    (RoleGrant, "organisation"): Binding(held, "organisation_id", _current_team),
    (EmployerAccount, "organisation"): _ORGANISATION_ID,
    (PayeScheme, "organisation"): _ORGANISATION_ID,
    (LegalEntity, "organisation"): _ORGANISATION_ID,
    (Agreement, "organisation"): _ORGANISATION_ID,
    (AgreementEvent, "organisation"): _ORGANISATION_ID,
    (Invitation, "organisation"): _ORGANISATION_ID,
}

SCOPES = Scopes(_BINDINGS)
"""What the scopes of the published matrices mean."""
