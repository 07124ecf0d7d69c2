"""The ladder that every command climbs: held at all, in sight, held there, condition met.

Which rung refuses tells a caller no more than they may know: a hidden row and an unknown one are
answered alike, from the same statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import strawberry

from authz.decision import Never, Where
from engine import ids
from engine.by_id import NOT_FOUND
from engine.decider import Decider, refusal, unmet
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


_VERSION = "if_version"
"""The input field with the version that an edit was made of."""


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
    def asked(self) -> tuple[tuple[str, str | None], ...]:
        """The command's action, and action and name of every input field that was given.

        What names the row and its version is no field to be edited.
        """
        definition = self.spec.given.__strawberry_definition__  # type: ignore[attr-defined]
        aiming = {_VERSION, self.spec.target.argument if self.spec.target else None}
        rules = (
            (f.metadata["action"], None if f.python_name in aiming else _camel(f.python_name))
            for f in definition.fields
            if getattr(self.given, f.python_name) is not strawberry.UNSET
        )
        return tuple(dict.fromkeys(((self.place.guarded.action, None), *rules)))


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
        """Climb the ladder, or raise the Refusal of the rung that refuses."""
        decider = Decider(self.policy, principal.fingerprint)
        decisions = {asked: decider.decide(*asked) for asked in call.asked}
        for (action, _), decision in decisions.items():
            if isinstance(decision, Never):
                raise self._forbidden(call, action)
        target = call.spec.target
        if target is None:
            return None
        entity = self.catalogue.entities[target.entity]
        key = _key(call, entity)
        actions = dict.fromkeys((*(action for action, _ in decisions), entity.read))
        fetch = Fetch(entity, "id", None, tuple(actions), self.database)
        lock = fetch.column(target.lock)
        read = _ways(fetch, decider.decide(entity.read))
        acts = [(action, _ways(fetch, decision)) for (action, _), decision in decisions.items()]
        decided = fetch.by_key()
        given = decided.parameters(principal, {"keys": [key], "now": now})
        rows = await fetching.fetch(decided.statement, given)
        if not rows or not (_opens(rows[0], read) or any(_reached(rows[0], w) for _, w in acts)):
            raise Refusal("NOT_FOUND", NOT_FOUND, input=_input_name(target.argument))
        for action, ways in acts:
            if not _reached(rows[0], ways):
                raise self._forbidden(call, action)
        for action, ways in acts:
            if not _opens(rows[0], ways):
                raise self._unmet(call, action, _reached(rows[0], ways))
        return Aim(entity, key, rows[0][lock])

    def _forbidden(self, call: Call, action: str) -> Refusal:
        message, coordinate, details = refusal(self.policy, call.place.coordinate, action)
        return Refusal("FORBIDDEN", message, coordinate=coordinate, **details)

    def _unmet(self, call: Call, action: str, ways: list[_Way]) -> Refusal:
        condition = next(way.name for way in ways if way.name is not None)
        message, coordinate, details = unmet(self.policy, call.place.coordinate, action, condition)
        return Refusal("PRECONDITION", message, coordinate=coordinate, **details)


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
    return "input." + _camel(argument)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


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
        if p.scope in entity.scopes and (p.when is None or p.when in entity.conditions)
    )


def _reached(row: Sequence[Any], ways: Sequence[_Way]) -> list[_Way]:
    """Return the ways that lead to a row, whatever their conditions say."""
    return [way for way in ways if row[way.probe]]


def _opens(row: Sequence[Any], ways: Sequence[_Way]) -> bool:
    """Tell whether a way leads to a row under a condition that holds, or under none."""
    return any(way.condition is None or row[way.condition] for way in _reached(row, ways))
