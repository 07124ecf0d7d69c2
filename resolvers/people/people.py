"""What commands need to know of people: the caller's User, and who the owners of an account are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from db import states
from db.models import RoleGrant, User
from db.types import ascii_lower, fold, initials, new_key
from engine.errors import Refusal, unavailable
from resolvers import checks

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from engine.declare.change import Change

OWNER = "employer_account.owner"


async def caller_or_new(change: Change, name: str | None = None) -> User:
    """Return the caller's User; a subject without one gets it from a token's verified e-mail."""
    if change.principal.user is not None:
        found = await change.session.get_one(
            User, change.principal.user, with_for_update={"read": True}
        )
        if found.status != "ACTIVE":  # it was cancelled since the grants were read
            raise unavailable()
        return found
    address = verified_address(change)
    called = name or address.partition("@")[0]
    user = User(
        id=new_key(),
        subject=change.identity.subject,
        email=address,
        email_sort=ascii_lower(address),
        name=called,
        name_sort=fold(called),
        initials=initials(called),
        status="ACTIVE",
    )
    change.session.add(user)
    await change.session.flush()
    change.user = user.id
    return user


def own_address(change: Change) -> str | None:
    """Return the e-mail address that the caller's token says is verified, in its normal form."""
    identity = change.identity
    if identity.email is None or not identity.email_verified:
        return None
    try:
        return checks.email("token", identity.email)
    except Refusal:  # nobody was ever written to at an address that is none
        return None


def verified_address(change: Change) -> str:
    """Return the caller's own e-mail address, or raise Refusal."""
    address = own_address(change)
    if address is None:
        message = (
            "Your sign-in must carry a verified e-mail address before you can be given access."
        )
        raise Refusal("PRECONDITION", message, reason="EMAIL_NOT_VERIFIED")
    return address


def same_address(one: str, other: str) -> bool:
    """Tell whether two e-mail addresses are one: small and capital letters of ASCII are alike.

    Nothing more is: what is folded for searching makes faß.test and fass.test one, and they are
    two people's domains.
    """
    return ascii_lower(one) == ascii_lower(other)


def membership(user: str, organisation: str | None, role: str, now: int) -> RoleGrant:
    """Return a new grant of a role on an account's team, from now on."""
    return RoleGrant(
        id=new_key(),
        user_id=user,
        organisation_id=organisation,
        role=role,
        system="employer_account",
        starts_at=now,
        permissions="",
        revision=1,
    )


def not_ended(now: int) -> ColumnElement[bool]:
    """Return whether a grant still stands at an instant, begun or not."""
    return states.not_ended(RoleGrant.__table__, now)


def running(now: int) -> ColumnElement[bool]:
    """Return whether a grant stands at an instant and has begun."""
    return states.running(RoleGrant.__table__, now)


def team(organisation: str | None, now: int) -> Select[RoleGrant]:
    """Return the grants of an account's team that have not ended."""
    return select(RoleGrant).where(
        RoleGrant.organisation_id == organisation,
        RoleGrant.system == "employer_account",
        not_ended(now),
    )


def effective_owners(organisation: str | None, now: int) -> Select[int]:
    """Return how many people own an account now and can sign in."""
    return (
        select(func.count(func.distinct(RoleGrant.user_id)))
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.organisation_id == organisation,
            RoleGrant.role == OWNER,
            running(now),
            User.status == "ACTIVE",
        )
    )


async def keep_an_owner(change: Change, leaving: RoleGrant) -> None:
    """Refuse to take the last effective owner from an account (A08, I1)."""
    if leaving.role != OWNER:
        return
    owners = effective_owners(leaving.organisation_id, change.now)
    if not await change.session.scalar(owners.where(RoleGrant.user_id != leaving.user_id)):
        raise checks.conflict("LAST_OWNER", "The account would be left without an owner.")
