"""The ladder that every command climbs: the action held at all, the row in sight, held there.

Which rung refuses tells a caller no more than they may know: a hidden row and an unknown one are
answered alike, from the same statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import strawberry

from authz.decision import Never, Where
from engine import ids
from engine.by_id import NOT_FOUND
from engine.decider import Decider, refusal
from engine.errors import Refusal
from engine.fetch import Fetch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from authz.decision import Decision
    from authz.policy import Policy
    from authz.principal import Identity, Principal
    from db.database import Database
    from db.statements import Statement
    from engine.catalogue import Catalogue, Entity, Field
    from engine.specs import Command


class Fetching(Protocol):
    """A connection that reads: outside a transaction or inside one."""

    async def fetch(self, statement: Statement, params: Mapping[str, object]) -> list[Any]:
        """Run a compiled statement."""
        ...


@dataclass(slots=True)
class Call:
    """One command asked for: its field, its input, and who asks; `statements` are counted."""

    place: Field
    spec: Command
    given: Any
    identity: Identity
    request_id: str
    statements: int = 0
    user: str | None = None
    """The caller's User, once the grants were read or the command has made one."""

    @property
    def actions(self) -> tuple[str, ...]:
        """The command's action and those of every input field that was given."""
        definition = self.spec.given.__strawberry_definition__  # type: ignore[attr-defined]
        rules = (
            f.metadata["action"]
            for f in definition.fields
            if getattr(self.given, f.python_name) is not strawberry.UNSET
        )
        return tuple(dict.fromkeys((self.place.guarded.action, *rules)))


@dataclass(frozen=True, slots=True)
class Aim:
    """The row acted on, and the organisation that is locked for it."""

    entity: Entity
    key: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Decides a call by the policy, for a principal at an instant."""

    catalogue: Catalogue
    policy: Policy
    database: Database

    async def climb(
        self, call: Call, principal: Principal, now: int, fetching: Fetching
    ) -> Aim | None:
        """Climb the ladder: the action held at all, the row in sight, the action held there."""
        decider = Decider(self.policy, principal.fingerprint)
        decisions = {action: decider.decide(action) for action in call.actions}
        for action, decision in decisions.items():
            if isinstance(decision, Never):
                raise self._forbidden(call, action)
        target = call.spec.target
        if target is None:
            return None
        entity = self.catalogue.entities[target.entity]
        key = _key(call, entity)
        fetch = Fetch(entity, "id", None, (*decisions, entity.read), self.database)
        lock = fetch.column(target.lock)
        read = _probes(fetch, decider.decide(entity.read))
        acts = {action: _probes(fetch, decision) for action, decision in decisions.items()}
        decided = fetch.by_key()
        given = decided.parameters(principal, {"keys": [key], "now": now})
        rows = await fetching.fetch(decided.statement, given)
        if not rows or not any(_reaches(rows[0], p) for p in (read, *acts.values())):
            raise Refusal("NOT_FOUND", NOT_FOUND, input=_input_name(target.argument))
        for action, probes in acts.items():
            if not _reaches(rows[0], probes):
                raise self._forbidden(call, action)
        return Aim(entity, key, rows[0][lock])

    def _forbidden(self, call: Call, action: str) -> Refusal:
        message, coordinate, details = refusal(self.policy, call.place.coordinate, action)
        return Refusal("FORBIDDEN", message, coordinate=coordinate, **details)


def _key(call: Call, entity: Entity) -> str:
    target = call.spec.target
    assert target is not None  # noqa: S101 - only then is there a key
    name = _input_name(target.argument)
    prefix, key = ids.decode(getattr(call.given, target.argument), name)
    if prefix != entity.prefix:
        raise ids.malformed(name, entity.name)
    return key


def named(call: Call) -> tuple[str | None, str | None]:
    """Return type and key of what a refused command named, whether or not it exists."""
    target = call.spec.target
    if target is None:
        return None, None
    try:
        return target.entity, ids.decode(getattr(call.given, target.argument), "")[1]
    except Refusal:
        return target.entity, None


def _input_name(argument: str) -> str:
    head, *rest = argument.split("_")
    return "input." + head + "".join(part.title() for part in rest)


_EVERY: tuple[int, ...] = (0,)
"""The key's own place, which is never false: a decision that needs no path."""


def _probes(fetch: Fetch, decision: Decision) -> tuple[int, ...]:
    if isinstance(decision, Never):
        return ()
    if not isinstance(decision, Where):
        return _EVERY
    return tuple(fetch.probe(p) for p in decision.paths if fetch.entity.has_scope(p.scope))


def _reaches(row: Sequence[Any], probes: tuple[int, ...]) -> bool:
    return any(row[at] for at in probes)
