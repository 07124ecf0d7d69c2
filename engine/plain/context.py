"""The plain path: the same schema on graphql-core, one generic loader for every relation.

It answers introspection and whatever the planner does not plan, and Strawberry evaluates the
permission classes. A row carries its reach, so a field is decided where it is resolved.
"""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any

import strawberry

from authz.decision import Never
from engine import ids
from engine.declare.kinds import (
    Aggregate,
    Aggregated,
    AllowedActions,
    AnyOf,
    ById,
    Caller,
    Can,
    Card,
    Column,
    Computed,
    Derived,
    Download,
    Facet,
    Identifier,
    NodeById,
    NodesByIds,
    NoneOf,
    Paged,
    Preview,
    Shown,
    Static,
    ToMany,
    ToOne,
)
from engine.documents.variables import arguments_of
from engine.errors import Refusal
from engine.execution.aggregates import Totals
from engine.execution.links import may_act
from engine.execution.previews import previewed
from engine.plain.guard import PlainGuard
from engine.plain.loading import PlainLoading
from engine.plain.nodes import PlainNodes, at, named
from engine.plain.rows import PlainRow
from engine.values import UnknownValueError, decoder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import FieldNode
    from strawberry.types import Info

    from authz.policy import Policy
    from engine.catalogue import Catalogue, Field
    from engine.execution.run import Run


class PlainContext:
    """The context of one operation: decides for the permission classes and resolves each kind."""

    def __init__(self, catalogue: Catalogue, policy: Policy, run: Run) -> None:
        """Start with no decision taken and no row loaded."""
        self._catalogue = catalogue
        self._run = run
        self._guard = PlainGuard(catalogue, policy, run.principal)
        self.decider = self._guard.decider
        self._loading = PlainLoading(catalogue, self.decider, run)
        self._nodes = PlainNodes(catalogue, self._guard, self._loading, run)
        self._resolved = 0
        self._places: dict[tuple[str | int, ...], str] = {}
        self._asked: dict[tuple[str | int, ...], tuple[Field, object]] = {}

    def refusal(self, action: str, source: object, info: Info[Any, Any]) -> Refusal | None:
        """Return why a field is refused for this source, or None."""
        del action
        place = self._place(info)
        self._places[tuple(info.path.as_list())] = place.coordinate
        return self._guard.refusal(place, source)

    def asked(self, owner: str, name: str, source: object, path: list[str | int]) -> None:
        """Keep what a field with arguments is asked of, in case these are wrong."""
        place = self._guard.place(owner, name)
        if place is not None:
            self._asked[tuple(path)] = (place, source)

    def wrongly_asked(self, path: Sequence[str | int] | None) -> tuple[str | None, Refusal | None]:
        """Return the coordinate of a field whose arguments are wrong, and why it is refused."""
        asked = self._asked.get(tuple(path or ()))
        if asked is None:
            return None, None
        place, source = asked
        return place.coordinate, self._guard.refusal(place, source)

    @property
    def exhausted(self) -> bool:
        """Whether more was resolved than an answer may hold; nothing further is loaded then."""
        return self._resolved > self._run.limits.positions

    def was_resolved(self, path: Sequence[str | int] | None) -> bool:
        """Tell whether a position's resolver ran: graphql-core coerces the arguments before."""
        at = tuple(path or ())
        while at and isinstance(at[-1], int):  # an item of a list has no resolver of its own
            at = at[:-1]
        return at in self._places

    def coordinate(self, path: Sequence[str | int] | None) -> str | None:
        """Return the coordinate of the guarded field that a position lies at or below."""
        at = tuple(path or ())
        above = (at[:length] for length in range(len(at), 0, -1))
        return next((self._places[path] for path in above if path in self._places), None)

    def resolve(self, source: Any, info: Info[Any, Any], given: Mapping[str, Any]) -> Any:
        """Return the value of a field that is allowed, or an awaitable of it."""
        place = self._place(info)
        self._places[tuple(info.path.as_list())] = place.coordinate
        self._resolved += 1
        if self.exhausted:
            raise at(place.coordinate, Refusal("RESPONSE_TOO_LARGE", "The answer is too large."))
        try:
            value = self._value(place, source, given, info)
        except Refusal as refused:
            raise at(place.coordinate, refused) from None
        return named(place.coordinate, value) if isawaitable(value) else value

    def _value(
        self, place: Field, source: Any, given: Mapping[str, Any], info: Info[Any, Any]
    ) -> Any:
        spec = place.guarded.spec
        [node, *_] = info._raw_info.field_nodes  # noqa: SLF001 - Strawberry has no other name
        if isinstance(spec, Paged):
            return self._loading.paged(place, spec, source, node)
        if isinstance(spec, Aggregate):
            return self._loading.totals(place, spec, source, node)
        if isinstance(source, Totals):
            assert isinstance(spec, Aggregated)  # noqa: S101 - see Declarations.aggregates
            return source.sums[spec.column]
        if isinstance(spec, Can):
            sent = given.get("organisation_id")
            names = {
                "organisationId": None if sent is strawberry.UNSET else sent,
                "action": given["action"],
            }
            alone = self._catalogue.actions_alone
            return may_act(self.decider, self._run.principal, names, alone)
        if isinstance(source, PlainRow):
            return self._of_row(place, source, node)
        return self._of_root(place, given)

    def _of_row(self, place: Field, row: PlainRow, node: FieldNode) -> Any:
        spec = place.guarded.spec
        if place.guarded.watched:
            self._run.seen.add(place, row.values["id"])
        if isinstance(spec, Identifier):
            return ids.encode(row.entity.prefix or "", row.values["id"])
        if isinstance(spec, Computed):
            return self._loading.computed(place, spec).load(row)
        if isinstance(spec, (Card, Derived, NoneOf, Shown)):
            return (row.cards if isinstance(spec, Card) else row.shown)[place.name]
        if isinstance(spec, (AnyOf, Facet, ToMany, ToOne)):
            return self._related(place, spec, row, node)
        if isinstance(spec, (AllowedActions, Download, Preview)):
            return self._for_caller(place, spec, row, node)
        assert isinstance(spec, Column)  # noqa: S101 - the audit admits no other kind on a row
        return decoder(place.definition.type)(row.values[spec.name])

    def _related(
        self, place: Field, spec: AnyOf | Facet | ToMany | ToOne, row: PlainRow, node: FieldNode
    ) -> Any:
        if isinstance(spec, AnyOf):
            return self._any_of(place, spec, row, node)
        if isinstance(spec, ToOne):
            return self._loading.one(place, row.values[spec.on])
        return self._loading.hanging(place, spec).load(row.values[spec.on])

    def _any_of(self, place: Field, spec: AnyOf, row: PlainRow, node: FieldNode) -> Any:
        readable = set()
        for name in spec.types.values():
            read = self._catalogue.entities[name].read
            if isinstance(self.decider.decide(read), Never):
                refused = self.decider.forbidden(place.coordinate, read, node)
                self.decider.notes.refuse_type(name, refused)
            else:
                readable.add(name)
        key, kind = row.values[spec.on], row.values[spec.kind]
        if key is None or kind is None:
            return None
        if kind not in spec.types:
            raise UnknownValueError
        name = spec.types[kind]
        entity = self._catalogue.entities[name]
        return self._loading.one(place, key, entity) if name in readable else None

    def _for_caller(
        self,
        place: Field,
        spec: AllowedActions | Download | Preview,
        row: PlainRow,
        node: FieldNode,
    ) -> Any:
        if isinstance(spec, Preview):
            given = arguments_of(place, node, self._run.variables)
            return previewed(spec, place.guarded.action, row.values, given, self._run)
        if isinstance(spec, Download):
            run, key = self._run, row.values["id"]
            return run.downloads.offer(spec.kind, key, run.principal.subject, run.now)
        return self._allowed_actions(place, row)

    def _allowed_actions(self, place: Field, row: PlainRow) -> list[Any]:
        decode, found = decoder(place.definition.type), []
        for action in self._catalogue.actions_on(row.entity.name):
            decision = self.decider.decide(action)
            if row.failed(decision) is False:
                found.append(decode(action))
        return found

    def _of_root(self, place: Field, given: Mapping[str, Any]) -> Any:
        spec = place.guarded.spec
        if isinstance(spec, Static):
            return spec.load(**given)
        if isinstance(spec, AllowedActions):
            decode, alone = decoder(place.definition.type), self._catalogue.actions_alone
            held = (a for a in alone if not isinstance(self.decider.decide(a), Never))
            return [decode(action) for action in held]
        if isinstance(spec, Caller):
            return self._loading.one(place, self._run.principal.user)
        if isinstance(spec, NodesByIds):
            return self._nodes.several(place, given["ids"])
        assert isinstance(spec, (ById, NodeById))  # noqa: S101 - nor at the root
        return self._nodes.one(place, given["id"])

    def _place(self, info: Info[Any, Any]) -> Field:
        raw = info._raw_info  # noqa: SLF001 - Strawberry has no other name for it
        place = self._guard.place(raw.parent_type.name, raw.field_name)
        assert place is not None  # noqa: S101 - every guarded field stands under an action
        return place
