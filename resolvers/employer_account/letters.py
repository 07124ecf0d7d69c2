"""What mails say: our own words first, and of other people's text nothing but names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from authz.roles import ROLES

if TYPE_CHECKING:
    from db.models import Invitation

CODE = "{code}"
"""Where the code stands in the address of the page on which invitations are answered."""

_LONDON = ZoneInfo("Europe/London")
_LONGEST_NAME = 80
_JOINERS = "\u200c\u200d"
"""Of the characters without a shape of their own, those that names of some scripts need."""
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_OF_ADDRESSES = re.compile(r"[:@<>\[\]{}|\\^`\"\u201c\u201d\uff0f\uff1a\uff20]|//+")
_DOT = re.compile(r"(?<=\S)([.\u2024\u3002\uff0e\uff61])(?=\S)")


@dataclass(frozen=True, slots=True)
class Letter:
    """The subject and the text of a mail."""

    subject: str
    body: str


def name_of(text: str) -> str:
    """Return somebody's name as a mail shows it: one short line in which nothing is a link.

    Mail programs make links of what looks like an address, and names are other people's text.
    """
    seen = "".join(each if _is_seen(each) else " " for each in text)
    apart = _DOT.sub(r"\1 ", _OF_ADDRESSES.sub(" ", seen))
    line = " ".join(apart.split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1].rstrip() + "…"


def _is_seen(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in _UNSEEN


def invitation(
    invited: Invitation, account: str, inviter: str | None, code: str, page: str
) -> Letter:
    """Return the mail that carries the code of an invitation.

    `inviter` is the name of who invites, None for support; `page` the address where invitations
    are answered, with `{code}` in it, or empty.
    """
    by = f"“{name_of(inviter)}”" if inviter is not None else "the support of the service"
    if page:
        where = (
            "To answer, open this page and sign in with your own details:\n\n"
            f"{page.replace(CODE, quote(code, safe=''))}\n\n"
            "If the page asks for a code, it is:"
        )
    else:
        where = (
            "To answer, sign in to the apprenticeship service with your own details and send\n"
            "this code with the command acceptInvitation:"
        )
    body = (
        "You are invited to join the team of an employer's account of the apprenticeship\n"
        "service.\n\n"
        f"Account: “{name_of(account)}”\n"
        f"Your role: {ROLES[invited.role].title}\n"
        f"Your name: “{name_of(invited.name)}”\n"
        f"Invited by: {by}\n"
        f"Answer before: {_moment(invited.expires_at)}\n\n"
        f"{where}\n\n    {code}\n\n"
        "The code works once, and for nobody but the owner of this e-mail address. The names\n"
        "above were written by people who use the service. If you did not expect this mail,\n"
        "do nothing.\n"
    )
    return Letter("You are invited to an apprenticeship service account", body)


def _moment(instant: int) -> str:
    """Return an instant (UTC epoch milliseconds) as people in the United Kingdom read it."""
    local = datetime.fromtimestamp(instant / 1000, UTC).astimezone(_LONDON)
    return f"{local:%A} {local.day} {local:%B} {local.year}, {local:%H:%M} {local:%Z} (UK time)"
