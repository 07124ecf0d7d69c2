"""The frame around what an operator changes: one transaction, the lock, and the audit row."""

from __future__ import annotations

import os
import pwd
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import select

from authz.rows.principal import Identity, Principal
from db.drivers.database import Database
from db.models import AuditEvent, Organisation
from db.types import new_key
from engine import ids
from engine.declare.change import Change
from engine.errors import Refusal
from engine.texts import UnfitText, fit
from resolvers import checks
from resolvers.employer_account.support import NewOwner, restore_owner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.clock import Clock

ACTION, SOURCE = "support.restore_owner", "D0-17"


@dataclass(frozen=True, slots=True)
class Request:
    """What the operator asks for; ids are global ids."""

    organisation: str
    email: str
    name: str
    reason: str
    user: str | None = None


def operator() -> str:
    """Return the name of the system's user who runs this process, whatever the environment says."""
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"


async def restored(
    url: str, clock: Clock, request: Request, pages: Mapping[str, str]
) -> Mapping[str, str | None]:
    """Give an account without owners one; return the key of the grant or the invitation.

    `pages` are those that mails lead to. Raises Refusal with a sentence; both ways leave a row in
    the audit.
    """
    organisation = ids.key_of(request.organisation, "--organisation", "org", "Organisation")
    user = request.user and ids.key_of(request.user, "--user", "usr", "User")
    reason = fitted("--reason", "reason", request.reason, 500)
    given = NewOwner(_fit("--email", request.email), _fit("--name", request.name), user)
    database = Database(url)
    who = operator()
    # No token has a subject with a blank in it (server.tokens.SUBJECT): nobody can pass for one.
    subject = f"operator {who}"
    try:
        async with database.transaction() as writer:
            await writer.lock_organisations([organisation])
            principal, identity = Principal(subject), Identity(subject)
            change = Change(writer, principal, identity, clock.now(), pages)
            change.acts_on("Organisation", organisation, organisation)
            change.note(operator=who, reason=reason)
            keys = await restore_owner(change, given)
            writer.session.add(_event(change, subject))
    except Refusal as refused:
        async with database.transaction() as writer:
            change = Change(writer, Principal(subject), Identity(subject), clock.now())
            change.acts_on("Organisation", organisation)
            change.organisation = await writer.session.scalar(
                select(Organisation.id).where(Organisation.id == organisation)
            )
            change.note(operator=who, reason=reason)
            writer.session.add(_event(change, subject, refused.code))
        raise
    else:
        return keys
    finally:
        await database.close()


def _event(change: Change, subject: str, code: str | None = None) -> AuditEvent:
    return AuditEvent(
        id=new_key(),
        at=change.now,
        request_id=secrets.token_hex(8),
        subject=subject,
        user_id=None,
        action=ACTION,
        source=SOURCE,
        decision="REFUSED" if code else "ALLOWED",
        code=code,
        resource_type=change.resource_type,
        resource_id=change.target,
        organisation_id=change.organisation,
        details=orjson.dumps(change.details).decode(),
    )


def fitted(option: str, name: str, text: str, longest: int) -> str:
    """Return the text of an option as it is kept, or raise Refusal for one that is unfit."""
    return checks.text(name, _fit(option, text), longest)


def _fit(name: str, text: str) -> str:
    """Return an option's text as every text of a request is, or raise Refusal."""
    try:
        return fit(text)
    except UnfitText as unfit:
        message = f"{name} {unfit}"
        raise Refusal("BAD_USER_INPUT", message, input=name, reason=unfit.reason) from None
