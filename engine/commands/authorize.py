"""The ladder that every command climbs: held at all, in sight, held there, condition met.

Which rung refuses tells a caller no more than they may know: a hidden row and an unknown one are
answered alike, from the same statement.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from authz.decision import Never, Where
from engine.commands.calls import Aim, input_name, keys_of
from engine.decider import Decider, unmet
from engine.errors import NOT_FOUND, Refusal
from engine.sql.row_query import Fetch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from authz.decision import Decision
    from authz.rows.principal import Principal
    from db.drivers.statements import Statement
    from engine.application import Application
    from engine.commands.calls import Call
    from engine.declare.commands import Named, Target


class Fetching(Protocol):
    """A connection that reads: outside a transaction or inside one."""

    async def fetch(self, statement: Statement, params: Mapping[str, object]) -> list[Any]:
        """Run a compiled statement."""
        ...


@dataclass(frozen=True, slots=True)
class Ladder:
    """Decides a call by the policy, for a principal at an instant."""

    application: Application

    async def climb(
        self,
        call: Call,
        principal: Principal,
        now: int,
        fetching: Fetching,
        *,
        names: bool = False,
    ) -> Aim | None:
        """Return what the call aims at, None where it acts on nothing yet; or raise Refusal.

        Every row is put to a rung before any is put to the next one. The rows are read by one
        statement, whatever becomes of them; then, with `names`, what else the input names.
        """
        decider = Decider(self.application.policy, principal.fingerprint)
        decisions = {asked: decider.decide(*asked) for asked in call.asked}
        for (action, _), decision in decisions.items():
            if isinstance(decision, Never):
                raise self._forbidden(call, action, decider)
        target = call.spec.target
        if target is None:
            return None
        aim = await self._aimed(call, target, decider, decisions, principal, now, fetching)
        named = {
            other.argument: await self._found(call, other, decider, principal, now, fetching)
            for other in (call.spec.named if names else ())
        }
        return replace(aim, named=named)

    async def _aimed(
        self,
        call: Call,
        target: Target,
        decider: Decider,
        decisions: Mapping[tuple[str, str | None], Decision],
        principal: Principal,
        now: int,
        fetching: Fetching,
    ) -> Aim:
        entity = self.application.catalogue.entities[target.entity]
        keys = keys_of(call, target, entity, self.application.limits.ids)
        actions = dict.fromkeys((*(action for action, _ in decisions), entity.read))
        fetch = Fetch(entity, "id", None, tuple(actions), self.application.database)
        lock = fetch.column(call.lock_of(target))
        read = _ways(fetch, decider.decide(entity.read))
        acts = [(action, _ways(fetch, decision)) for (action, _), decision in decisions.items()]
        decided = fetch.by_key()
        given = decided.parameters(principal, {"keys": list(keys), "now": now})
        found = {row[0]: row for row in await fetching.fetch(decided.statement, given)}
        for key, name in keys.items():
            row = found.get(key)
            if row is None or not (_opens(row, read) or any(_reached(row, w) for _, w in acts)):
                raise Refusal("NOT_FOUND", NOT_FOUND, input=name)
        rows = [found[key] for key in keys]
        for action, ways in acts:
            if not all(_reached(row, ways) for row in rows):
                raise self._forbidden(call, action, decider)
        for action, ways in acts:
            for row in rows:
                if not _opens(row, ways):
                    raise self._unmet(call, action, _reached(row, ways))
        organisations = {row[lock] for row in rows}
        if len(organisations) > 1:
            name = input_name(target.argument)
            message = f"{name} names rows of several organisations; one is acted for at a time."
            raise Refusal("BAD_USER_INPUT", message, input=name, reason="MIXED_ORGANISATIONS")
        return Aim(entity, tuple(keys), organisations.pop(), {})

    async def _found(
        self,
        call: Call,
        other: Named,
        decider: Decider,
        principal: Principal,
        now: int,
        fetching: Fetching,
    ) -> tuple[str, ...]:
        """Return the keys that an input names; their rows have to lie on a path of the action."""
        entity = self.application.catalogue.entities[other.entity]
        keys = keys_of(call, other, entity, self.application.limits.ids)
        if not keys:
            return ()
        fetch = Fetch(entity, "id", None, (other.action,), self.application.database)
        ways = _ways(fetch, decider.decide(other.action))
        decided = fetch.by_key()
        given = decided.parameters(principal, {"keys": list(keys), "now": now})
        found = {row[0]: row for row in await fetching.fetch(decided.statement, given)}
        for key, name in keys.items():
            if key not in found or not _opens(found[key], ways):
                raise Refusal("NOT_FOUND", NOT_FOUND, input=name)
        return tuple(keys)

    @staticmethod
    def _forbidden(call: Call, action: str, decider: Decider) -> Refusal:
        message, coordinate, details = decider.refusal(call.place.coordinate, action)
        return Refusal("FORBIDDEN", message, coordinate=coordinate, **details)

    def _unmet(self, call: Call, action: str, ways: list[_Way]) -> Refusal:
        condition = next(way.name for way in ways if way.name is not None)
        message, coordinate, details = unmet(
            self.application.policy, call.place.coordinate, action, condition
        )
        return Refusal("PRECONDITION", message, coordinate=coordinate, **details)


class _Way(NamedTuple):
    """One way to a row: where its probe stands, and where its condition does, if it has one."""

    probe: int
    condition: int | None = None
    name: str | None = None


_EVERY = (_Way(0),)
"""The key's own place, which is never false: a decision that needs no path."""


def _ways(fetch: Fetch, decision: Decision) -> tuple[_Way, ...]:
    if isinstance(decision, Never):
        return ()
    if not isinstance(decision, Where):
        return _EVERY
    entity = fetch.entity
    return tuple(
        _Way(fetch.probe(p), fetch.condition(p.when) if p.when else None, p.when)
        for p in decision.paths
        if entity.knows(p) and (p.when is None or p.when in entity.conditions)
    )


def _reached(row: Sequence[Any], ways: Sequence[_Way]) -> list[_Way]:
    """Return the ways that lead to a row, whatever their conditions say."""
    return [way for way in ways if row[way.probe]]


def _opens(row: Sequence[Any], ways: Sequence[_Way]) -> bool:
    """Tell whether a way leads to a row under a condition that holds, or under none."""
    return any(way.condition is None or row[way.condition] for way in _reached(row, ways))
