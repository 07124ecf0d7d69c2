"""The policy as public data: every role, and every cell of every matrix with its source."""

from __future__ import annotations

import strawberry

from engine.declare.fields import value
from resolvers.employer_account.enums import OrganisationKind
from schema.policy.enums import PolicyEffect, RoleName, System


@value
class PolicyRow:
    """A cell of a matrix: what one role, or anybody signed in, gets of one action."""

    system: System
    source: str = strawberry.field(description="The rule or reading that the row comes from.")
    sentence: str = strawberry.field(description="The source's own words.")
    feature: str
    action: str
    role: RoleName | None
    effect: PolicyEffect
    scope: str | None
    when: str | None
    fields: list[str] | None
    restored: bool = strawberry.field(description="Whether the published table lost this cell.")
    note: str | None


@value
class Role:
    """A role, a column of its system's matrix, with what the policy gives it."""

    name: RoleName
    title: str
    system: System
    organisation_kinds: list[OrganisationKind]
    policy: list[PolicyRow]
