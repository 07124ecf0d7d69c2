"""Who sees which rows of the lab, worked out by hand: in plain Python, of the rows as they were put in."""

from __future__ import annotations

from lab import rows

RECORDS = list(rows.record_rows())
EVERY = range(len(RECORDS))
NOTES = list(rows.note_rows())

# Sam owns Cherry, is a superuser of Prov Two, has a caseload, an area, and learns himself.
SAM = [
    n
    for n in EVERY
    if n % 5 == 2 or (n // 5) % 3 == 1 or n % 5 == 0 or n % 4 in {1, 2} or n % 7 == 2
]
CHERRY = [n for n in EVERY if n % 5 == 2]
"""The records of Cherry: what they cost is for its Owner, be it Sam or Cora."""
# Dan is a Transactor of Birch, a Viewer of Dogwood, and sees the higher levels at Prov.
DAN = [n for n in EVERY if n % 5 in {1, 3} or ((n // 5) % 3 == 0 and n % 8 >= 4)]


def codes(numbers) -> list[str]:
    return [f"R-{n:02}" for n in numbers]


def cost(n: int) -> int | None:
    return RECORDS[n]["cost"]
