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
    row has no `holds` and stays on the path; where it is false the answer is PRECONDITION with its
    `reason`. What has to hold besides, and is settled before any row is read, is `given`: a mixed
    condition is an AND of two.
    """

    name: str
    reads: Reads
    sentence: str
    source: str
    holds: Callable[[Fingerprint], bool] | None = None
    given: Condition | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Refuse a condition that is settled in the wrong place."""
        if (self.holds is not None) != (self.reads in {"principal", "grant"}):
            raise ValueError(
                f"The condition {self.name} reads the {self.reads}; exactly those that read the "
                "principal or a grant have a predicate."
            )
        if (self.reason is None) is self.stays:
            raise ValueError(
                f"The condition {self.name} reads the {self.reads}; exactly those that read the "
                "parent or a row have a reason to answer with."
            )
        if self.given is not None and self.given.stays:
            raise ValueError(f"The condition {self.name} is given what only a row can tell.")

    @property
    def stays(self) -> bool:
        """Whether the database has to test it: it reads the parent or the row."""
        return self.holds is None

    def admits(self, shape: Shape, fingerprint: Fingerprint) -> bool:
        """Whether it lets this shape of the fingerprint through; what `stays` lets all through."""
        if self.given is not None and not self.given.admits(shape, fingerprint):
            return False
        if self.holds is None:
            return True
        return self.holds(fingerprint if self.reads == "principal" else (shape,))


def _not_only_aan(fingerprint: Fingerprint) -> bool:
    accounts = {s.role for s in fingerprint if s.role.startswith("employer_account.")}
    return accounts != {"employer_account.aan"}


def _manages_ilr(fingerprint: Fingerprint) -> bool:
    return all("MANAGE_ILR" in shape.attributes for shape in fingerprint)


def _manages_ilr_in_classic(fingerprint: Fingerprint) -> bool:
    return all({"MANAGE_ILR", "CLASSIC"} <= set(shape.attributes) for shape in fingerprint)


_MANAGE_ILR_IN_CLASSIC = Condition(
    "manage_ilr_in_classic",
    "grant",
    "With the permission Manage ILR and access to classic",
    "D4-26",
    _manages_ilr_in_classic,
)

_ALL = (
    Condition(
        "not_only_aan",
        "principal",
        "Not for a person whose employer account roles are all AAN",
        "A02",
        _not_only_aan,
    ),
    Condition(
        "non_levy",
        "parent",
        "Applicable to non-levy paying employers only",
        "D0-14",
        reason="LEVY_ACCOUNT",
    ),
    Condition("manage_ilr", "grant", "With the permission Manage ILR", "D4-26", _manages_ilr),
    _MANAGE_ILR_IN_CLASSIC,
    Condition(
        "verified_ilr_in_classic",
        "row",
        "With the permission Manage ILR and access to classic, once the ILR is QA verified",
        "D4-28",
        given=_MANAGE_ILR_IN_CLASSIC,
        reason="ILR_NOT_QA_VERIFIED",
    ),
)

CONDITIONS: dict[str, Condition] = {condition.name: condition for condition in _ALL}
"""Every condition by its name."""
