"""Cards: what a row shows of an organisation or a person that may themselves be out of sight."""

from __future__ import annotations

import strawberry

from engine.fields import value
from schema.words.organisations import OrganisationKind


@value
class OrganisationCard:
    """An organisation as another row names it."""

    id: strawberry.ID
    name: str
    kind: OrganisationKind
    ukprn: str | None


@value
class PersonName:
    """A person as another row names them."""

    name: str


@value
class PersonCard:
    """A person as a list to choose from, or a caseload, names them."""

    id: strawberry.ID
    name: str
    initials: str
    avatar: str | None = strawberry.field(description="The profile picture as a data: URI.")
