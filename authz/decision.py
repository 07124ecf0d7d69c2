"""The whole vocabulary between the policy and everything that asks it: Never, Always or Where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Shape:
    """A grant without ids: a role (`system.role`) and the attributes of it that policy reads."""

    role: str
    attributes: tuple[str, ...] = ()


Fingerprint = tuple[Shape, ...]
"""Every shape a principal holds, sorted and unique: all that a decision knows of a person."""


def canonical(shapes: Iterable[Shape]) -> Fingerprint:
    """Return the shapes as a fingerprint, the same one however they were gathered."""
    return tuple(sorted({Shape(s.role, tuple(sorted(set(s.attributes)))) for s in shapes}))


@dataclass(frozen=True, slots=True)
class Path:
    """One way to a row: a shape, the scope its rows lie in, and a condition on row or parent."""

    shape: Shape
    scope: str
    when: str | None = None

    @property
    def key(self) -> tuple[Shape, str, str]:
        """The order of paths; no condition comes before any."""
        return (self.shape, self.scope, self.when or "")

    def __lt__(self, other: Path) -> bool:
        """Order paths by shape, scope and condition."""
        return self.key < other.key


@dataclass(frozen=True, slots=True)
class Never:
    """No row and no value, whatever the database holds; the reason is a sentence to a person."""

    reason: str


@dataclass(frozen=True, slots=True)
class Always:
    """Every row and value: nothing is left to ask of the database."""


@dataclass(frozen=True, slots=True)
class Where:
    """The rows that lie on at least one of these paths, which are sorted, unique and some."""

    paths: tuple[Path, ...]

    def __post_init__(self) -> None:
        """Refuse an empty or unsorted set of paths: no path at all is Never, not Where."""
        if not self.paths or tuple(sorted(set(self.paths))) != self.paths:
            msg = f"Where needs sorted, unique paths and at least one, not {self.paths!r}."
            raise ValueError(msg)


Decision = Never | Always | Where
