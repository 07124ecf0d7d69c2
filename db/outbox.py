"""The outbox as its deliverers share it: each mail is claimed for a while, then settled.

A claim is a short transaction of its own, so that no lock is held while a mail server thinks; who
dies with a claim leaves the mail to be claimed again when its time is over.
"""

from typing import Any

from sqlalchemy import bindparam, select, update

from db.drivers.database import Database
from db.models import Mail

_WAITING = (Mail.sent_at.is_(None), Mail.failed_at.is_(None))


class Outbox:
    """The mails that wait, for one of many processes; instants are UTC epoch milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        due = select(Mail.id).where(*_WAITING, Mail.not_before <= bindparam("now")).limit(1)
        self._any_due = database.compile(due)

    async def claim(self, now: int, until: int) -> Mail | None:
        """Take the mail that is due for longest, as another attempt; nobody else has it `until`."""
        async with self._database.reading() as reader:
            # Looking costs no writer's place, and mostly there is nothing.
            if not await reader.fetch(self._any_due, {"now": now}):
                return None
        async with self._database.transaction() as writer:
            due = select(Mail).where(*_WAITING, Mail.not_before <= now)
            first = due.order_by(Mail.not_before, Mail.id).limit(1)
            mail = await writer.session.scalar(first.with_for_update(skip_locked=True))
            if mail is not None:
                mail.attempts += 1
                mail.not_before = until
            return mail

    async def sent(self, mail: Mail, now: int) -> None:
        """Note that the mail is on its way, whoever has it now, and forget what it said."""
        async with self._database.transaction() as writer:
            gone = update(Mail).where(Mail.id == mail.id, *_WAITING)
            await writer.session.execute(gone.values(sent_at=now, body="", last_error=None))

    async def failed(self, mail: Mail, now: int, error: str) -> None:
        """Give the mail up, and forget what it said."""
        await self._settle(mail, failed_at=now, body="", last_error=error)

    async def postponed(self, mail: Mail, until: int, error: str) -> None:
        """Leave the mail for a later attempt."""
        await self._settle(mail, not_before=until, last_error=error)

    async def _settle(self, mail: Mail, **values: Any) -> None:
        """Write down how the attempt ended, unless somebody else has made the next one his."""
        async with self._database.transaction() as writer:
            mine = update(Mail).where(Mail.id == mail.id, Mail.attempts == mail.attempts, *_WAITING)
            await writer.session.execute(mine.values(**values))
