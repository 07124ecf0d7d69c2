"""A plan in words: what the parts that compile it make of each field, for one fingerprint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, get_named_type, parse

from asking import Desk
from authz.decision import Decision, Fingerprint, Never, Path, Shape, Where
from engine.catalogue import Entity, Field
from engine.decider import Decider
from engine.declare.commands import Command
from engine.documents.selections import Collector
from engine.kinds.aggregate import Aggregate
from engine.kinds.allowed_actions import AllowedActions
from engine.kinds.connection import Paged
from engine.kinds.rows_of_parent import Facet, ToMany
from engine.kinds.static import Static
from engine.kinds.to_one import ToOne
from engine.planning.authorization import gate_of, mask_of
from engine.sql.row_query import Fetch


class Line(NamedTuple):
    """One field: where it stands, what becomes of it, and the decision of its action."""

    field: str
    treated: str
    action: str
    paths: tuple[Path, ...] = ()


def held(fingerprint: Fingerprint) -> str:
    """The shapes that somebody holds."""
    return ", ".join(map(_shape, fingerprint)) or "nothing"


def explained(
    desk: Desk, document: str, variables: dict[str, Any], fingerprint: Fingerprint
) -> Iterator[Line]:
    """Every field that a document asks for under these variables, as it is planned."""
    walk = _Walk(desk, document, variables, fingerprint)
    for operation in walk.operations:
        root = walk.catalogue.schema.get_root_type(operation.operation)
        yield from walk.fields(operation.selection_set, root.name, None, 0)


class _Walk:
    def __init__(
        self, desk: Desk, document: str, variables: dict[str, Any], fingerprint: Fingerprint
    ) -> None:
        definitions = parse(document).definitions
        self.catalogue = desk.engine.catalogue
        self.operations = [d for d in definitions if not isinstance(d, FragmentDefinitionNode)]
        self._database = desk.database
        self._decider = Decider(desk.policy, fingerprint)
        self._fragments = {
            d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)
        }
        self._collector = Collector(self.catalogue, self._fragments, variables)

    def fields(self, selection: Any, owner: str, fetch: Fetch | None, depth: int) -> Iterator[Line]:
        for node in selection.selections if selection else ():
            if not self._collector._counts(node):  # noqa: SLF001 -- what is switched off is not planned
                continue
            if not isinstance(node, FieldNode):
                spread = isinstance(node, FragmentSpreadNode)
                found = self._fragments[node.name.value] if spread else node
                on = found.type_condition.name.value if found.type_condition else owner
                yield from self.fields(found.selection_set, on, self._entered(on, fetch), depth)
            elif (place := self._place(owner, node.name.value)) is not None:
                yield from self._field(node, place, fetch, depth)
            elif not node.name.value.startswith("__"):  # a part of a connection or of a value
                kind = self.catalogue.schema.type_map[owner].fields[node.name.value].type
                below = get_named_type(kind).name
                yield from self.fields(node.selection_set, below, fetch, depth)

    def _field(
        self, node: FieldNode, place: Field, fetch: Fetch | None, depth: int
    ) -> Iterator[Line]:
        name, below = "  " * depth + place.coordinate, get_named_type(place.definition.type).name
        entity, action = self.catalogue.rows_of(place), getattr(place.guarded, "action", None)
        if action is None:
            yield Line(name, "by the id's type", "")
            yield from self.fields(node.selection_set, below, None, depth + 1)
            return
        decision = self._decider.decide(action) if fetch is None else self._decider.of_field(place)
        if entity is not None and isinstance(self._decider.decide(entity.read), Never):
            action, decision = entity.read, self._decider.decide(entity.read)
        treated = self._treated(place, decision, fetch)
        shown = () if treated in {"rows in sight", "every row"} else _paths(decision)
        if isinstance(place.guarded.kind, AllowedActions):
            yield from self._choices(name, place, fetch)
            return
        yield Line(name, treated, action, shown)
        if isinstance(decision, Never):
            return
        rows = None if entity is None else self._fetch(place, entity, action, decision)
        if rows is not None:
            for needed, within in self._within(rows, action).items():
                rows_of = f"{'  ' * depth}  rows of {entity.name}"
                yield Line(rows_of, "on a path of" if within else "all", needed, within)
        yield from self.fields(node.selection_set, below, rows, depth + 1)

    def _treated(self, place: Field, decision: Decision, fetch: Fetch | None) -> str:
        spec = place.guarded.kind
        if isinstance(decision, Never):
            return "never"
        if isinstance(spec, Command):
            return "by the ladder"
        if isinstance(spec, Static):
            return "from memory"
        if fetch is None or isinstance(spec, ToOne):
            return "rows in sight"
        part = isinstance(spec, (Facet, ToMany, Paged)) and spec.part
        if isinstance(spec, (Aggregate, Facet, ToMany, Paged)) and not part:
            gate = gate_of(
                self._decider, fetch.entity, self.catalogue.rows_of(place), spec.by, decision
            )
            return f"gated by {spec.by}" if gate else "every parent"
        mask = mask_of(self._decider, fetch, place, decision, None)
        return "every row" if mask is None else "masked"

    def _choices(self, name: str, place: Field, fetch: Fetch) -> Iterator[Line]:
        """Each action that may be among the allowed ones, under a mask of its own."""
        yield Line(name, "every row", place.guarded.action)
        for action in self.catalogue.actions_on(fetch.entity.name):
            decision = self._decider.decide(action)
            if not isinstance(decision, Never):
                covered = isinstance(decision, Where) and fetch.covered_by(decision)
                treated = "named" if covered else "named where"
                yield Line(f"{name}  ", treated, action, _paths(decision))

    def _fetch(self, place: Field, entity: Entity, action: str, decision: Decision) -> Fetch:
        """The rows that a field leads to, within its own action and their type's read action."""
        key = getattr(place.guarded.kind, "by", None) or "id"
        decisions = {entity.read: self._decider.decide(entity.read), action: decision}
        return Fetch(entity, key, decisions, tuple(decisions), self._database)

    def _within(self, fetch: Fetch, action: str) -> dict[str, tuple[Path, ...]]:
        """By each action the paths on one of which a row must lie; nothing where all rows do."""
        needed = dict.fromkeys((action, fetch.entity.read))
        decisions = zip(needed, (fetch.scope[-1], fetch.scope[0]), strict=False)
        return {name: _paths(d) for name, d in decisions}

    def _entered(self, on: str, fetch: Fetch | None) -> Fetch | None:
        entity = self.catalogue.entities.get(on)
        if entity is None or (fetch is not None and fetch.entity is entity):
            return fetch
        read = self._decider.decide(entity.read)
        if isinstance(read, Never):
            return None
        return Fetch(entity, "id", {entity.read: read}, (entity.read,), self._database)

    def _place(self, owner: str, name: str) -> Field | None:
        catalogue = self.catalogue
        entity = catalogue.entities.get(owner)
        known = {
            "Query": catalogue.roots,
            "Mutation": catalogue.commands,
            **catalogue.payloads,
            **catalogue.sums,
        }
        return (entity.fields if entity else known.get(owner, {})).get(name)


def _paths(decision: Decision) -> tuple[Path, ...]:
    return decision.paths if isinstance(decision, Where) else ()


def path_words(path: Path) -> str:
    """A path as its shape, its scope and its condition."""
    when = f" when {path.when}" if path.when else ""
    return f"{_shape(path.shape)} × {path.scope}{when}"


def _shape(shape: Shape) -> str:
    return shape.role + "".join(f"+{attribute}" for attribute in shape.attributes)
