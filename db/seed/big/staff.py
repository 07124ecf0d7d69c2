"""The organisations of the generated world, their accounts, staff and empty caseloads."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from db import models
from db.base import Base
from db.models.apprentice_records.caseloads import CASELOAD_KINDS
from db.seed.big.measured import ASSIGNED, KEPT, KEPT_KINDS, ORDINARY, Holding
from db.seed.big.names import FIRST_NAMES, LAST_NAMES
from db.types import encode_key, fold, initials

Row = dict[str, object]

FIRST_DAY = 1_704_067_200_000  # 2024-01-01

_RECORDS_PER_ORGANISATION = 250
_FEWEST_ORGANISATIONS = 20
_PEOPLE_PER_ORGANISATION = 10

# Of ten organisations, by kind; each of their people takes the next role of the kind.
_KINDS = ("EMPLOYER",) * 7 + ("TRAINING_PROVIDER",) * 2 + ("EPAO",)
_ROLES = {
    "EMPLOYER": (
        "employer_account.owner",
        "employer_account.transactor",
        "employer_account.viewer",
        "employer_account.aan",
    ),
    "TRAINING_PROVIDER": (
        "record_assignment.training_manager",
        "record_assignment.training_coordinator",
        "inspection_access.tutor",
        "training_provider.provider_user",
    ),
    "EPAO": (
        "record_assignment.epao_admin",
        "record_assignment.assessor",
        "record_assignment.senior_assessor",
    ),
}


@dataclass(frozen=True, slots=True)
class Load:
    """A caseload of the generated world; `assigner` is the first person of its organisation."""

    id: str
    kind: str
    organisation: str
    owner: str
    assigner: str


class Staff:
    """Everything of the generated world but the records, in memory: it is a twentieth of it."""

    def __init__(self, records: int, seed: int) -> None:
        """Make the organisations that suit the number of records, and their people."""
        self.records = records
        self._random = Random(f"{seed}:staff")  # noqa: S311 - repeatable, not secret
        self._rows: dict[type[Base], list[Row]] = defaultdict(list)
        self.by_kind: dict[str, list[str]] = defaultdict(list)
        self.kept: dict[str, list[str]] = defaultdict(list)
        self.loads: dict[str, list[Load]] = defaultdict(list)
        self._first: dict[str, str] = {}
        count = max(_FEWEST_ORGANISATIONS, records // _RECORDS_PER_ORGANISATION)
        for number in range(count):
            kind = _KINDS[number % len(_KINDS)]
            self.by_kind[kind].append(self._organisation(number, kind))
        for number, kind in enumerate(KEPT_KINDS, count):
            self.kept[kind].append(self._organisation(number, kind))
        places = [(key, kind) for kind, keys in self.by_kind.items() for key in keys]
        for number in range(count * _PEOPLE_PER_ORGANISATION):
            key, kind = places[number % count]
            roles = _ROLES[kind]
            self._person(f"user{number}", [(key, roles[number // count % len(roles)])])
        measured = {
            subject: self._person(subject, _held(holdings, organisations))
            for people, organisations in ((ORDINARY, self.by_kind), (KEPT, self.kept))
            for subject, holdings in people.items()
        }
        employer = self.by_kind["EMPLOYER"][0]
        self.assigned = self._caseload(
            "SUBCONTRACTOR", employer, measured[ASSIGNED], self._first[employer]
        )

    def tables(self) -> Iterator[tuple[type[Base], list[Row]]]:
        """Give the tables and their rows in the order in which they can be written."""
        for model in (
            models.Organisation,
            models.EmployerAccount,
            models.User,
            models.RoleGrant,
            models.PayeScheme,
            models.LegalEntity,
            models.Agreement,
            models.AgreementEvent,
            models.Caseload,
        ):
            yield model, self._rows[model]

    def key(self) -> str:
        """Give the next key."""
        return encode_key(self._random.randbytes(16))

    def _organisation(self, number: int, kind: str) -> str:
        key = self.key()
        title = kind.replace("_", " ").capitalize() if kind != "EPAO" else kind
        name = f"{title} {number:05}"
        self._rows[models.Organisation].append(
            {
                "id": key,
                "kind": kind,
                "name": name,
                "name_sort": fold(name),
                "status": "OPEN",
                "ukprn": None if kind == "EMPLOYER" else f"{20_000_000 + number}",
                "revision": 1,
            }
        )
        if kind == "EMPLOYER":
            self._account(number, key, name)
        return key

    def _account(self, number: int, organisation: str, name: str) -> None:
        common = {"organisation_id": organisation, "name": name, "added_at": FIRST_DAY}
        levy = self._random.choice(("LEVY", "NON_LEVY"))
        self._rows[models.EmployerAccount].append(
            {"id": self.key(), "organisation_id": organisation, "levy_status": levy}
        )
        self._rows[models.PayeScheme].append(
            common | {"id": self.key(), "reference": f"200/{number:07}"}
        )
        entity = common | {"id": self.key(), "code": f"{number:08}", "source": "COMPANIES_HOUSE"}
        self._rows[models.LegalEntity].append(entity)
        agreement = {
            "id": self.key(),
            "organisation_id": organisation,
            "legal_entity_id": entity["id"],
            "version": 1,
            "status": "PENDING",
            "offered_at": FIRST_DAY,
            "revision": 1,
        }
        self._rows[models.Agreement].append(agreement)
        self._rows[models.AgreementEvent].append(
            {
                "id": self.key(),
                "agreement_id": agreement["id"],
                "organisation_id": organisation,
                "status": "PENDING",
                "at": FIRST_DAY,
            }
        )

    def _person(self, subject: str, held: list[tuple[str, str]]) -> str:
        user = self.key()
        name = f"{self._random.choice(FIRST_NAMES)} {self._random.choice(LAST_NAMES)}"
        self._rows[models.User].append(
            {
                "id": user,
                "subject": subject,
                "email": f"{subject}@example.test",
                "email_sort": f"{subject}@example.test",
                "name": name,
                "name_sort": fold(name),
                "initials": initials(name),
                "status": "ACTIVE",
            }
        )
        for organisation, role in held:
            self._rows[models.RoleGrant].append(
                {
                    "id": self.key(),
                    "user_id": user,
                    "organisation_id": organisation,
                    "role": role,
                    "system": role.partition(".")[0],
                    "caseload_kind": CASELOAD_KINDS.get(role),
                    "starts_at": FIRST_DAY,
                    "permissions": "",
                    "revision": 1,
                }
            )
            assigner = self._first.setdefault(organisation, user)
            if kind := CASELOAD_KINDS.get(role):
                self.loads[organisation].append(self._caseload(kind, organisation, user, assigner))
        return user

    def _caseload(self, kind: str, organisation: str, owner: str, assigner: str) -> Load:
        load = Load(self.key(), kind, organisation, owner, assigner)
        self._rows[models.Caseload].append(
            {"id": load.id, "kind": kind, "organisation_id": organisation, "owner_id": owner}
        )
        return load


def _held(
    holdings: tuple[Holding, ...], organisations: Mapping[str, list[str]]
) -> list[tuple[str, str]]:
    return [
        (organisation, role)
        for kind, which, role in holdings
        for organisation in organisations[kind][which]
    ]
