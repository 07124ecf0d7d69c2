"""GET /dev/personas: the people whom the playground can speak for, in development alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from authz.roles import ROLES
from db.models import Organisation, RoleGrant, User
from db.states import running
from engine.ids import encode
from server.http.replies import encoded

if TYPE_CHECKING:
    from db.drivers.database import Database, Row
    from engine.clock import Clock

LISTED = 500
"""How many people are listed at most, the first by name."""


class Personas:
    """Answers with everybody who can sign in, and the roles that they hold now."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Take the rows, and the clock that says which grants run."""
        self._database = database
        self._clock = clock
        people = (
            select(User.id, User.subject, User.name, User.name_sort, User.email, User.status)
            .where(User.subject.is_not(None))
            .order_by(User.name_sort, User.id)
            .limit(LISTED + 1)
            .subquery()
        )
        held = and_(RoleGrant.user_id == people.c.id, running(RoleGrant.__table__))
        self._statement = database.compile(
            select(
                *(people.c.subject, people.c.name, people.c.email, people.c.status),
                *(RoleGrant.role, Organisation.id, Organisation.name),
            )
            .select_from(people)
            .outerjoin(RoleGrant, held)
            .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
            .order_by(people.c.name_sort, people.c.id, Organisation.name_sort, RoleGrant.id)
        )

    async def made(self) -> bytes:
        """Return them as JSON."""
        async with self._database.reading() as reader:
            rows = await reader.fetch(self._statement, {"now": self._clock.now()})
        people = _grouped(rows)
        return encoded({"personas": people[:LISTED], "more": len(people) > LISTED})


def _grouped(rows: list[Row]) -> list[dict[str, object]]:
    """Make one entry of the rows of each person, which stand together."""
    people: dict[str, dict[str, object]] = {}
    grants: dict[str, list[dict[str, str]]] = {}
    for subject, name, email, status, role, organisation_id, organisation in rows:
        held = grants.setdefault(subject, [])
        people.setdefault(
            subject,
            {"subject": subject, "name": name, "email": email, "status": status, "grants": held},
        )
        if role in ROLES:
            held.append(
                {
                    "role": ROLES[role].graphql_name,
                    "title": ROLES[role].title,
                    "organisation": organisation,
                    "organisationId": encode("org", organisation_id),
                }
            )
    return list(people.values())
