"""The apprentice records of the generated world, and which of them are in whose caseload."""

from collections.abc import Iterator
from datetime import date
from random import Random

from db.seed.big.measured import AssignedRecords, KeptRecords
from db.seed.big.names import FIRST_NAMES, LAST_NAMES
from db.seed.big.staff import FIRST_DAY, Load, Row, Staff
from db.types import encode_key, fold

_ONE_IN_BIG = 12  # one record in twelve belongs to the first employer
_ASSIGNED_TO_COORDINATOR = 0.4
_ASSIGNED_TO_ASSESSOR = 0.2
_WITH_EPAO = 0.8

_STANDARDS = (
    ("ST0116", "Software developer", 1_800_000),
    ("ST0118", "Data analyst", 1_500_000),
    ("ST0125", "Chef de partie", 900_000),
    ("ST0152", "Electrician", 2_300_000),
    ("ST0215", "Nursing associate", 1_500_000),
    ("ST0264", "Carpentry and joinery", 1_200_000),
    ("ST0384", "Team leader", 450_000),
)
_MODELS = ("REGULAR",) * 8 + ("PORTABLE_FLEXI_JOB", "FLEXI_JOB_AGENCY")
_STATUSES = (
    *("LIVE",) * 14,
    *("WAITING_TO_START",) * 2,
    *("COMPLETED",) * 2,
    "PAUSED",
    "STOPPED",
)
_FIRST_BIRTH = date(1985, 1, 1).toordinal()
_BIRTHS = 23 * 365
_FIRST_START = date(2023, 1, 1).toordinal()
_STARTS = 3 * 365
_SHORTEST = 365
_LONGER = 3 * 365


class RecordMaker:
    """Makes records one after the other; the same staff and seed give the same rows."""

    def __init__(self, staff: Staff, seed: int) -> None:
        """Start at the first record."""
        self._random = Random(f"{seed}:records")  # noqa: S311 - repeatable, not secret
        self._kept_random = Random(f"{seed}:kept")  # noqa: S311 - so that size changes no value
        self._staff = staff
        self._employers = staff.by_kind["EMPLOYER"]
        self._providers = staff.by_kind["TRAINING_PROVIDER"]
        self._epaos = staff.by_kind["EPAO"]
        self._kept = KeptRecords(staff.records)
        self._apart = frozenset(key for keys in staff.kept.values() for key in keys)
        self._assigned = AssignedRecords(self._employers)

    def record(self, number: int) -> Row:
        """Make the record with this number."""
        belongs = self._belongs(number)
        random = self._kept_random if self._kept.place(number) else self._random
        pick, below = random.choice, random.randrange
        first, last = pick(FIRST_NAMES), pick(LAST_NAMES)
        code, title, cost = pick(_STANDARDS)
        start = _FIRST_START + below(_STARTS)
        status = pick(_STATUSES)
        return {
            "id": encode_key(random.randbytes(16)),
            "reference": f"APP-{number:08}",
            **belongs,
            "first_name": first,
            "last_name": last,
            "last_name_sort": fold(f"{last} {first}"),
            "email": f"apprentice{number}@example.test",
            "date_of_birth": date.fromordinal(_FIRST_BIRTH + below(_BIRTHS)).isoformat(),
            "uln": f"{1_000_000_000 + number}",
            "ni_number": f"QQ{number:08}A",
            "standard_code": code,
            "standard_title": title,
            "standard_version": "1.0",
            "delivery_model": pick(_MODELS),
            "status": status,
            "start_date": date.fromordinal(start).isoformat(),
            "end_date": date.fromordinal(start + _SHORTEST + below(_LONGER)).isoformat(),
            "cost_pence": cost,
            "training_price_pence": cost - cost // 5,
            "assessment_price_pence": cost // 5,
        }

    def _belongs(self, number: int) -> Row:
        """Return the organisations of a record; those kept apart take the places they are given."""
        pick = self._random.choice
        row: Row = {
            "employer_id": self._employers[0]
            if number % _ONE_IN_BIG == 0
            else pick(self._employers),
            "provider_id": pick(self._providers),
            "epao_id": pick(self._epaos) if self._random.random() < _WITH_EPAO else None,
        }
        if place := self._kept.place(number):
            kept = self._staff.kept
            if place.employer is not None:
                row["employer_id"] = kept["EMPLOYER"][place.employer]
            if place.provider is not None:
                row["provider_id"] = kept["TRAINING_PROVIDER"][place.provider]
            if place.epao is not None:
                row["epao_id"] = kept["EPAO"][place.epao]
        return row

    def items(self, records: list[Row]) -> Iterator[Row]:
        """Assign some of the records to coordinators of the provider and assessors of the EPAO.

        All those of an organisation kept apart are assigned to whoever has a caseload there.
        """
        for record in records:
            for column, share in (
                ("provider_id", _ASSIGNED_TO_COORDINATOR),
                ("epao_id", _ASSIGNED_TO_ASSESSOR / _WITH_EPAO),
            ):
                organisation = str(record[column])
                loads = self._staff.loads.get(organisation)
                if loads and (self._random.random() < share or organisation in self._apart):
                    yield self._item(record, self._random.choice(loads))
            if self._assigned.takes(str(record["employer_id"])):
                yield self._item(record, self._staff.assigned)

    def _item(self, record: Row, load: Load) -> Row:
        return {
            "id": encode_key(self._random.randbytes(16)),
            "caseload_id": load.id,
            "record_id": record["id"],
            "kind": load.kind,
            "organisation_id": load.organisation,
            "owner_id": load.owner,
            "assigned_by_id": load.assigner,
            "assigned_at": FIRST_DAY,
        }
