"""Fills the policy's value types from the matrices, once a process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from authz.permissions import published_policy
from authz.roles import ROLES
from authz.sources import source
from resolvers.employer_account.enums import OrganisationKind
from schema.policy.enums import PolicyEffect, RoleName, System
from schema.policy.policy import PolicyRow, Role

if TYPE_CHECKING:
    from authz.policy import PolicyLine


def roles(system: System | None = None) -> list[Role]:
    """Return every role, or those of one system."""
    return [role for role in _roles() if system is None or role.system == system]


def policy(
    system: System | None = None, role: RoleName | None = None, action: str | None = None
) -> list[PolicyRow]:
    """Return the cells of the policy that fit the arguments given."""
    return [
        row
        for row in _rows()
        if (system is None or row.system == system)
        and (role is None or row.role == role)
        and (action is None or row.action == action)
    ]


@cache
def _rows() -> tuple[PolicyRow, ...]:
    return tuple(_row(line) for line in published_policy().lines())


@cache
def _roles() -> tuple[Role, ...]:
    return tuple(
        Role(
            name=RoleName(role.name),
            title=role.title,
            system=System(role.system),
            organisation_kinds=[OrganisationKind(kind) for kind in role.organisation_kinds],
            policy=[row for row in _rows() if row.role == RoleName(role.name)],
        )
        for role in ROLES.values()
    )


def _row(line: PolicyLine) -> PolicyRow:
    return PolicyRow(
        system=System(line.system),
        source=line.source,
        sentence=source(line.source).sentence,
        feature=line.feature,
        action=line.action,
        role=RoleName(line.role) if line.role in ROLES else None,
        effect=PolicyEffect(line.effect),
        scope=line.scope,
        when=line.when,
        fields=list(line.fields) or None,
        restored=line.restored,
        note=line.note,
    )
