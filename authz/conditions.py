"""The closed set of conditions that a matrix row can name, and what each of them reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from authz.decision import Fingerprint, Shape

Reads = Literal["principal", "grant", "parent", "row"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A named `when`: what it reads, what it says, and the rule or reading it comes from.

    One that reads the principal or the grant is settled by `holds` before any row is read: of the
    principal it is given every shape, of a grant that one alone. One that reads the parent or the
    row has no `holds` and stays on the path.
    """

    name: str
    reads: Reads
    sentence: str
    source: str
    holds: Callable[[Fingerprint], bool] | None = None

    def __post_init__(self) -> None:
        """Refuse a condition that is settled in the wrong place."""
        if (self.holds is not None) != (self.reads in {"principal", "grant"}):
            raise ValueError(
                f"The condition {self.name} reads the {self.reads}; exactly those that read the "
                "principal or a grant have a predicate."
            )

    @property
    def stays(self) -> bool:
        """Whether the database has to test it: it reads the parent or the row."""
        return self.holds is None

    def admits(self, shape: Shape, fingerprint: Fingerprint) -> bool:
        """Whether it lets this shape of the fingerprint through; what `stays` lets all through."""
        if self.holds is None:
            return True
        return self.holds(fingerprint if self.reads == "principal" else (shape,))


def _not_only_aan(fingerprint: Fingerprint) -> bool:
    accounts = {s.role for s in fingerprint if s.role.startswith("employer_account.")}
    return accounts != {"employer_account.aan"}


_ALL = (
    Condition(
        "not_only_aan",
        "principal",
        "Not for a person whose employer account roles are all AAN",
        "A02",
        _not_only_aan,
    ),
    Condition("non_levy", "parent", "Applicable to non-levy paying employers only", "D0-14"),
)

CONDITIONS: dict[str, Condition] = {condition.name: condition for condition in _ALL}
"""Every condition by its name."""
