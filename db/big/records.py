"""The apprentice records of the generated world, and which of them are in whose caseload."""

from collections.abc import Iterator
from datetime import date
from random import Random

from db.big.names import FIRST_NAMES, LAST_NAMES
from db.big.staff import FIRST_DAY, Row, Staff
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
        self._staff = staff
        self._employers = staff.by_kind["EMPLOYER"]
        self._providers = staff.by_kind["TRAINING_PROVIDER"]
        self._epaos = staff.by_kind["EPAO"]

    def record(self, number: int) -> Row:
        """Make the record with this number."""
        pick = self._random.choice
        below = self._random.randrange
        first, last = pick(FIRST_NAMES), pick(LAST_NAMES)
        code, title, cost = pick(_STANDARDS)
        start = _FIRST_START + below(_STARTS)
        status = pick(_STATUSES)
        return {
            "id": encode_key(self._random.randbytes(16)),
            "reference": f"APP-{number:08}",
            "employer_id": self._employers[0]
            if number % _ONE_IN_BIG == 0
            else pick(self._employers),
            "provider_id": pick(self._providers),
            "epao_id": pick(self._epaos) if self._random.random() < _WITH_EPAO else None,
            "first_name": first,
            "last_name": last,
            "name_sort": fold(f"{last} {first}"),
            "email": f"apprentice{number}@example.test",
            "date_of_birth": date.fromordinal(_FIRST_BIRTH + below(_BIRTHS)).isoformat(),
            "uln": f"{1_000_000_000 + number}",
            "ni_number": f"QQ{number:08}A",
            "standard_code": code,
            "standard_title": title,
            "delivery_model": pick(_MODELS),
            "status": status,
            "start_date": date.fromordinal(start).isoformat(),
            "end_date": date.fromordinal(start + _SHORTEST + below(_LONGER)).isoformat(),
            "cost_pence": cost,
            "training_price_pence": cost - cost // 5,
            "assessment_price_pence": cost // 5,
        }

    def items(self, records: list[Row]) -> Iterator[Row]:
        """Assign some of the records to coordinators of the provider and assessors of the EPAO."""
        for record in records:
            for column, share in (
                ("provider_id", _ASSIGNED_TO_COORDINATOR),
                ("epao_id", _ASSIGNED_TO_ASSESSOR / _WITH_EPAO),
            ):
                loads = self._staff.loads.get(str(record[column]))
                if loads and self._random.random() < share:
                    load = self._random.choice(loads)
                    yield {
                        "id": encode_key(self._random.randbytes(16)),
                        "caseload_id": load.id,
                        "record_id": record["id"],
                        "kind": load.kind,
                        "assigned_by_id": load.assigner,
                        "assigned_at": FIRST_DAY,
                    }
