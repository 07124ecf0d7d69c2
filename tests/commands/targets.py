"""Something at Alder for every mutation to act on."""

from __future__ import annotations

from resolvers.employer_account.teams import digest
from scenarios.rows import ids_of, insert, organisation_key, user_key

CODE = "the-code-of-a-mail"


async def targets_of(world, *, open_for: int = 60_000) -> dict[str, str]:
    """Return an id at Alder for each type, with an invitation of CODE that stands so long."""
    key = await organisation_key(world, "alder")
    invitation = await insert(
        world,
        "invitations",
        organisation_id=key,
        email="petra@example.test",
        name="Petra",
        role="employer_account.viewer",
        status="PENDING",
        invited_at=1,
        expires_at=world.clock.instant + open_for,
        code_digest=digest(CODE),
    )
    vera = await world.sql(
        "SELECT id FROM role_grants WHERE user_id = :vera", vera=await user_key(world, "vera")
    )
    pending = await world.sql(
        "SELECT id, legal_entity_id FROM agreements WHERE organisation_id = :key AND status = 'PENDING'",
        key=key,
    )
    return {
        "Organisation": f"org_{key}",
        "PayeScheme": (await ids_of(world, "paye_schemes", "alder"))[0],
        "LegalEntity": f"len_{pending[0][1]}",
        "Agreement": f"agr_{pending[0][0]}",
        "RoleGrant": f"grt_{vera[0][0]}",
        "Invitation": f"inv_{invitation}",
    }
