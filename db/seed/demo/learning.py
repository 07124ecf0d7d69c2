"""What apprentices of the demo world have learnt, handed in, and been told of it."""

from collections.abc import Iterator
from typing import NamedTuple

from db.seed.demo.fixed import Row, demo_key, instant, record_key, user_key
from db.seed.demo.records import RECORDS, RECORDS_OF_THE_SCENARIOS

_PLANNED_HOURS = 400
_VERIFIED = (1, 2, 3)
"""The records whose ILR has been QA verified."""
_APPRENTICESHIPS = 36


class _Piece(NamedTuple):
    """A piece of evidence: when it came, how it stands, and what it says."""

    kind: str
    title: str
    moment: str
    status: str
    content: str


_PIECES = (
    _Piece(
        "ASSIGNMENT",
        "Planning a week of work",
        "2025-10-13T16:20",
        "ACCEPTED",
        "I listed the jobs of the week, put those first that others wait for, and checked on "
        "Wednesday what had slipped. Two jobs moved to the next week; I told both customers.",
    ),
    _Piece(
        "REFLECTION",
        "What I would do differently",
        "2025-11-24T12:05",
        "REFERRED",
        "I asked for help too late. Next time I shall ask once I have tried for an hour.",
    ),
    _Piece(
        "OBSERVATION",
        "Handing over at the end of a shift",
        "2026-01-19T09:40",
        "SUBMITTED",
        "Observed for thirty minutes: a clear hand-over, questions answered, notes signed.",
    ),
)
_SAID = (
    ("tina", "2025-10-20T10:00", "Well planned. Say next time how you chose the order."),
    ("tina", "2025-12-01T15:30", "Honest. Add an example, then hand it in again."),
)


def _numbers() -> range:
    return range(1, RECORDS + 1)


def _pieces(number: int) -> tuple[_Piece, ...]:
    """Return what a record has: all of it in the scenarios, one piece in the background."""
    return _PIECES if number <= RECORDS_OF_THE_SCENARIOS else _PIECES[:1]


def training_rows() -> Iterator[Row]:
    """Give the rows of progress."""
    for number in _numbers():
        yield {
            "id": demo_key(f"training:r{number}"),
            "record_id": record_key(number),
            "progress_percent": 20 + number % 50,
            "planned_hours": _PLANNED_HOURS,
            "logged_hours": 60 + number,
            "next_review_on": f"2026-12-{1 + number % 28:02}",
            "revision": 1,
        }


def evidence_rows() -> Iterator[Row]:
    """Give the rows of evidence."""
    for number in _numbers():
        for piece in _pieces(number):
            yield {
                "id": demo_key(f"evidence:r{number}:{piece.kind}"),
                "record_id": record_key(number),
                "title": piece.title,
                "kind": piece.kind,
                "status": piece.status,
                "submitted_at": instant(piece.moment),
                "content": piece.content,
            }


def feedback_rows() -> Iterator[Row]:
    """Give the rows of feedback; that of the background comes from somebody without a User."""
    for number in _numbers():
        known = number <= RECORDS_OF_THE_SCENARIOS
        for handle, moment, text in _SAID if known else _SAID[:1]:
            yield {
                "id": demo_key(f"feedback:r{number}:{moment}"),
                "record_id": record_key(number),
                "by": handle.capitalize() if known else "Terry Vale",
                "by_id": user_key(handle) if known else None,
                "at": instant(moment),
                "text": text,
            }


def ilr_rows() -> Iterator[Row]:
    """Give the rows of ILRs: those of L1, L2 and L3 are verified."""
    for number in _numbers():
        verified = number in _VERIFIED
        yield {
            "id": demo_key(f"ilr:r{number}"),
            "record_id": record_key(number),
            "learn_ref_number": f"LRN{number:06}",
            "funding_model": _APPRENTICESHIPS,
            "planned_end_on": "2027-08-31",
            "actual_end_on": None,
            "completion_status": "CONTINUING",
            "outcome": None,
            "withdraw_reason": None,
            "delivery_postcode": f"ZZ{number % 90 + 1} 1AA",
            "qa_verified_at": instant("2026-05-04T11:30") if verified else None,
            "qa_verified_by_id": user_key("sue") if verified else None,
            "revision": 1,
        }
