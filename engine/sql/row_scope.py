"""Scopes of a statement: which rows of a type it is about, before any of them is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authz.decision import Path, Where
    from engine.catalogue import Entity
    from engine.sql.sort_order import OfRow


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows of a type: those that a path of each of `within` reaches, where all else holds."""

    entity: Entity
    within: tuple[Where, ...]
    where: tuple[OfRow, ...] = ()

    def narrowed(self, within: Sequence[Where], where: Sequence[OfRow]) -> Scope:
        """Return the rows that satisfy more besides."""
        return Scope(self.entity, (*self.within, *within), (*self.where, *where))

    @property
    def narrows(self) -> bool:
        """Whether a row must satisfy more than the paths that find it."""
        return bool(self.where or self.driving()[1])

    def driving(self) -> tuple[Where | None, tuple[Where, ...]]:
        """Return whose paths find the rows, and what each row must satisfy besides.

        Paths that are among another's satisfy the other by themselves.
        """
        unlike = tuple(dict.fromkeys(self.within))
        needed = [w for w in unlike if not any(set(o.paths) < set(w.paths) for o in unlike)]
        if not needed:
            return None, ()
        first = min(needed, key=lambda where: len(where.paths))
        return first, tuple(where for where in needed if where is not first)

    def paths(self) -> tuple[Path, ...]:
        """Return the paths that find the rows; a scope that means nothing here finds none."""
        driving, _ = self.driving()
        return tuple(p for p in driving.paths if self.entity.knows(p)) if driving else ()
