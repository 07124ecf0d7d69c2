"""The people of the demo world and the roles they hold."""

from collections.abc import Iterator
from dataclasses import dataclass

from db.models.apprentice_records.caseloads import CASELOAD_KINDS
from db.seed.demo.fixed import FIRST_DAY, Row, avatar, demo_key, organisation_key, user_key
from db.types import ascii_lower, fold, initials


@dataclass(frozen=True, slots=True)
class Held:
    """A role held at an organisation, named by its handle, since the first day and without end."""

    role: str
    organisation: str
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A person; the handle is the name in lower case, and the token subject of who signs in."""

    name: str
    grants: tuple[Held, ...] = ()
    status: str = "ACTIVE"
    signs_in: bool = True
    pictured: bool = False

    @property
    def handle(self) -> str:
        """The name in lower case."""
        return self.name.lower()

    @property
    def email(self) -> str:
        """The address, in a domain that never exists."""
        return f"{self.handle}@example.test"


def _at(organisation: str, *roles: str) -> tuple[Held, ...]:
    return tuple(Held(role, organisation) for role in roles)


_EMPLOYERS = (
    Person("Olga", _at("alder", "employer_account.owner")),
    Person("Otis", _at("alder", "employer_account.owner")),
    Person(
        "Tariq",
        _at("alder", "employer_account.transactor") + _at("birch", "employer_account.owner"),
    ),
    Person("Vera", _at("alder", "employer_account.viewer")),
    Person("Aisha", _at("alder", "employer_account.aan")),
    Person("Eric", _at("alder", "inspection_access.employer_user")),
    Person("Tess", _at("birch", "employer_account.transactor")),
    Person("Vic", _at("birch", "employer_account.viewer")),
    Person("Ana", _at("birch", "employer_account.aan")),
    Person("Cora", _at("cherry", "employer_account.owner")),
    Person(
        "Robin",
        _at("cherry", "employer_account.viewer")
        + _at("dogwood", "employer_account.owner")
        + _at("prov", "record_assignment.training_coordinator", "inspection_access.tutor"),
    ),
    Person("Ellis", _at("elm", "employer_account.owner")),
)
_PROVIDER = (
    Person("Petra", _at("prov", "training_provider.provider_user")),
    Person("Tina", (Held("inspection_access.tutor", "prov", ("MANAGE_ILR",)),)),
    Person("Kim", _at("prov", "record_assignment.training_coordinator"), pictured=True),
    Person("Leo", _at("prov", "record_assignment.training_coordinator")),
    Person("Lou", _at("prov", "record_assignment.training_coordinator"), status="INVITED"),
    Person("Max", _at("prov", "record_assignment.training_manager")),
    Person("Sue", _at("prov", "inspection_access.superuser")),
)
_EPAO = (
    Person("Sam", _at("epa", "record_assignment.epao_super_admin")),
    Person("Ade", _at("epa", "record_assignment.epao_admin")),
    Person("Sen", _at("epa", "record_assignment.senior_assessor")),
    Person("Ann", _at("epa", "record_assignment.assessor"), pictured=True),
    Person("Abe", _at("epa", "record_assignment.assessor")),
    Person("Abi", _at("epa", "record_assignment.assessor"), status="INVITED"),
)
_REGISTER = (
    *(Person(f"Pat{n}", _at("north", "careers_register.partner")) for n in range(1, 6)),
    Person("Dan", _at("delta", "careers_register.sub_contractor")),
    Person("Eve", _at("north", "careers_register.enterprise_coordinator")),
    Person("Ewan", _at("north", "careers_register.enterprise_coordinator")),
    Person("Sid", _at("south", "careers_register.partner")),
    Person("Stan", _at("cec", "careers_register.cec_staff")),
    Person("Nia", _at("cec", "careers_register.network_operations")),
    Person("Alma", _at("cec", "careers_register.admin")),
    *(Person(f"EA{n}", signs_in=False) for n in range(1, 4)),
)
_TRAINING = (
    Person("Indy", _at("c1", "training_management.individual")),
    Person("Mona", _at("c1", "training_management.manager")),
    Person("Tia", _at("tp", "training_management.training_administrator")),
    Person("Sal", _at("tp", "training_management.super_administrator")),
)
_INSPECTORS = (
    Person("Ivy", status="INVITED"),
    Person("Art", status="INVITED"),
)
_LEARNERS = tuple(Person(f"L{n}", signs_in=False) for n in range(1, 7))

PEOPLE: tuple[Person, ...] = (
    *_EMPLOYERS,
    *_PROVIDER,
    *_EPAO,
    *_REGISTER,
    *_TRAINING,
    *_INSPECTORS,
    *_LEARNERS,
)


def user_rows() -> Iterator[Row]:
    """Give the rows of users."""
    for person in PEOPLE:
        yield {
            "id": user_key(person.handle),
            "subject": person.handle if person.signs_in else None,
            "email": person.email,
            "email_sort": ascii_lower(person.email),
            "name": person.name,
            "name_sort": fold(person.name),
            "initials": initials(person.name),
            "avatar": avatar(person.handle) if person.pictured else None,
            "status": person.status,
        }


def role_grant_rows() -> Iterator[Row]:
    """Give the rows of role grants."""
    for person in PEOPLE:
        for held in person.grants:
            yield {
                "id": demo_key(f"role_grant:{person.handle}:{held.organisation}:{held.role}"),
                "user_id": user_key(person.handle),
                "organisation_id": organisation_key(held.organisation),
                "role": held.role,
                "system": held.role.partition(".")[0],
                "caseload_kind": CASELOAD_KINDS.get(held.role),
                "starts_at": FIRST_DAY,
                "ends_at": None,
                "group_id": None,
                "permissions": " ".join(sorted(held.permissions)),
                "revision": 1,
            }
