"""People: every person is one User, and what is told of one depends on who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from db import models
from engine.declare.fields import Node
from engine.declare.filters import filter_input
from engine.declare.orders import order_input
from engine.kinds import allowed_actions, can, field, many
from resolvers.employer_account.enums import UserStatus
from schema.declare import entity
from schema.policy.enums import Action

if TYPE_CHECKING:
    from schema.people.roles import RoleGrant


@entity(models.User, read="user.read", prefix="usr")
class User(Node):
    """A person, with or without sign-in."""

    name: str | None = field(filter=True, sort=True, folded="name_sort")
    email: str | None = field("user.read_contact", filter=True, sort=True, folded="email_sort")
    status: UserStatus | None = field("user.read_contact", filter=True)
    grants: list[Annotated[RoleGrant, strawberry.lazy("schema.people.roles")]] | None = many(
        "role_grant.read",
        by="user_id",
        description="The person's role grants that the caller may see and that have not ended.",
    )
    allowed_actions: list[Action] | None = allowed_actions("user.read")
    can: bool | None = can("user.read_rights", Action)


UserFilter = filter_input(User)
UserOrder = order_input(User)
