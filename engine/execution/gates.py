"""Gates: a relation is decided at its parent, before any row that hangs on it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from authz.decision import Path
    from authz.rows.principal import Principal
    from engine.catalogue import Entity
    from engine.errors import Withheld
    from engine.execution.guards import Mask
    from engine.execution.hints import Row


class Opening:
    """What a gate lets through for one principal."""

    def __init__(self) -> None:
        """Start shut."""
        self._everywhere: set[str | None] = set()
        self._held: dict[object, set[str | None]] = {}

    def add(self, condition: str | None, keys: Sequence[object] | None) -> None:
        """Let parents through under a condition, or under none: all, or those of some keys."""
        if keys is None:
            self._everywhere.add(condition)
        for key in keys or ():
            self._held.setdefault(key, set()).add(condition)

    def failed(self, key: object, holds: Callable[[str], Any]) -> str | bool:
        """Return whether a parent is shut out, by its key: False, True, or a condition's name.

        A name is that of a condition under which it would pass, and which is false.
        """
        ways = self._everywhere | self._held.get(key, set())
        if None in ways:
            return False
        conditions = sorted(way for way in ways if way is not None)
        if any(holds(condition) for condition in conditions):
            return False
        return conditions[0] if conditions else True


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides a relation at its parent: which parents' keys go to the child's statement.

    Of the paths that hold the relation's action, one anchored on the parent's key counts only for
    the parents where its shape is held; any other counts for every parent. A condition that reads
    the parent has to hold there.
    """

    entity: Entity
    by: str
    paths: tuple[Path, ...]
    conditions: frozenset[str]

    @property
    def shuts(self) -> bool:
        """Whether some parent may be shut out: no path passes whatever the parent is."""
        bounds = ((path, self.entity.scopes.of(path)) for path in self.paths)
        return all(
            bound is None or bound.anchor == self.by or path.when in self.conditions
            for path, bound in bounds
        )

    def opening(self, principal: Principal) -> Opening:
        """Return what passes for a principal."""
        opening = Opening()
        for path in self.paths:
            bound = self.entity.scopes.of(path)
            if bound is None:
                continue
            condition = path.when if path.when in self.conditions else None
            anchored = bound.anchor == self.by
            opening.add(condition, bound.values(principal, path) if anchored else None)
        return opening


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gate in a plan: where a parent's key and conditions stand, and what stands for refusals.

    What is part of the parent has a `mask` in place of a gate.
    """

    gate: Gate | None
    key: int
    conditions: Mapping[str, int]
    forbidden: Withheld
    unmet: Mapping[str, Withheld]
    mask: Mask | None = None

    def refusals(self, rows: Sequence[Row], principal: Principal) -> list[Withheld | None]:
        """Return what stands for the relation of each parent, None where it passes."""
        if self.mask is not None:
            return [self.mask.refusal(row) for row in rows]
        if self.gate is None:
            return [None] * len(rows)
        opening = self.gate.opening(principal)
        return [self._refusal(opening, row) for row in rows]

    def _refusal(self, opening: Opening, row: Row) -> Withheld | None:
        failed = opening.failed(row[self.key], lambda name: row[self.conditions[name]])
        if isinstance(failed, str):
            return self.unmet[failed]
        return self.forbidden if failed else None
