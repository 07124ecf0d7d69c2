"""The two ways out for a message: an SMTP server, or a folder in development."""

from __future__ import annotations

import asyncio
import os
import tempfile
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from aiosmtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    send,
)

from server.settings.state import PRIVATE_DIRECTORY

if TYPE_CHECKING:
    from email.headerregistry import Address

    from server.settings.smtp import SmtpSettings

_SECONDS_TO_CARRY = 60
_SECONDS_TO_ANSWER = 30
_FOR_EVER = 500


class NotCarried(Exception):
    """A message was not taken; the text says why without anything that it or its server said."""


class Refused(NotCarried):
    """No later attempt would fare better: the address or the message itself was turned away."""


class Carrier(Protocol):
    """Takes messages out of the application."""

    async def carry(self, message: EmailMessage, sender: Address, recipient: Address) -> None:
        """Hand one message on, or raise NotCarried."""


class SmtpCarrier:
    """Hands messages to the operator's SMTP server, over TLS unless the settings say otherwise."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    async def carry(self, message: EmailMessage, sender: Address, recipient: Address) -> None:
        """Hand one message on within a minute, or raise NotCarried."""
        try:
            async with asyncio.timeout(_SECONDS_TO_CARRY):
                await self._send(message, sender.addr_spec, recipient.addr_spec)
        except SMTPRecipientsRefused as error:
            raise _told(error.recipients[0], final=True) from None
        except SMTPDataError as error:
            raise _told(error, final=True) from None
        except SMTPResponseException as error:  # of credentials or sender: they may be mended
            raise _told(error, final=False) from None
        except (SMTPException, OSError) as error:
            raise NotCarried(type(error).__name__) from None

    async def _send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        settings = self._settings
        await send(
            message,
            sender=sender,
            recipients=[recipient],
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=settings.password.get_secret_value() if settings.password else None,
            use_tls=settings.encrypted_at_once,
            start_tls=settings.starttls and not settings.encrypted_at_once,
            timeout=_SECONDS_TO_ANSWER,
        )


def _told(error: SMTPResponseException, *, final: bool) -> NotCarried:
    """Keep the answer's code: its text may quote the message."""
    kind = Refused if final and error.code >= _FOR_EVER else NotCarried
    return kind(f"{type(error).__name__} {error.code}")


class FolderCarrier:
    """Writes each message as an .eml file, for the person who develops to open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def carry(self, message: EmailMessage, sender: Address, recipient: Address) -> None:  # noqa: ARG002 - a folder has one way in
        """Write one message, or raise NotCarried."""
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            raise NotCarried(type(error).__name__) from None

    def _write(self, message: EmailMessage) -> None:
        """Let the whole file appear at once; only its owner may read the codes in it."""
        moment = message["Date"].datetime.strftime("%Y%m%d-%H%M%S")
        name = message["Message-ID"].strip("<>").partition("@")[0]
        self._folder.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(handle, "wb") as stream:
            stream.write(message.as_bytes())
        Path(draft).replace(self._folder / f"{moment}-{name}.eml")
