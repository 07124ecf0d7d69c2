"""What a command works with: one transaction, the row it acts on, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from db.models import Mail
from db.types import new_key
from engine.limits import Allowances

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from authz.rows.principal import Identity, Principal
    from db.drivers.writing import Writer


@dataclass(slots=True)
class Change:
    """One command under way: grants were read again under the lock, and the ladder was climbed.

    `targets` are the keys of the rows acted on, `organisation` that of the locked organisation; a
    command that creates from nothing has neither and names what it made with `acts_on`.
    """

    writer: Writer
    principal: Principal
    identity: Identity
    now: int
    pages: Mapping[str, str] = field(default_factory=dict)
    """The addresses of the pages that mails lead to, by what is done there; from the settings."""
    allowances: Allowances = field(default_factory=Allowances)
    """How often what reaches other people may be done; from the settings."""
    resource_type: str | None = None
    targets: tuple[str, ...] = ()
    organisation: str | None = None
    details: dict[str, object] = field(default_factory=dict)
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The keys of the other rows that the input names, by the arguments that name them."""
    of_targets: dict[str, dict[str, object]] = field(default_factory=dict)
    user: str | None = None
    """Who acts: the caller's User, or the one that the command has just made for them."""

    def __post_init__(self) -> None:
        """Start with the caller as they came."""
        self.user = self.principal.user

    @property
    def session(self) -> AsyncSession:
        """The session of the rows that change."""
        return self.writer.session

    @property
    def target(self) -> str | None:
        """The key of the one row acted on, if there is one."""
        return self.targets[0] if len(self.targets) == 1 else None

    async def lock(self, *organisations: str) -> None:
        """Lock organisations that only the command itself could find."""
        await self.writer.lock_organisations(organisations)

    def mail(self, kind: str, recipient: str, subject: str, body: str) -> None:
        """Put a mail into the outbox; it is sent if and when the transaction commits."""
        self.session.add(
            Mail(
                id=new_key(),
                kind=kind,
                recipient=recipient,
                subject=subject,
                body=body,
                created_at=self.now,
                not_before=self.now,
                attempts=0,
            )
        )

    def edited(self, row: object, *names: str) -> list[str]:
        """Return which of some columns of a row were given another value and not yet written."""
        columns = inspect(row, raiseerr=True).attrs
        return [name for name in names if columns[name].history.has_changes()]

    def note(self, **details: object) -> None:
        """Keep ids and names of changed fields for the audit row: never a person's data."""
        self.details.update(details)

    def note_of(self, target: str, **details: object) -> None:
        """Keep them for the audit row of one of several rows acted on."""
        self.of_targets.setdefault(target, {}).update(details)

    def told(self, target: str | None) -> dict[str, object]:
        """Return what the audit row of a row acted on tells."""
        return {**self.details, **self.of_targets.get(target or "", {})}

    def acts_on(self, resource_type: str, key: str, organisation: str | None = None) -> None:
        """Name the row that the audit is about, and its organisation."""
        self.aims_at(resource_type, (key,), organisation)

    def aims_at(
        self, resource_type: str, keys: Sequence[str], organisation: str | None = None
    ) -> None:
        """Name the rows that the audit is about, and their organisation."""
        self.resource_type, self.targets = resource_type, tuple(keys)
        self.organisation = organisation or self.organisation
