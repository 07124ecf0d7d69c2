"""Who may see which row of the lab, decided one value at a time from the matrices; no SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lab.oracle.scopes import CONDITIONS_OF_THE_PARENT, SCOPES, STANDING, meets
from lab.policy import lab_policy
from oracle.decide import Principal, principal_of
from oracle.world import Row, World

SIGNED_IN = "signed_in"
Verdict = bool | str
"""Whether something may be read, or the name of the condition that it waits for."""


@dataclass(frozen=True)
class Way:
    """One way to rows: a grant's role and permissions, a scope, and what must hold of the row."""

    role: str
    permissions: frozenset[str]
    scope: str
    when: str | None
    places: frozenset[str]

    @property
    def shape(self) -> tuple[object, ...]:
        """The way without its places: all that a plan may know of it."""
        return self.role, self.permissions, self.scope, self.when


@cache
def _cells() -> Mapping[str, tuple[Any, ...]]:
    """The filled cells of each action, from the matrices as they are published."""
    found: dict[str, list[Any]] = {action: [] for action in lab_policy().actions}
    for line in lab_policy().lines():
        if line.effect == "allow":
            found[line.action].append(line)
    return {action: tuple(lines) for action, lines in found.items()}


class Judge:
    """Decides for one caller at one instant; an unknown action is an error."""

    def __init__(self, world: World, subject: str, now: int) -> None:
        self.world = world
        self.principal: Principal = principal_of(world, subject, now)
        self._ways: dict[tuple[str, str], tuple[Way, ...]] = {}
        self._shapes: dict[tuple[str, frozenset[str]], set[str]] = {}
        if self.principal.signed_in:
            self._shapes[SIGNED_IN, frozenset()] = set()
        for grant in self.principal.grants:
            shape = grant["role"], frozenset(grant["permissions"].split())
            self._shapes.setdefault(shape, set()).add(grant["organisation_id"])

    def ways(self, action: str, field: str) -> tuple[Way, ...]:
        """Return the ways by which the caller holds an action for a field, whatever the row."""
        if (action, field) not in self._ways:
            self._ways[action, field] = tuple(self._find(action, field))
        return self._ways[action, field]

    def never(self, action: str, field: str) -> bool:
        """Say whether no way at all is held, so that nothing need be read."""
        return not self.ways(action, field)

    def verdict(self, action: str, field: str, table: str, row: Row) -> Verdict:
        """Return whether a value may be read, or the condition that it waits for."""
        waiting: str | None = None
        for way in self.ways(action, field):
            scope = SCOPES.get((table, way.scope))
            if way.scope != "everything" and (
                scope is None or not scope.covers(self.principal, way.places, row, self.world)
            ):
                continue
            if way.when is None or meets(way.when, table, row, self.world):
                return True
            waiting = way.when
        return waiting or False

    def gate(
        self, action: str, field: str, child: str, by: str, parent: str, row: Row, key: object
    ) -> Verdict:
        """Return whether a relation may be asked of this parent, or the condition it waits for."""
        waiting: str | None = None
        for way in self.ways(action, field):
            scope = SCOPES.get((child, way.scope))
            anchored = scope is not None and scope.column == by
            if anchored and key not in scope.keys(self.principal, way.places):
                continue
            of_parent = way.when in CONDITIONS_OF_THE_PARENT
            if not of_parent or meets(str(way.when), parent, row, self.world):
                return True
            waiting = way.when
        return waiting or False

    def _find(self, action: str, field: str) -> list[Way]:
        found = []
        for line in _cells()[action]:
            if line.fields and field not in line.fields:
                continue
            for (role, permissions), places in self._shapes.items():
                if role != line.role:
                    continue
                standing = STANDING.get(line.when)
                if standing is None:
                    when = line.when
                elif standing(self._shapes, permissions):
                    when = None
                else:
                    continue
                found.append(Way(role, permissions, line.scope, when, frozenset(places)))
        return found
