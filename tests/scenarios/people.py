"""People that the demo world may not know."""

from __future__ import annotations

from worlds import Client, World


async def stranger(
    world: World, subject: str, email: str = "stranger@example.test"
) -> Client:
    """Return a client with a real token of any subject."""
    anyone = await world.client()
    reply = await anyone.post("/dev/token", json={"subject": subject, "email": email})
    return await world.client(token=reply.json()["token"])
