"""Roles and role grants: the edge that says who may act, where, and since when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from db import models
from engine.declare.fields import Node
from engine.kinds import allowed_actions, field, one
from schema.declare import entity
from schema.people.users import User
from schema.policy.enums import Action, RoleName

if TYPE_CHECKING:
    from schema.employer_account.organisations import Organisation


@entity(models.RoleGrant, read="role_grant.read", prefix="grt")
class RoleGrant(Node):
    """A user holds a role at an organisation, from … to …."""

    role: RoleName | None = field()
    user: User | None = one("user.read", on="user_id")
    organisation: (
        Annotated[Organisation, strawberry.lazy("schema.employer_account.organisations")] | None
    ) = one("organisation.read", on="organisation_id")
    starts_at: datetime | None = field("role_grant.read_period")
    ends_at: datetime | None = field("role_grant.read_period")
    edit_version: int | None = field("role_grant.read", column="revision")
    allowed_actions: list[Action] | None = allowed_actions("role_grant.read")
