"""Who holds what, and whom a table of people has to try: written from the fixture of the scenarios."""

from __future__ import annotations

from worlds import Client, World

# The level of access in each employer account: O, T, V, A as the columns of the published table.
TEAMS = {
    "olga": {"alder": "O"},
    "otis": {"alder": "O"},
    "tariq": {"alder": "T", "birch": "O"},
    "vera": {"alder": "V"},
    "aisha": {"alder": "A"},
    "tess": {"birch": "T"},
    "vic": {"birch": "V"},
    "ana": {"birch": "A"},
    "cora": {"cherry": "O"},
    "robin": {"cherry": "V", "dogwood": "O"},
    "ellis": {"elm": "O"},
}
# Membership of another system: it shows the organisation's name and nothing else of it (C10).
ELSEWHERE = {"eric": "alder", "robin": "prov"}
# One person for each role of the other systems.
OUTSIDERS = (
    *("eric", "petra", "tina", "kim", "max", "sue", "sam", "ade", "sen", "ann"),
    *("pat1", "dan", "eve", "sid", "stan", "nia", "alma", "indy", "mona", "tia", "sal"),
)
INVITED = ("lou", "abi", "ivy", "art")
STRANGER = "nobody-we-know"
EVERYONE = (*TEAMS, *OUTSIDERS, *INVITED, STRANGER)


async def speaker(world: World, who: str) -> Client:
    """A client for a person of the demo world or for the stranger, who has no User."""
    if who == STRANGER:
        return await world.client(subject=STRANGER)
    return await world.client(who)
