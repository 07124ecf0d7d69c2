"""Commands of inspectors' accounts: made, activated, given new credentials, cancelled, archived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import strawberry
from sqlalchemy import select

from authz.grants import INSPECTOR
from db.models import InspectionGroup, RoleGrant, User
from db.types import ascii_lower, fold, initials, new_key
from engine.errors import unavailable
from resolvers import checks
from resolvers.inspection_views import check_channels
from resolvers.people import not_ended, verified_address
from resolvers.visits import require_all_verified

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.change import Change
    from resolvers.accounts import Keys
    from resolvers.inputs import (
        CreateInspectorAccount,
        RegisterInspector,
        UpdateInspectorAccount,
    )

RECOMMENDED = ("VIEW_ALL_IN_ASSIGNED_GROUP", "TRAINEE_ASSESSOR")
"""The permissions of every body's inspectors (D4-06, D4-25); an audit may add MANAGE_ILR."""
_CONSOLE = ("CONSOLE",)


async def create(change: Change, given: CreateInspectorAccount) -> Keys:
    """Make an account that is let into one group alone; it is inert until activated (D4-03, D4-05).

    An e-mail that is not free for it is only said to be unavailable.
    """
    group = await change.session.get_one(InspectionGroup, change.target)
    allowed = _words(given.permissions, RECOMMENDED)
    through = _words(given.channels, _CONSOLE)
    check_channels(allowed, through, "input.")
    if "MANAGE_ILR" in allowed:
        await require_all_verified(change, group.id)
    user = await _account(change, given)
    user.email_kind, user.channels = given.email_kind.value, " ".join(sorted(through))
    grant = RoleGrant(
        id=new_key(),
        user_id=user.id,
        organisation_id=change.organisation,
        role=INSPECTOR,
        system="inspection_access",
        starts_at=change.now,
        group_id=group.id,
        permissions=" ".join(sorted(allowed)),
        revision=1,
    )
    change.session.add(grant)
    change.note(account=grant.id, permissions=sorted(allowed), channels=sorted(through))
    return {"account": grant.id, "group": group.id}


async def update(change: Change, given: UpdateInspectorAccount) -> Keys:
    """Change what an inspector may and by which channels, within the closed set (D4-27)."""
    grant, user = await _held(change)
    allowed = _words(given.permissions, grant.permissions.split())
    through = _words(given.channels, user.channels.split())
    check_channels(allowed, through, "input.")
    if "MANAGE_ILR" in allowed and grant.group_id is not None:
        await require_all_verified(change, grant.group_id)
    grant.permissions, user.channels = " ".join(sorted(allowed)), " ".join(sorted(through))
    grant.revision += 1
    change.note(permissions=sorted(allowed), channels=sorted(through))
    return {"account": grant.id}


async def activate(change: Change, _given: object) -> Keys:
    """Let the account work (D4-09)."""
    return await _become(change, "ACTIVE", "INVITED")


async def register(change: Change, given: RegisterInspector) -> Keys:
    """Bind the caller's sign-in to the account that was made for their verified e-mail (D4-03)."""
    if change.principal.user is not None:
        raise checks.conflict("REGISTERED", "Your sign-in belongs to an account already.")
    address = verified_address(change)
    grant = await _waiting(change, address)
    await change.lock(grant.organisation_id)
    user = await change.session.get_one(User, grant.user_id)
    await change.session.refresh(user)
    if await _waiting(change, address) is not grant:
        raise checks.conflict("NO_ACCOUNT", "No account waits for your e-mail address.")
    user.subject = change.identity.subject
    _call(user, checks.text("name", given.name))
    change.user = user.id
    change.acts_on("InspectorAccount", grant.id, grant.organisation_id)
    return {"user": user.id}


async def _waiting(change: Change, address: str) -> RoleGrant:
    """Return the one inspector's grant that waits for an e-mail address, or raise Refusal."""
    found = await change.session.scalars(
        select(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            User.email_sort == ascii_lower(address),
            User.subject.is_(None),
            User.status.in_(("INVITED", "ACTIVE")),
            RoleGrant.role == INSPECTOR,
            not_ended(change.now),
        )
    )
    grants = list(found)
    if len(grants) != 1:
        raise checks.conflict("NO_ACCOUNT", "No account waits for your e-mail address.")
    return grants[0]


async def cancel(change: Change, _given: object) -> Keys:
    """Cancel the account's subscription, or withdraw one that was never activated (D4-22)."""
    return await _become(change, "CANCELLED", "ACTIVE", "INVITED")


async def reactivate(change: Change, _given: object) -> Keys:
    """Take the subscription up again (D4-22)."""
    return await _become(change, "ACTIVE", "CANCELLED")


async def archive(change: Change, _given: object) -> Keys:
    """Archive an account that was cancelled, in this order (D4-23); its grant ends."""
    keys = await _become(change, "ARCHIVED", "CANCELLED")
    grant, _ = await _held(change)
    grant.ends_at = change.now
    return keys


async def rotate_credentials(change: Change, _given: object) -> Keys:
    """Note that a generic account has new credentials since (D4-21)."""
    grant, user = await _held(change)
    if user.email_kind != "GENERIC":
        message = (
            "Only the credentials of a generic account are changed; a personal one is cancelled."
        )
        raise checks.conflict("PERSONAL", message)
    user.credentials_rotated_at = change.now
    grant.revision += 1
    return {"account": grant.id}


async def _become(change: Change, state: str, *before: str) -> Keys:
    """Bring the account into a state; of somebody who holds another role only the grant ends.

    Their sign-in is needed for that role, which is no business of the provider's (X06). Nobody
    gives them one meanwhile: a grant cannot be added to a User who is locked.
    """
    grant = await change.session.get_one(RoleGrant, change.target)
    user = await change.session.get_one(User, grant.user_id, with_for_update=True)
    if user.status not in before:
        message = f"The account is {user.status}; only one that is {before[0]} becomes {state}."
        raise checks.conflict(f"NOT_{before[0]}", message)
    if state in {"CANCELLED", "ARCHIVED"} and await _holds_more(change, grant):
        grant.ends_at = change.now
    else:
        user.status = state
    grant.revision += 1
    change.note(status=state)
    return {"account": grant.id}


async def _holds_more(change: Change, grant: RoleGrant) -> bool:
    """Tell whether somebody holds a role besides."""
    others = select(RoleGrant.id).where(
        RoleGrant.user_id == grant.user_id,
        RoleGrant.id != grant.id,
        not_ended(change.now),
    )
    return await change.session.scalar(others.limit(1)) is not None


async def _held(change: Change) -> tuple[RoleGrant, User]:
    grant = await change.session.get_one(RoleGrant, change.target)
    return grant, await change.session.get_one(User, grant.user_id)


async def _account(change: Change, given: CreateInspectorAccount) -> User:
    """Return a new User, or the one with this e-mail that waits without any role.

    Who was archived registers again: an address may have passed to another person since.
    """
    address, name = checks.email("email", given.email), checks.text("name", given.name)
    await change.writer.lock_address(ascii_lower(address))  # another provider may write to it, too
    alike = select(User).where(User.email_sort == ascii_lower(address)).with_for_update()
    known = list(await change.session.scalars(alike))
    if known:
        running = select(RoleGrant.id).where(
            RoleGrant.user_id.in_([user.id for user in known]),
            not_ended(change.now),
        )
        held = await change.session.scalar(running.limit(1))
        if len(known) > 1 or held is not None or not await _is_free(change, known[0]):
            raise unavailable()
        if known[0].status == "ARCHIVED":
            known[0].status, known[0].subject = "INVITED", None
        known[0].email = address  # nothing is told of how they were written, or called, elsewhere
        _call(known[0], name)
        return known[0]
    user = User(
        id=new_key(),
        email=address,
        email_sort=ascii_lower(address),
        status="INVITED",
        email_kind=given.email_kind.value,
        channels="CONSOLE",
    )
    _call(user, name)
    change.session.add(user)
    await change.session.flush()
    return user


async def _is_free(change: Change, user: User) -> bool:
    """Tell whether a User without a role waits to be invited, or was only ever an inspector."""
    if user.status != "ARCHIVED":
        return user.status == "INVITED"
    held = select(RoleGrant.role).where(RoleGrant.user_id == user.id)
    return set(await change.session.scalars(held)) == {INSPECTOR}


def _call(user: User, name: str) -> None:
    user.name, user.name_sort, user.initials = name, fold(name), initials(name)


def _words(given: Any, otherwise: Sequence[str]) -> list[str]:
    """Return the words of a closed set that were given, each once, or what stands otherwise."""
    if given is strawberry.UNSET or given is None:
        return list(otherwise)
    return list(dict.fromkeys(each.value for each in given))
