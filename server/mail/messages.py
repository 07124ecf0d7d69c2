"""Mails of the outbox as messages that any mail server understands."""

from __future__ import annotations

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING

from server.settings.smtp import read_address

if TYPE_CHECKING:
    from db.models import Mail

_LONGEST_LINE = 990  # bytes; RFC 5321 allows 998


def compose(mail: Mail, sender: Address) -> EmailMessage:
    """Return the message; an address that is none, or a line break in a header, is a ValueError.

    Every attempt gives the same message, so that a recipient's server may drop a second copy.
    """
    message = EmailMessage()
    message["From"] = sender
    message["To"] = read_address(mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = datetime.fromtimestamp(mail.created_at / 1000, UTC)
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    lines = mail.body.encode().splitlines()
    readable = all(len(line) <= _LONGEST_LINE for line in lines)
    message.set_content(mail.body, cte="8bit" if readable else None)
    return message
