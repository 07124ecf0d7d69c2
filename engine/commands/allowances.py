"""Allowances: what reaches people who did not ask for it is done only so often.

What was used is counted in the database, in the transaction of the change: a change that is refused
or undone uses nothing, several processes share one count, and two changes at once cannot both be
the last that is allowed.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import delete

from db.models import Allowance
from engine.commands.counting import counted
from engine.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.drivers.writing import Writer
    from engine.commands.calls import Call
    from engine.declare.change import Change
    from engine.limits import Allowances

DAY = 24 * 60 * 60 * 1000
"""How long an allowance lasts, in milliseconds."""


async def use(allowances: Allowances, call: Call, change: Change, writer: Writer) -> None:
    """Use one of each allowance of a command, or raise Refusal RATE_LIMITED; nothing is used then.

    The refusal tells whose allowance it is (`per`), the `limit`, and in how many seconds it begins
    anew. It does not tell how much another person of the same address or account has used.
    """
    name = call.spec.allowance
    if name is None:
        return
    begun = change.now - change.now % DAY
    ends_at = begun + DAY
    for per, whose in _holders(call, change):
        most: int = getattr(allowances, f"{name}_per_{per}")
        key = sha256(f"{name} {per} {begun} {whose}".encode()).hexdigest()
        if await counted(writer, Allowance, Allowance.used, id=key, ends_at=ends_at) > most:
            seconds = -((change.now - ends_at) // 1000)
            message = (
                f"No more than {most:,} {name} a day are allowed to one {per};"
                f" try again in {seconds:,} seconds."
            )
            details = {"per": per, "limit": most, "retryAfterSeconds": seconds}
            raise Refusal("RATE_LIMITED", message, reason=name.upper(), **details)
    await writer.session.execute(delete(Allowance).where(Allowance.ends_at <= begun))


def _holders(call: Call, change: Change) -> Iterator[tuple[str, str]]:
    """Yield who uses an allowance, in one order, so that no two changes wait in a circle."""
    yield "subject", call.identity.subject
    if call.address is not None:
        yield "address", call.address
    if change.organisation is not None:
        yield "account", change.organisation
