"""How people are found over HTTP, and who is to be found by whom."""

from __future__ import annotations

from scenarios.rows import NOBODYS, names

PEOPLE = (
    "query ($filter: UserFilter, $order: UserOrder, $first: Int, $after: String, $last: Int,"
    " $before: String) { page: users(filter: $filter, orderBy: $order, first: $first,"
    " after: $after, last: $last, before: $before) { totalCount edges { cursor node { id name"
    " email } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
)
BY_EMAIL = {"email": {"contains": "@EXAMPLE"}}

# who: whom they see, and of whom of these they may read the e-mail address
IN_SIGHT = {
    "olga": ("Aisha Olga Otis Tariq Vera", "Aisha Olga Otis Tariq Vera"),  # Owner of Alder
    "tariq": ("Aisha Ana Olga Otis Tariq Tess Vera Vic", "Ana Tariq Tess Vic"),  # Owner of Birch
    "vera": ("Aisha Olga Otis Tariq Vera", "Vera"),  # Viewer
    "tess": ("Ana Tariq Tess Vic", "Tess"),  # Transactor
    "robin": ("Cora Robin", "Robin"),  # Viewer of Cherry, and Owner of an account without a team
    "aisha": ("Aisha", "Aisha"),  # AAN
    "petra": ("Petra", "Petra"),  # no role of an account
    "nobody": ("", ""),
}


async def asker(world, who):
    """A client for a person of the demo world, or for a subject that it does not know."""
    return await world.client(subject=who, email=NOBODYS)


async def found(client, given, order=None):
    """Return the names that a filter keeps, in order, and hold the total against them."""
    asked = {} if given is None else {"filter": given}
    reply = await client.ask(PEOPLE, {**asked, "order": order, "first": 100})
    assert reply.errors == [] or {e["path"][-1] for e in reply.errors} == {"email"}
    page = reply.data["page"]
    assert page["totalCount"] == len(page["edges"])
    return names(page["edges"], "node", "name")
