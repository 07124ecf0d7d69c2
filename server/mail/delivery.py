"""The delivery of the outbox: what commands wrote is sent soon after, once, or tried again later.

A mail may arrive twice, with the same Message-ID, when a process dies between sending it and
noting that; it is never lost in silence.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from db.drivers.faults import NotAnswered
from db.outbox import Outbox
from server.http.outages import Outages
from server.logs import LOGGER
from server.mail.carriers import Carrier, FolderCarrier, NotCarried, Refused, SmtpCarrier
from server.mail.messages import compose
from server.settings.smtp import read_address

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from email.headerregistry import Address
    from email.message import EmailMessage

    from db.drivers.database import Database
    from db.models import Mail
    from engine.clock import Clock
    from server.settings.model import Settings

_MINUTE = 60_000
_CLAIM = 5 * _MINUTE  # longer than any carrier takes
BACK_OFF = tuple(minutes * _MINUTE for minutes in (1, 5, 15, 60, 180, 360))
"""How long a mail waits after each failed attempt; after one more it is given up."""

_ATTEMPTS = len(BACK_OFF) + 1
_SECONDS_BETWEEN_LOOKS = 2
_SECONDS_AFTER_A_FAULT = 30


class Post:
    """Delivers the outbox of one database, beside the posts of other processes."""

    def __init__(
        self,
        outbox: Outbox,
        carrier: Carrier,
        sender: Address,
        clock: Clock,
        outages: Outages | None = None,
    ) -> None:
        self._outages = outages or Outages()
        self._outbox = outbox
        self._carrier = carrier
        self._sender = sender
        self._clock = clock

    async def deliver_due(self, now: int) -> int:
        """Send, one after the other, what is due at an instant; return how many were sent."""
        sent = 0
        while True:
            instant = max(now, self._clock.now())
            mail = await self._outbox.claim(now, instant + _CLAIM)
            if mail is None:
                return sent
            sent += await self._attempt(mail, instant)

    async def run(self) -> None:
        """Deliver until cancelled; a fault is logged and ends nothing."""
        while True:
            try:
                await self.deliver_due(self._clock.now())
                pause = _SECONDS_BETWEEN_LOOKS
            except NotAnswered as fault:
                self._outages.note(fault)
                pause = _SECONDS_BETWEEN_LOOKS
            except Exception:  # noqa: BLE001 - the next look may fare better
                LOGGER.exception("outbox")
                pause = _SECONDS_AFTER_A_FAULT
            await asyncio.sleep(pause)

    async def _attempt(self, mail: Mail, instant: int) -> bool:
        """Try to send a claimed mail and settle it; say whether it was sent."""
        try:
            if mail.attempts > _ATTEMPTS:
                raise Refused(mail.last_error or "Died with it")
            recipient, message = _written(mail, self._sender)
            await self._carrier.carry(message, self._sender, recipient)
        except NotCarried as error:
            final = isinstance(error, Refused) or mail.attempts == _ATTEMPTS
            _log("mail given up" if final else "mail postponed", mail, error=str(error))
            if final:
                await self._outbox.failed(mail, instant, str(error))
            else:
                later = instant + BACK_OFF[mail.attempts - 1]
                await self._outbox.postponed(mail, later, str(error))
            return False
        _log("mail sent", mail)
        await self._outbox.sent(mail, instant)
        return True


def _written(mail: Mail, sender: Address) -> tuple[Address, EmailMessage]:
    try:
        return read_address(mail.recipient), compose(mail, sender)
    except ValueError as error:
        raise Refused(type(error).__name__) from None


def _log(event: str, mail: Mail, **fields: str) -> None:
    """Say what became of a mail, never to whom it goes or what it says."""
    about = {"mail": mail.id, "kind": mail.kind, "attempt": mail.attempts}
    LOGGER.info(event, extra={"fields": about | fields})


def open_post(settings: Settings, database: Database, clock: Clock, outages: Outages) -> Post:
    """Return the post of this process: development's goes into files, production's by SMTP."""
    carrier: Carrier = (
        FolderCarrier(settings.state_directory / "mail")
        if settings.development
        else SmtpCarrier(settings.smtp)
    )
    return Post(Outbox(database), carrier, settings.smtp.from_address(), clock, outages)


@asynccontextmanager
async def delivering(post: Post) -> AsyncIterator[None]:
    """Deliver beside whatever the block does."""
    task = asyncio.create_task(post.run(), name="outbox")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
