"""Commands of inspectors' accounts: made, activated, given new credentials, cancelled, archived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import strawberry
from sqlalchemy import select

from authz.rows.grants import INSPECTOR
from db.models import InspectionGroup, InspectorAccount, RoleGrant, User
from db.types import ascii_lower, fold, initials, new_key
from engine.declare.commands import command, command_input, given, left_out, payload
from engine.errors import unavailable
from resolvers import checks, targets
from resolvers.employer_account.enums import EmailKind
from resolvers.inspections.enums import InspectorChannel, InspectorPermission
from resolvers.inspections.views import CONSOLE, RECOMMENDED, check_channels
from resolvers.inspections.visits import nobody_returns, require_all_verified
from resolvers.people.people import not_ended, same_address, verified_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.declare.change import Change
    from engine.declare.commands import Keys
    from engine.errors import Refusal

_SIGNS_IN = ("INVITED", "ACTIVE")


_ILR = payload("The record with its ILR.", name="IlrPayload", record="ApprenticeRecord")


_ACCOUNT_NOW = payload(
    "The account as it is now.", name="InspectorAccountPayload", account="InspectorAccount"
)


@command_input("An external party to let into one group alone.")
class CreateInspectorAccount:
    """Input of createInspectorAccount."""

    group_id: strawberry.ID
    email: str
    name: str
    email_kind: EmailKind
    permissions: list[InspectorPermission] | None = left_out(
        "The two that are recommended, where they are left out."
    )
    channels: list[InspectorChannel] | None = left_out(
        "The console alone, where they are left out."
    )


@command(
    "inspector_account.create",
    CreateInspectorAccount,
    answers=payload(
        "The account, inert until it is activated, and the group that it is let into.",
        account="InspectorAccount",
        group="InspectionGroup",
    ),
    target=targets.GROUP,
)
async def create_inspector_account(change: Change, given: CreateInspectorAccount) -> Keys:
    """Make an account that is let into one group alone; it is inert until activated (D4-03, D4-05).

    It is answered alike whatever the person holds elsewhere (F12): its name, address and state are
    its own. An address that has an account at this provider already is unavailable.
    """
    group = await change.session.get_one(InspectionGroup, change.target)
    allowed = _words(given.permissions, RECOMMENDED)
    through = _words(given.channels, CONSOLE)
    check_channels(allowed, through, "input.")
    if "MANAGE_ILR" in allowed:
        await require_all_verified(change, group.id)
    address, name = checks.email("email", given.email), checks.text("name", given.name)
    await change.writer.lock_address(ascii_lower(address))  # another provider may write to it, too
    await _not_let_in(change, address)
    user = await _person(change, address, name)
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
    await change.session.flush()
    account = InspectorAccount(
        id=grant.id,
        name=name,
        name_sort=fold(name),
        email=address,
        email_kind=given.email_kind.value,
        channels=" ".join(sorted(through)),
        status="INVITED",
    )
    change.session.add(account)
    change.note(account=grant.id, permissions=sorted(allowed), channels=sorted(through))
    return {"account": grant.id, "group": group.id}


@command_input("What an inspector may from now on; what is left out stays.")
class UpdateInspectorAccount:
    """Input of updateInspectorAccount."""

    account_id: strawberry.ID
    permissions: list[InspectorPermission] | None = left_out()
    channels: list[InspectorChannel] | None = left_out()


@command(
    "inspector_account.edit",
    UpdateInspectorAccount,
    answers=_ACCOUNT_NOW,
    target=targets.INSPECTOR,
)
async def update_inspector_account(change: Change, given: UpdateInspectorAccount) -> Keys:
    """Change what an inspector may and by which channels, within the closed set (D4-27)."""
    grant, account = await _held(change)
    allowed = _words(given.permissions, grant.permissions.split())
    through = _words(given.channels, account.channels.split())
    check_channels(allowed, through, "input.")
    if "MANAGE_ILR" in allowed and grant.group_id is not None:
        await require_all_verified(change, grant.group_id)
    grant.permissions, account.channels = " ".join(sorted(allowed)), " ".join(sorted(through))
    change.note(permissions=sorted(allowed), channels=sorted(through))
    return {"account": grant.id}


@command_input("An account to activate.")
class ActivateInspector:
    """Input of activateInspector."""

    account_id: strawberry.ID


@command(
    "inspector_account.activate",
    ActivateInspector,
    answers=_ACCOUNT_NOW,
    target=targets.INSPECTOR,
)
async def activate_inspector(change: Change, _given: ActivateInspector) -> Keys:
    """Let the account work (D4-09); whoever waited for nothing else is active with it."""
    return await _let_work(change, "INVITED")


@command_input("Your own account as an inspector, by the e-mail of your sign-in.")
class RegisterInspector:
    """Input of registerInspector."""

    name: str = given(description="What you are called.")


@command(
    "inspector_account.register",
    RegisterInspector,
    answers=payload("Who you are from now on.", user="User"),
    description="Take up the inspector's account that waits for your e-mail.",
)
async def register_inspector(change: Change, given: RegisterInspector) -> Keys:
    """Bind the caller's sign-in to the accounts that wait for their verified e-mail (D4-03)."""
    if change.principal.user is not None:
        raise checks.conflict("REGISTERED", "Your sign-in belongs to an account already.")
    address = verified_address(change)
    name = checks.text("name", given.name)
    first = await _waiting(change, address)
    places = {grant.organisation_id for grant in first}
    place = next(iter(places)) if len(places) == 1 else None
    change.aims_at("InspectorAccount", [grant.id for grant in first], place)
    await change.lock(*places)
    grants = await _waiting(change, address)
    if [grant.id for grant in grants] != [grant.id for grant in first]:
        raise unavailable()
    user = await change.session.get_one(User, grants[0].user_id)
    await change.session.refresh(user, with_for_update=True)
    if user.subject is not None:
        raise _no_account()
    user.subject = change.identity.subject
    _call(user, name)
    for grant in grants:
        account = await change.session.get_one(InspectorAccount, grant.id)
        account.name, account.name_sort = name, fold(name)
    change.user = user.id
    return {"user": user.id}


async def _waiting(change: Change, address: str) -> list[RoleGrant]:
    """Return the grants of the one person who waits at an e-mail address, or raise Refusal."""
    found = await change.session.scalars(
        select(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .join(InspectorAccount, InspectorAccount.id == RoleGrant.id)
        .where(
            User.email_sort == ascii_lower(address),
            User.subject.is_(None),
            User.status.in_(_SIGNS_IN),
            InspectorAccount.status.in_(("INVITED", "ACTIVE")),
            not_ended(change.now),
        )
        .order_by(RoleGrant.id)
    )
    grants = list(found)
    if len({grant.user_id for grant in grants}) != 1:
        raise _no_account()
    return grants


def _no_account() -> Refusal:
    return checks.conflict("NO_ACCOUNT", "No account waits for your e-mail address.")


@command_input("An account whose subscription ends.")
class CancelInspector:
    """Input of cancelInspector."""

    account_id: strawberry.ID


@command(
    "inspector_account.cancel",
    CancelInspector,
    answers=_ACCOUNT_NOW,
    target=targets.INSPECTOR,
)
async def cancel_inspector(change: Change, _given: CancelInspector) -> Keys:
    """Cancel the account's subscription, or withdraw one that was never activated (D4-22)."""
    return await _become(change, "CANCELLED", "ACTIVE", "INVITED")


@command_input("An account whose subscription is taken up again.")
class ReactivateInspector:
    """Input of reactivateInspector."""

    account_id: strawberry.ID


@command(
    "inspector_account.reactivate",
    ReactivateInspector,
    answers=_ACCOUNT_NOW,
    target=targets.INSPECTOR,
)
async def reactivate_inspector(change: Change, _given: ReactivateInspector) -> Keys:
    """Take the subscription up again (D4-22), also of one that was withdrawn before it worked."""
    return await _let_work(change, "CANCELLED")


@command_input("A cancelled account to put away for good.")
class ArchiveInspector:
    """Input of archiveInspector."""

    account_id: strawberry.ID


@command(
    "inspector_account.archive",
    ArchiveInspector,
    answers=_ACCOUNT_NOW,
    target=targets.INSPECTOR,
)
async def archive_inspector(change: Change, _given: ArchiveInspector) -> Keys:
    """Archive an account that was cancelled, in this order (D4-23); its grant ends."""
    keys = await _become(change, "ARCHIVED", "CANCELLED")
    grant, _ = await _held(change)
    grant.ends_at = change.now
    return keys


@command_input("A generic account whose credentials were changed.")
class RotateInspectorCredentials:
    """Input of rotateInspectorCredentials."""

    account_id: strawberry.ID


@command(
    "inspector_account.rotate_credentials",
    RotateInspectorCredentials,
    answers=_ACCOUNT_NOW,
    target=targets.INSPECTOR,
)
async def rotate_inspector_credentials(change: Change, _given: RotateInspectorCredentials) -> Keys:
    """Note that a generic account has new credentials since (D4-21)."""
    grant, account = await _held(change)
    if account.email_kind != "GENERIC":
        message = (
            "Only the credentials of a generic account are changed; a personal one is cancelled."
        )
        raise checks.conflict("PERSONAL", message)
    account.credentials_rotated_at = change.now
    return {"account": grant.id}


async def _let_work(change: Change, before: str) -> Keys:
    keys = await _become(change, "ACTIVE", before)
    grant, account = await _held(change)
    await nobody_returns(change, grant, account)
    user = await change.session.get_one(User, grant.user_id, with_for_update=True)
    others = select(RoleGrant.id).where(
        RoleGrant.user_id == user.id, RoleGrant.role != INSPECTOR, not_ended(change.now)
    )
    if user.status == "INVITED" and await change.session.scalar(others.limit(1)) is None:
        user.status = "ACTIVE"
    return keys


async def _become(change: Change, state: str, *before: str) -> Keys:
    """Bring the account into a state; it is this provider's own, and nobody else's changes (F12).

    Whether the person can still sign in follows from what they have left (`authz.rows.grants`).
    """
    grant, account = await _held(change)
    if account.status not in before:
        message = f"The account is {account.status}; only one that is {before[0]} becomes {state}."
        raise checks.conflict(f"NOT_{before[0]}", message)
    account.status = state
    change.note(status=state)
    return {"account": grant.id}


async def _held(change: Change) -> tuple[RoleGrant, InspectorAccount]:
    grant = await change.session.get_one(RoleGrant, change.target)
    account = await change.session.get_one(InspectorAccount, grant.id)
    change.writer.counts(grant, account)
    return grant, account


async def _not_let_in(change: Change, address: str) -> None:
    """Refuse an address that has an account at this provider which is not archived."""
    here = await change.session.scalars(
        select(InspectorAccount.email)
        .join(RoleGrant, RoleGrant.id == InspectorAccount.id)
        .where(RoleGrant.organisation_id == change.organisation, not_ended(change.now))
    )
    if any(same_address(each, address) for each in here):
        raise unavailable()


async def _person(change: Change, address: str, name: str) -> User:
    """Return the one User of an address who can sign in or waits to, or a new one who waits.

    What they hold and are called elsewhere stays as it is. Who was nothing but an inspector and is
    archived registers again: an address may have passed to another person since.
    """
    alike = select(User).where(User.email_sort == ascii_lower(address)).order_by(User.id)
    known = list(await change.session.scalars(alike.with_for_update()))
    if len(known) == 1 and known[0].status in _SIGNS_IN and not await _let_in(change, known[0]):
        [user] = known
        grants = select(RoleGrant.role, not_ended(change.now)).where(RoleGrant.user_id == user.id)
        held = [tuple(row) for row in await change.session.execute(grants)]
        if not any(stands for _, stands in held):
            if held and all(role == INSPECTOR for role, _ in held):
                user.status, user.subject = "INVITED", None
            if user.status == "INVITED":
                user.email = address
                _call(user, name)
        return user
    user = User(id=new_key(), email=address, email_sort=ascii_lower(address), status="INVITED")
    _call(user, name)
    change.session.add(user)
    await change.session.flush()
    return user


async def _let_in(change: Change, user: User) -> bool:
    """Tell whether a User is let in here already, by another spelling of their address."""
    running = select(RoleGrant.id).where(
        RoleGrant.user_id == user.id,
        RoleGrant.organisation_id == change.organisation,
        RoleGrant.role == INSPECTOR,
        not_ended(change.now),
    )
    return await change.session.scalar(running.limit(1)) is not None


def _call(user: User, name: str) -> None:
    user.name, user.name_sort, user.initials = name, fold(name), initials(name)


def _words(given: Any, otherwise: Sequence[str]) -> list[str]:
    """Return the words of a closed set that were given, each once, or what stands otherwise."""
    if given is strawberry.UNSET or given is None:
        return list(otherwise)
    return list(dict.fromkeys(each.value for each in given))
