"""The apprentice records of the demo world and who they are assigned to."""

from collections.abc import Iterator
from dataclasses import dataclass

from db.seed.demo.fixed import Row, demo_key, instant, organisation_key, record_key, user_key
from db.types import fold

RECORDS_OF_THE_SCENARIOS = 8
RECORDS = 60

_EMPLOYERS = ("alder",) * 3 + ("birch",) * 3 + ("cherry", "dogwood")
_LEARNERS_WITH_A_USER = 6
_STANDARDS = (
    ("ST0116", "Software developer", 1_800_000),
    ("ST0215", "Nursing associate", 1_500_000),
    ("ST0264", "Carpentry and joinery", 1_200_000),
    ("ST0384", "Team leader", 450_000),
)
_VERSIONS = ("1.0", "1.1")
_OPTIONS = {"ST0264": "Site carpenter"}
_FIRST_NAMES = ("Ada", "Bruno", "Chloë", "Dev", "Éloïse", "Femi", "Gwen", "Hamza", "Inés")
_LAST_NAMES = ("Ashdown", "Brook", "Castle", "Dale", "Easton", "Fenn", "O'Grady")


@dataclass(frozen=True, slots=True)
class DemoRecord:
    """Record number n; organisations and the apprentice are handles."""

    number: int
    employer: str
    provider: str
    epao: str | None
    apprentice: str | None
    first_name: str
    last_name: str

    @property
    def handle(self) -> str:
        """The name that the scenarios use: r1, r2 …"""
        return f"r{self.number}"

    @property
    def standard(self) -> tuple[str, str, int]:
        """Code and title of the standard, and the price of training and assessment in pence."""
        return _STANDARDS[self.number % len(_STANDARDS)]


def _named(number: int) -> DemoRecord:
    shared = number <= _LEARNERS_WITH_A_USER
    return DemoRecord(
        number=number,
        employer=_EMPLOYERS[number - 1],
        provider="prov",
        epao="epa" if shared else None,
        apprentice=f"l{number}" if shared else None,
        first_name=f"L{number}",
        last_name="Learner",
    )


def _background(number: int) -> DemoRecord:
    return DemoRecord(
        number=number,
        employer="elm",
        provider="prov-two",
        epao="epa-two",
        apprentice=None,
        first_name=_FIRST_NAMES[number % len(_FIRST_NAMES)],
        last_name=_LAST_NAMES[number % len(_LAST_NAMES)],
    )


def all_records() -> list[DemoRecord]:
    """Give R1 to R8 of the scenarios, then the background."""
    named = [_named(number) for number in range(1, RECORDS_OF_THE_SCENARIOS + 1)]
    rest = range(RECORDS_OF_THE_SCENARIOS + 1, RECORDS + 1)
    return named + [_background(number) for number in rest]


@dataclass(frozen=True, slots=True)
class DemoCaseload:
    """The records that one person is assigned in one kind, and who assigned them."""

    kind: str
    organisation: str
    owner: str
    records: tuple[int, ...]
    assigned_by: str


CASELOADS = (
    DemoCaseload("ASSESSOR", "epa", "ann", (1, 2), "ade"),
    DemoCaseload("ASSESSOR", "epa", "abe", (3,), "ade"),
    DemoCaseload("TRAINING_COORDINATOR", "prov", "kim", (1, 2), "max"),
    DemoCaseload("TRAINING_COORDINATOR", "prov", "robin", (7, 8), "max"),
    DemoCaseload("CASE_OWNER", "prov", "tina", (1, 2, 3, 4), "sue"),
    DemoCaseload("CASE_OWNER", "prov", "robin", (7,), "sue"),
)

_ASSIGNED = instant("2025-09-08T09:00")
_ASSESSMENT_SHARE = 5
_RISE = 50_000


def _apprentice_record(record: DemoRecord) -> Row:
    code, title, cost = record.standard
    assessment = cost // _ASSESSMENT_SHARE
    return {
        "id": record_key(record.number),
        "reference": f"APP-{record.number:04}",
        "apprentice_id": user_key(record.apprentice) if record.apprentice else None,
        "employer_id": organisation_key(record.employer),
        "provider_id": organisation_key(record.provider),
        "epao_id": organisation_key(record.epao) if record.epao else None,
        "first_name": record.first_name,
        "last_name": record.last_name,
        "last_name_sort": fold(f"{record.last_name} {record.first_name}"),
        "email": f"{record.apprentice or record.handle}@example.test",
        "date_of_birth": f"{2000 + record.number % 7}-{1 + record.number % 12:02}-15",
        "uln": f"99{record.number:08}",
        "ni_number": f"QQ{record.number:06}A",
        "standard_code": code,
        "standard_title": title,
        "standard_version": _VERSIONS[record.number % len(_VERSIONS)],
        "standard_option": _OPTIONS.get(code),
        "delivery_model": "REGULAR",
        "status": "LIVE",
        "start_date": "2025-09-01",
        "end_date": "2027-08-31",
        "pause_date": None,
        "stop_date": None,
        "completion_date": None,
        "cost_pence": cost,
        "training_price_pence": cost - assessment,
        "assessment_price_pence": assessment,
    }


def apprentice_record_rows() -> Iterator[Row]:
    """Give the rows of apprentice records."""
    return map(_apprentice_record, all_records())


def caseload_rows() -> Iterator[Row]:
    """Give the rows of caseloads."""
    for caseload in CASELOADS:
        yield {
            "id": demo_key(f"caseload:{caseload.kind}:{caseload.organisation}:{caseload.owner}"),
            "kind": caseload.kind,
            "organisation_id": organisation_key(caseload.organisation),
            "owner_id": user_key(caseload.owner),
        }


def caseload_item_rows() -> Iterator[Row]:
    """Give the rows of what is in them."""
    for caseload in CASELOADS:
        name = f"{caseload.kind}:{caseload.organisation}:{caseload.owner}"
        for number in caseload.records:
            yield {
                "id": demo_key(f"caseload_item:{name}:r{number}"),
                "caseload_id": demo_key(f"caseload:{name}"),
                "record_id": record_key(number),
                "kind": caseload.kind,
                "organisation_id": organisation_key(caseload.organisation),
                "owner_id": user_key(caseload.owner),
                "assigned_by_id": user_key(caseload.assigned_by),
                "assigned_at": _ASSIGNED,
            }


def price_episode_rows() -> Iterator[Row]:
    """Give the rows of prices: every third record's was agreed anew after half a year."""
    for record in all_records():
        _, _, cost = record.standard
        agreed: list[tuple[int, str, str | None]] = [(cost, "2025-09-01", None)]
        if record.number % 3 == 1:
            agreed = [(cost - _RISE, "2025-09-01", "2026-02-28"), (cost, "2026-03-01", None)]
        for price, start, end in agreed:
            assessment = price // _ASSESSMENT_SHARE
            yield {
                "id": demo_key(f"price_episode:r{record.number}:{start}"),
                "record_id": record_key(record.number),
                "from_date": start,
                "to_date": end,
                "cost_pence": price,
                "training_price_pence": price - assessment,
                "assessment_price_pence": assessment,
            }
