"""Cards: what a row shows of an organisation or a person that may themselves be out of sight."""

from __future__ import annotations

import strawberry

from engine.declare.fields import key_of_row, value
from resolvers.employer_account.enums import OrganisationKind


@value
class OrganisationCard:
    """An organisation as another row names it, also where it is out of sight itself."""

    organisation_id: strawberry.ID = key_of_row(
        description="The id of the `Organisation`; `organisation` answers it where it is in sight."
    )
    name: str
    kind: OrganisationKind
    ukprn: str | None


@value
class PersonName:
    """A person as another row names them."""

    name: str


@value
class PersonCard:
    """A person as a list to choose from, or a caseload, names them, also where out of sight."""

    user_id: strawberry.ID = key_of_row(
        description="The id of the `User`; `user` answers it where they are in sight."
    )
    name: str
    initials: str
    avatar: str | None = strawberry.field(description="The profile picture as a data: URI.")
