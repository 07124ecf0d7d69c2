"""The rows of the lab's world, the same on every day: small primes see to it that all ways meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from db.seed.demo.fixed import FIRST_DAY, demo_key, organisation_key, user_key
from db.types import fold

Row = dict[str, Any]

RECORDS = 60
EMPLOYERS = ("alder", "birch", "cherry", "dogwood", "elm")
PROVIDERS = ("prov", "prov-two", "tp")
LEARNERS = ("vera", "eric", "sam", "olga", "l1", "l2", "l3")
REGIONS = ("NORTH", "SOUTH", "EAST", "WEST")
STATUSES = ("WAITING", "LIVE", "COMPLETED")
TITLES = (
    "Zoë", "zoe", "Émile", "emile", "ａｂｃ", "ABC", "a b", "a-b", "ß", "ss", "100% _\\sure", "ﬁn", "😀",
)  # fmt: skip
CASELOADS = {"ann": 4, "sam": 5, "vera": 7, "sen": 3}
"""Who looks after every n-th record."""
AREAS = {"north": ("NORTH", "EAST"), "south": ("SOUTH", "EAST")}
TERMS = {"alder": True, "birch": False, "cherry": True, "elm": False}
"""Dogwood and the providers were never asked."""
GRANTS = (
    ("tariq", "prov", "inspection_access.tutor", ""),
    ("tariq", "prov-two", "inspection_access.tutor", "MANAGE_ILR"),
    ("vera", "epa", "record_assignment.assessor", ""),
    ("robin", "north", "careers_register.partner", ""),
    ("eric", "birch", "employer_account.viewer", ""),
    ("eric", "elm", "employer_account.viewer", ""),
    ("sam", "cherry", "employer_account.owner", ""),
    ("sam", "prov-two", "inspection_access.superuser", ""),
    ("sam", "epa", "record_assignment.assessor", ""),
    ("sam", "south", "careers_register.partner", ""),
    ("nia", "cec", "careers_register.admin", ""),
    ("nia", "alder", "employer_account.viewer", ""),
    ("nia", "tp", "training_provider.provider_user", ""),
    ("nia", "prov", "inspection_access.superuser", ""),
    ("dan", "birch", "employer_account.transactor", ""),
    ("dan", "dogwood", "employer_account.viewer", ""),
    ("dan", "prov", "training_provider.provider_user", ""),
    ("vic", "south", "careers_register.partner", ""),
    ("vic", "prov", "inspection_access.tutor", "MANAGE_ILR"),
)
"""What the demo world's people hold besides, so that every kind of overlap occurs."""
DAY = 86_400_000


def key(kind: str, number: int) -> str:
    """The key of a row of the lab, by what it is and its number."""
    return demo_key(f"lab_{kind}:{number}")


def _every(number: int, step: int, found: Any) -> Any:
    """Nothing at every so many-th row."""
    return None if number % step == 0 else found


def record_rows() -> Iterator[Row]:
    for n in range(RECORDS):
        title, nickname = TITLES[n % len(TITLES)], _every(n, 3, TITLES[(n * 5) % len(TITLES)])
        yield {
            "id": key("record", n),
            "code": f"R-{n:02}",
            "employer_id": organisation_key(EMPLOYERS[n % 5]),
            "provider_id": organisation_key(PROVIDERS[(n // 5) % 3]),
            "learner_id": user_key(LEARNERS[n % 7]),
            "host_id": _every(n, 4, organisation_key(PROVIDERS[n % 3])),
            "vault_id": _every(n, 2, key("vault", n % 3)),
            "previous_id": _every(n, 6, key("record", n - 1)),
            "region": REGIONS[n % 4],
            "status": STATUSES[(n // 2) % 3],
            "level": n % 8,
            "title": title,
            "title_sort": fold(title),
            "nickname": nickname,
            "nickname_sort": None if nickname is None else fold(nickname),
            "cost": _every(n, 5, 100 * (n % 9)),
            "fee": _every(n, 7, 105 * n),
            "funded": _every(n, 4, n % 3 == 1),
            "outcome": _every(n, 3, n % 7 - 3),
            "assessed_at": _every(n, 4, FIRST_DAY + (n % 11) * DAY + n % 2),
            "ilr": _every(n, 5, f"ILR{n % 6}"),
            "email": f"learner{n}@example.test",
            "phone": _every(n, 3, f"+44 {n}"),
        }


def caseload_rows() -> Iterator[Row]:
    for owner, step in CASELOADS.items():
        for n in range(0, RECORDS, step):
            yield {
                "id": demo_key(f"lab_item:{owner}:{n}"),
                "owner_id": user_key(owner),
                "record_id": key("record", n),
            }


def area_rows() -> Iterator[Row]:
    for organisation, regions in AREAS.items():
        for region in regions:
            yield {
                "id": demo_key(f"lab_area:{organisation}:{region}"),
                "organisation_id": organisation_key(organisation),
                "region": region,
            }


def terms_rows() -> Iterator[Row]:
    for organisation, accepted in TERMS.items():
        yield {
            "id": demo_key(f"lab_terms:{organisation}"),
            "organisation_id": organisation_key(organisation),
            "accepted": accepted,
        }


def note_rows() -> Iterator[Row]:
    """Three notes on every second record; the second and the third reply to the first."""
    for n in range(90):
        record, place = (n // 3) * 2, n % 3
        yield {
            "id": key("note", n),
            "record_id": key("record", record),
            "organisation_id": organisation_key(EMPLOYERS[record % 5]),
            "author_id": user_key(LEARNERS[n % 7]),
            "reply_to_id": key("note", n - place) if place else None,
            "title": TITLES[(n * 3) % len(TITLES)],
            "body": _every(n, 4, f"Note {n}"),
            "weight": _every(n, 5, n % 4),
            "published": n % 3 != 1 or n % 4 == 0,
            "at": FIRST_DAY + (n % 10) * DAY,
        }


def review_rows() -> Iterator[Row]:
    for n in range(0, RECORDS, 2):
        yield {
            "id": key("review", n),
            "record_id": key("record", n),
            "organisation_id": organisation_key(PROVIDERS[(n // 5) % 3]),
            "grade": _every(n, 3, n % 5),
            "summary": f"Review {n}",
        }


def vault_rows() -> Iterator[Row]:
    for n, organisation in enumerate(("alder", "cherry", "prov")):
        yield {
            "id": key("vault", n),
            "organisation_id": organisation_key(organisation),
            "secret": f"Vault {n}",
        }


def event_rows() -> Iterator[Row]:
    """Events of all organisations that anybody may see events of, about things of all kinds."""
    places = (*EMPLOYERS, *PROVIDERS[:2])
    for n in range(42):
        kind, subject = _subject(n)
        about = ("record", key("record", n)) if n % 3 else ("note", key("note", n))
        yield {
            "id": key("event", n),
            "organisation_id": organisation_key(places[n % 7]),
            "subject_kind": kind,
            "subject_id": subject,
            "about_kind": _every(n, 8, about[0]),
            "about_id": _every(n, 8, about[1]),
            "text": f"Event {n}",
            "at": FIRST_DAY + (n % 5) * DAY,
        }


def _subject(n: int) -> tuple[str | None, str | None]:
    """A record, a person, a vault, nothing, or a record that there is no longer."""
    return (
        ("record", key("record", n)),
        ("person", user_key(LEARNERS[n % 7])),
        ("vault", key("vault", n % 3)),
        (None, None),
        ("record", demo_key("lab_record:gone")),
    )[n % 5]


def grant_rows() -> Iterator[Row]:
    for person, organisation, role, permissions in GRANTS:
        yield {
            "id": demo_key(f"lab_grant:{person}:{organisation}:{role}"),
            "user_id": user_key(person),
            "organisation_id": organisation_key(organisation),
            "role": role,
            "system": role.partition(".")[0],
            "starts_at": FIRST_DAY,
            "ends_at": None,
            "permissions": permissions,
            "revision": 1,
        }
