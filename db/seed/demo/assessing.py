"""The end-point assessments of the demo world: those records that have an EPAO."""

from collections.abc import Iterator

from db.seed.demo.fixed import Row, demo_key, record_key
from db.seed.demo.records import DemoRecord, all_records

_GRADED = 20
"""Every record of the background whose number this divides has been graded."""
_COMPONENTS = ("Knowledge test", "Professional discussion")


def _graded(record: DemoRecord) -> bool:
    return record.number == 1 or record.number % _GRADED == 0


def _assessed() -> Iterator[DemoRecord]:
    return (record for record in all_records() if record.epao is not None)


def end_point_assessment_rows() -> Iterator[Row]:
    """Give the rows of assessments: R1 is graded, R2 has passed the gateway."""
    for record in _assessed():
        graded = _graded(record)
        ready = graded or record.number % 2 == 0
        yield {
            "id": demo_key(f"end_point_assessment:{record.handle}"),
            "record_id": record_key(record.number),
            "gateway_status": "APPROVED" if ready else "IN_TRAINING",
            "gateway_on": "2026-06-15" if ready else None,
            "grade": "MERIT" if graded else None,
            "certificate_number": f"0004{record.number:04}" if graded else None,
            "revision": 1,
        }


def component_rows() -> Iterator[Row]:
    """Give the rows of components: every one that is graded passed one of them by a resit."""
    for record in _assessed():
        if not _graded(record):
            continue
        for name, attempt, day, outcome in (
            (_COMPONENTS[0], "FIRST", "2026-07-06", "FAIL"),
            (_COMPONENTS[1], "FIRST", "2026-07-07", "PASS"),
            (_COMPONENTS[0], "RESIT", "2026-08-03", "PASS"),
        ):
            yield {
                "id": demo_key(f"assessment_component:{record.handle}:{name}:{attempt}"),
                "record_id": record_key(record.number),
                "name": name,
                "attempt": attempt,
                "taken_on": day,
                "outcome": outcome,
            }
