"""What the plain path refuses: each field for the source that it is asked of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authz.decision import Never
from engine.decider import Decider, unmet
from engine.declare.kinds import Relation
from engine.errors import Refusal
from engine.execution.gates import Opening
from engine.plain.rows import PlainRow
from engine.planning.authorization import gate_of

if TYPE_CHECKING:
    from authz.decision import Decision
    from authz.policy import Policy
    from authz.rows.principal import Principal
    from engine.catalogue import Catalogue, Field


class PlainGuard:
    """Decides for one principal, once for each action and once for each gate."""

    def __init__(self, catalogue: Catalogue, policy: Policy, principal: Principal) -> None:
        """Start with no decision taken."""
        self._catalogue = catalogue
        self._policy = policy
        self._principal = principal
        self._openings: dict[str, Opening | None] = {}
        self.decider = Decider(policy, principal.fingerprint)

    def place(self, owner: str, name: str) -> Field | None:
        """Return a field that stands under an action of its own, None for one of a value."""
        entity = self._catalogue.entities.get(owner)
        if entity is not None:
            return entity.fields.get(name)
        return self._catalogue.sums.get(owner, self._roots(owner)).get(name)

    def refusal(self, place: Field, source: object) -> Refusal | None:
        """Return why a field is refused for a source, or None."""
        if place.guarded.kind.of_any_type:
            return None  # the type of the id decides
        action = place.guarded.action
        at_root = self._catalogue.roots.get(place.name) is place
        decision = self.decider.decide(action) if at_root else self.decider.of_field(place)
        target = self._catalogue.rows_of(place)
        failed: str | bool = isinstance(decision, Never)
        if target is not None and isinstance(self.decider.decide(target.read), Never):
            failed = True
        if not failed and isinstance(source, PlainRow):
            failed = self._failed(place, decision, source)
        if isinstance(failed, str):
            message, where, details = unmet(self._policy, place.coordinate, action, failed)
            return Refusal("PRECONDITION", message, coordinate=where, **details)
        return self.forbidden(place.coordinate, action) if failed else None

    def forbidden(self, coordinate: str, action: str) -> Refusal:
        """Return the refusal of an action that is not held."""
        message, where, details = self.decider.refusal(coordinate, action)
        return Refusal("FORBIDDEN", message, coordinate=where, **details)

    def _roots(self, owner: str) -> dict[str, Any]:
        query = self._catalogue.schema.query_type
        return self._catalogue.roots if query is not None and query.name == owner else {}

    def _failed(self, place: Field, decision: Decision, source: PlainRow) -> str | bool:
        """Return whether a field is withheld from a row: False, True, or a condition's name."""
        kind = place.guarded.kind
        if not isinstance(kind, Relation):
            return source.failed(decision)
        if kind.points:
            return False
        if kind.by is not None and not kind.part:
            entity = self._catalogue.rows_of(place)
            assert entity is not None  # noqa: S101 - the audit holds it
            if place.coordinate not in self._openings:
                gate = gate_of(self.decider, source.entity, entity, kind.by, decision)
                opening = gate.opening(self._principal) if gate is not None else None
                self._openings[place.coordinate] = opening
            passing = self._openings[place.coordinate]
            if passing is None:
                return False
            return passing.failed(source.values[kind.on], source.met.__contains__)
        return source.failed(decision)
