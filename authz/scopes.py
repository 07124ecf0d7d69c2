"""Scopes as rows: for each type, which predicate over bound parameters a path stands for.

A parameter is always an array of ids taken from the principal's grants, so a statement's text
depends on the fingerprint alone, and a missing id is an empty array: no row.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, FromClause, and_, bindparam, or_, select

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
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement

    from authz.decision import Path
    from authz.principal import Principal
    from db.base import Base


@dataclass(frozen=True, slots=True)
class Binding:
    """What a scope means for the rows of one type.

    `predicate(table, parameter)` is the scope in SQL, `values(principal, path)` the array behind
    its parameter. `anchor` names the column that is compared with the array, if it is one: a
    relation hanging on that column is decided at its parent.
    """

    predicate: Callable[[FromClause, str], ColumnElement[bool]]
    values: Callable[[Principal, Path], Sequence[str]]
    anchor: str | None = None

    @property
    def of_principal(self) -> bool:
        """Whether the array is the same for every shape of the principal."""
        return self.values is not _held

    def parameter(self, path: Path) -> str:
        """Return the name of the array that a path binds."""
        if self.of_principal:
            return self.values.__name__.strip("_")
        shape = repr((path.shape.role, path.shape.attributes))  # no two shapes share a name
        role = re.sub(r"[^a-z0-9]+", "_", path.shape.role.lower())
        return f"held_{role}_{hashlib.sha256(shape.encode()).hexdigest()[:12]}"


def _held(principal: Principal, path: Path) -> Sequence[str]:
    return principal.holding(path.shape)


def _caller(principal: Principal, _: Path) -> Sequence[str]:
    return (principal.user,) if principal.user else ()


def _own_organisations(principal: Principal, _: Path) -> Sequence[str]:
    return principal.everywhere()


def not_ended(grants: FromClause) -> ColumnElement[bool]:
    """Return the predicate of grants that have not ended at the operation's instant `:now`."""
    now = bindparam("now", type_=BigInteger)
    return or_(grants.c.ends_at.is_(None), grants.c.ends_at > now)


def _column(name: str, values: Callable[[Principal, Path], Sequence[str]]) -> Binding:
    return Binding(lambda table, parameter: one_of(table.c[name], parameter), values, name)


def _team(table: FromClause, parameter: str) -> ColumnElement[bool]:
    return and_(
        one_of(table.c.organisation_id, parameter),
        table.c.system == "employer_account",
        not_ended(table),
    )


def _team_members(table: FromClause, parameter: str) -> ColumnElement[bool]:
    grants = RoleGrant.__table__.alias("team")
    return table.c.id.in_(select(grants.c.user_id).where(_team(grants, parameter)))


def _own_grants(table: FromClause, parameter: str) -> ColumnElement[bool]:
    return and_(one_of(table.c.user_id, parameter), not_ended(table))


_ORGANISATION_ID = _column("organisation_id", _held)

_BINDINGS: dict[tuple[type[Base], str], Binding] = {
    (Organisation, "organisation"): _column("id", _held),
    (Organisation, "self"): _column("id", _own_organisations),
    (User, "self"): _column("id", _caller),
    (User, "organisation"): Binding(_team_members, _held),
    (RoleGrant, "self"): Binding(_own_grants, _caller, "user_id"),
    (RoleGrant, "organisation"): Binding(_team, _held, "organisation_id"),
    (EmployerAccount, "organisation"): _ORGANISATION_ID,
    (PayeScheme, "organisation"): _ORGANISATION_ID,
    (LegalEntity, "organisation"): _ORGANISATION_ID,
    (Agreement, "organisation"): _ORGANISATION_ID,
    (AgreementEvent, "organisation"): _ORGANISATION_ID,
    (Invitation, "organisation"): _ORGANISATION_ID,
}


def binding(model: type[Any], scope: str) -> Binding:
    """Return what a scope means for a model; KeyError when it means nothing there."""
    return _BINDINGS[model, scope]


def bound(model: type[Any], scope: str) -> bool:
    """Tell whether a scope means anything for a model."""
    return (model, scope) in _BINDINGS
