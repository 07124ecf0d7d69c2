"""People of the generated world to measure with, who see equally many rows at every size."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Holding = tuple[str, slice, str]
"""A kind of organisation, which of them, and the role that is held at each."""

_ORGANISATIONS = 20

KEPT_KINDS = ("EMPLOYER", "TRAINING_PROVIDER", "EPAO") * 2
"""Organisations whose records are kept apart: no other record belongs to them."""

_KEPT = 1_200
_KEPT_ONE_IN = 8
_ASSIGNED_ONE_IN = 16
_ASSIGNED_EACH = 15

ASSIGNED = "bench-assigned"
"""Who sees 300 records of ordinary organisations, by a caseload."""

_FIRST, _SECOND, _BOTH = slice(0, 1), slice(1, 2), slice(0, 2)
_MANY = slice(0, _ORGANISATIONS)

ORDINARY: dict[str, tuple[Holding, ...]] = {
    "bench-owner": (("EMPLOYER", _MANY, "employer_account.owner"),),
    "bench-viewer": (("EMPLOYER", _MANY, "employer_account.viewer"),),
    ASSIGNED: (("EMPLOYER", _MANY, "employer_account.transactor"),),
}
"""Who holds one role in twenty ordinary organisations."""

KEPT: dict[str, tuple[Holding, ...]] = {
    "bench-one-path": (("EMPLOYER", _BOTH, "employer_account.owner"),),
    "bench-five-paths": (
        ("EMPLOYER", _BOTH, "employer_account.owner"),
        ("TRAINING_PROVIDER", _FIRST, "training_provider.provider_user"),
        ("TRAINING_PROVIDER", _SECOND, "record_assignment.training_coordinator"),
        ("EPAO", _FIRST, "record_assignment.epao_admin"),
        ("EPAO", _SECOND, "record_assignment.assessor"),
    ),
}
"""Who holds roles in the organisations that are kept apart."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kept record belongs, by index into the kept organisations; None is elsewhere."""

    employer: int | None
    provider: int | None
    epao: int | None


class KeptRecords:
    """Which of all records are kept apart: one in eight of the first 9,600.

    They lie among the others, and equally close together at every size; in a smaller world there
    are fewer of them.
    """

    def __init__(self, records: int) -> None:
        """Choose them by their numbers."""
        self._count = min(_KEPT, records // _KEPT_ONE_IN)

    def place(self, number: int) -> Place | None:
        """Return where the record of a number belongs, None for an ordinary one.

        Five in six are at the two employers; at each provider and each EPAO is one in five.
        """
        index, apart = divmod(number, _KEPT_ONE_IN)
        if apart or index >= self._count:
            return None
        fifth = index % 5
        return Place(
            employer=index % 2 if index % 6 != 5 else None,  # noqa: PLR2004 - as the docstring says
            provider=fifth if fifth in {0, 1} else None,
            epao=fifth - 2 if fifth in {2, 3} else None,
        )


class AssignedRecords:
    """Which records are in the one caseload: of each employer one in sixteen, up to fifteen."""

    def __init__(self, employers: Sequence[str]) -> None:
        """Choose among the records of the employers that bench-assigned holds a role at."""
        self._employers = frozenset(employers[_MANY])
        self._seen: Counter[str] = Counter()

    def takes(self, employer: str) -> bool:
        """Tell whether the next record of an employer is one of them."""
        if employer not in self._employers:
            return False
        self._seen[employer] += 1
        index, apart = divmod(self._seen[employer], _ASSIGNED_ONE_IN)
        return not apart and index <= _ASSIGNED_EACH
