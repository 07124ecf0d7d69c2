"""What hangs on the employer accounts of the demo world."""

from collections.abc import Iterator
from dataclasses import dataclass

from db.seed.demo.fixed import FIRST_DAY, Row, demo_key, instant, organisation_key, user_key
from db.seed.demo.people import PEOPLE
from db.types import ascii_lower


@dataclass(frozen=True, slots=True)
class DemoPayeScheme:
    """A PAYE scheme of an organisation."""

    organisation: str
    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class DemoLegalEntity:
    """A legal entity of an organisation, found again by its handle."""

    handle: str
    organisation: str
    name: str
    code: str
    source: str = "COMPANIES_HOUSE"


@dataclass(frozen=True, slots=True)
class DemoAgreement:
    """An agreement by its history: each state, the moment, and who brought it about.

    The first state is always PENDING; the last one is the agreement's status.
    """

    handle: str
    legal_entity: str
    version: int
    history: tuple[tuple[str, str, str | None], ...]


@dataclass(frozen=True, slots=True)
class DemoInvitation:
    """An invitation that waits for its answer."""

    organisation: str
    name: str
    email: str
    role: str


PAYE_SCHEMES = (
    DemoPayeScheme("alder", "101/AL00001", "Alder staff"),
    DemoPayeScheme("alder", "101/AL00002", "Alder works"),
    DemoPayeScheme("birch", "102/BI00001", "Birch"),
    DemoPayeScheme("cherry", "103/CH00001", "Cherry"),
    DemoPayeScheme("dogwood", "104/DO00001", "Dogwood"),
    DemoPayeScheme("elm", "105/EL00001", "Elm"),
)

LEGAL_ENTITIES = (
    DemoLegalEntity("alder-works", "alder", "Alder Works Limited", "01000001"),
    DemoLegalEntity("alder-trust", "alder", "The Alder Trust", "1000002", "CHARITIES"),
    DemoLegalEntity("birch", "birch", "Birch Limited", "01000003"),
    DemoLegalEntity("cherry", "cherry", "Cherry Borough Council", "CHERRY", "PUBLIC_BODIES"),
    DemoLegalEntity("dogwood", "dogwood", "Dogwood Pensions", "10000005", "PENSIONS_REGULATOR"),
    DemoLegalEntity("elm", "elm", "Elm Brothers", "ELM", "OTHER"),
)

_OFFERED = ("PENDING", "2024-01-15T09:00", None)

AGREEMENTS = (
    DemoAgreement(
        "alder-works", "alder-works", 1, (_OFFERED, ("SIGNED", "2024-01-22T14:30", "olga"))
    ),
    DemoAgreement("alder-trust", "alder-trust", 1, (("PENDING", "2025-06-02T09:00", None),)),
    DemoAgreement("birch", "birch", 1, (_OFFERED, ("SIGNED", "2024-01-23T10:15", "tariq"))),
    DemoAgreement("cherry", "cherry", 1, (_OFFERED, ("SIGNED", "2024-01-24T11:00", "cora"))),
    DemoAgreement("dogwood", "dogwood", 1, (_OFFERED, ("SIGNED", "2024-01-25T16:45", "robin"))),
    DemoAgreement(
        "elm-1",
        "elm",
        1,
        (
            _OFFERED,
            ("SIGNED", "2024-01-26T09:30", "ellis"),
            ("SUPERSEDED", "2025-03-10T12:00", None),
        ),
    ),
    DemoAgreement(
        "elm-2",
        "elm",
        2,
        (("PENDING", "2025-03-03T09:00", None), ("SIGNED", "2025-03-10T12:00", "ellis")),
    ),
)

INVITATIONS = (
    DemoInvitation("elm", "Edith Marsh", "edith.marsh@example.test", "employer_account.viewer"),
)

_INVITED = instant("2026-01-12T09:00")
# Far away, so that the invitation is pending whenever the demo runs.
_INVITATION_EXPIRES = instant("2099-12-31T00:00")
_NAMES = {person.handle: person.name for person in PEOPLE}
_OWNER_OF_ENTITY = {entity.handle: entity.organisation for entity in LEGAL_ENTITIES}


def paye_scheme_rows() -> Iterator[Row]:
    """Give the rows of PAYE schemes."""
    for scheme in PAYE_SCHEMES:
        yield {
            "id": demo_key(f"paye_scheme:{scheme.reference}"),
            "organisation_id": organisation_key(scheme.organisation),
            "reference": scheme.reference,
            "name": scheme.name,
            "added_at": FIRST_DAY,
        }


def legal_entity_rows() -> Iterator[Row]:
    """Give the rows of legal entities."""
    for entity in LEGAL_ENTITIES:
        yield {
            "id": demo_key(f"legal_entity:{entity.handle}"),
            "organisation_id": organisation_key(entity.organisation),
            "name": entity.name,
            "code": entity.code,
            "source": entity.source,
            "added_at": FIRST_DAY,
        }


def agreement_rows() -> Iterator[Row]:
    """Give the rows of agreements."""
    for agreement in AGREEMENTS:
        signing = next((each for each in agreement.history if each[0] == "SIGNED"), None)
        signed_at, signed_by = (signing[1], signing[2]) if signing else (None, None)
        yield {
            "id": demo_key(f"agreement:{agreement.handle}"),
            "organisation_id": organisation_key(_OWNER_OF_ENTITY[agreement.legal_entity]),
            "legal_entity_id": demo_key(f"legal_entity:{agreement.legal_entity}"),
            "version": agreement.version,
            "status": agreement.history[-1][0],
            "offered_at": instant(agreement.history[0][1]),
            "signed_at": instant(signed_at) if signed_at else None,
            "signed_by": _NAMES[signed_by] if signed_by else None,
            "signed_by_id": user_key(signed_by) if signed_by else None,
            "revision": 1,
        }


def agreement_event_rows() -> Iterator[Row]:
    """Give the rows of what happened to agreements."""
    for agreement in AGREEMENTS:
        for status, moment, person in agreement.history:
            yield {
                "id": demo_key(f"agreement_event:{agreement.handle}:{status}"),
                "agreement_id": demo_key(f"agreement:{agreement.handle}"),
                "organisation_id": organisation_key(_OWNER_OF_ENTITY[agreement.legal_entity]),
                "status": status,
                "at": instant(moment),
                "by": _NAMES[person] if person else None,
            }


def invitation_rows() -> Iterator[Row]:
    """Give the rows of invitations."""
    for invitation in INVITATIONS:
        yield {
            "id": demo_key(f"invitation:{invitation.email}"),
            "organisation_id": organisation_key(invitation.organisation),
            "email": invitation.email,
            "email_sort": ascii_lower(invitation.email),
            "name": invitation.name,
            "role": invitation.role,
            "status": "PENDING",
            "invited_at": _INVITED,
            "expires_at": _INVITATION_EXPIRES,
            "revision": 1,
        }
