"""The plain path: the same schema on graphql-core, one generic loader for every relation.

It answers introspection and whatever the planner does not plan, and Strawberry evaluates the
permission classes. A row carries its reach, so a field is decided where it is resolved.
"""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from graphql import ExecutionResult, execute

from authz.decision import Always, Never, Where
from engine import ids
from engine.by_id import NOT_FOUND
from engine.decider import Decider, refusal
from engine.errors import Refusal
from engine.links import gate_of, may_act
from engine.plain_loading import PlainLoading
from engine.plain_rows import PlainRow
from engine.specs import (
    AllowedActions,
    ById,
    Caller,
    Can,
    Column,
    Computed,
    Download,
    Facet,
    Identifier,
    NodeById,
    NodesByIds,
    Paged,
    Static,
    ToMany,
    ToOne,
)
from engine.values import decoder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

    from strawberry.types import Info

    from authz.decision import Decision
    from authz.policy import Policy
    from engine.catalogue import Catalogue, Field
    from engine.documents import Operation
    from engine.downloads import Offer
    from engine.run import Run


class PlainContext:
    """The context of one operation: decides for the permission classes and resolves each kind."""

    def __init__(self, catalogue: Catalogue, policy: Policy, run: Run) -> None:
        """Start with no decision taken and no row loaded."""
        self._catalogue = catalogue
        self._policy = policy
        self._run = run
        self.decider = Decider(policy, run.principal.fingerprint)
        self._loading = PlainLoading(catalogue, self.decider, run)
        self._resolved = 0
        self._places: set[tuple[str | int, ...]] = set()

    def refusal(self, action: str, source: object, info: Info[Any, Any]) -> Refusal | None:
        """Return why a field is refused for this source, or None."""
        place = self._place(info)
        self._places.add(tuple(info.path.as_list()))
        decision = self.decider.decide(action)
        target = self._catalogue.entities.get(place.target)
        allowed = not isinstance(decision, Never)
        if target is not None and isinstance(self.decider.decide(target.read), Never):
            allowed = False
        if allowed and isinstance(source, PlainRow):
            allowed = self._reaches(place, decision, source)
        return None if allowed else self._forbidden(place.coordinate, action)

    @property
    def exhausted(self) -> bool:
        """Whether more was resolved than an answer may hold; nothing further is loaded then."""
        return self._resolved > self._run.limits.positions

    def was_resolved(self, path: Sequence[str | int] | None) -> bool:
        """Tell whether a position's resolver ran: graphql-core coerces the arguments before."""
        return tuple(path or ()) in self._places

    def resolve(self, source: Any, info: Info[Any, Any], given: Mapping[str, Any]) -> Any:
        """Return the value of a field that is allowed, or an awaitable of it."""
        place = self._place(info)
        self._places.add(tuple(info.path.as_list()))
        self._resolved += 1
        if self.exhausted:
            raise _at(place.coordinate, Refusal("RESPONSE_TOO_LARGE", "The answer is too large."))
        try:
            value = self._value(place, source, given)
        except Refusal as refused:
            raise _at(place.coordinate, refused) from None
        return _named(place.coordinate, value) if isawaitable(value) else value

    def _value(self, place: Field, source: Any, given: Mapping[str, Any]) -> Any:
        spec = place.guarded.spec
        if isinstance(spec, Paged):
            return self._loading.paged(place, spec, source, given)
        if isinstance(spec, Can):
            names = {"organisationId": given["organisation_id"], "action": given["action"]}
            return may_act(self.decider, self._run.principal, names)
        if isinstance(source, PlainRow):
            return self._of_row(place, source)
        return self._of_root(place, given)

    def _of_row(self, place: Field, row: PlainRow) -> Any:
        spec = place.guarded.spec
        if isinstance(spec, Identifier):
            return ids.encode(row.entity.prefix or "", row.values["id"])
        if isinstance(spec, Computed):
            return self._loading.computed(place, spec).load(row)
        if isinstance(spec, ToOne):
            return self._loading.one(place, row.values[spec.on])
        if isinstance(spec, (Facet, ToMany)):
            return self._loading.hanging(place, spec).load(row.values[spec.on])
        if isinstance(spec, (AllowedActions, Download)):
            return self._for_caller(place, spec, row)
        assert isinstance(spec, Column)  # noqa: S101 - the audit admits no other kind on a row
        return decoder(place.definition.type)(row.values[spec.name])

    def _for_caller(
        self, place: Field, spec: AllowedActions | Download, row: PlainRow
    ) -> Offer | list[Any]:
        if isinstance(spec, Download):
            run, key = self._run, row.values["id"]
            return run.downloads.offer(spec.kind, key, run.principal.subject, run.now)
        return self._allowed_actions(place, row)

    def _allowed_actions(self, place: Field, row: PlainRow) -> list[Any]:
        decode, found = decoder(place.definition.type), []
        for action in self._catalogue.actions_on(row.entity.name):
            decision = self.decider.decide(action)
            if isinstance(decision, Always) or (
                isinstance(decision, Where) and not row.reach.isdisjoint(decision.paths)
            ):
                found.append(decode(action))
        return found

    def _of_root(self, place: Field, given: Mapping[str, Any]) -> Any:
        spec = place.guarded.spec
        if isinstance(spec, Static):
            return spec.load(**given)
        if isinstance(spec, Caller):
            return self._loading.one(place, self._run.principal.user)
        if isinstance(spec, NodesByIds):
            return self._nodes(place, given["ids"])
        assert isinstance(spec, (ById, NodeById))  # noqa: S101 - nor at the root
        return self._by_id(place, given["id"])

    def _place(self, info: Info[Any, Any]) -> Field:
        raw = info._raw_info  # noqa: SLF001 - Strawberry has no other name for it
        owner = raw.parent_type.name
        entity = self._catalogue.entities.get(owner)
        return (entity.fields if entity else self._catalogue.roots)[raw.field_name]

    def _reaches(self, place: Field, decision: Decision, source: PlainRow) -> bool:
        spec = place.guarded.spec
        if not isinstance(decision, Where) or isinstance(spec, ToOne):
            return True
        if isinstance(spec, (Facet, ToMany, Paged)) and spec.by is not None:
            model = self._catalogue.entities[place.target].model
            passing = gate_of(model, spec.by, decision).allowed(self._run)
            return passing is None or source.values[spec.on] in passing
        return not source.reach.isdisjoint(decision.paths)

    def _forbidden(self, coordinate: str, action: str) -> Refusal:
        message, where, details = refusal(self._policy, coordinate, action)
        return Refusal("FORBIDDEN", message, coordinate=where, **details)

    def _read_id(self, place: Field, text: str, argument: str) -> tuple[str, str]:
        prefix, key = ids.decode(text, argument)
        one_type = isinstance(place.guarded.spec, ById)
        expected = self._catalogue.entities[place.target].prefix if one_type else None
        if prefix not in self._catalogue.by_prefix or expected not in {None, prefix}:
            raise ids.malformed(argument, place.target if one_type else None)
        return prefix, key

    async def _by_id(self, place: Field, text: str) -> PlainRow:
        return await self._node(place, *self._read_id(place, text, "id"))

    async def _node(self, place: Field, prefix: str, key: str) -> PlainRow:
        entity = self._catalogue.by_prefix[prefix]
        if isinstance(self.decider.decide(entity.read), Never):
            raise self._forbidden(place.coordinate, entity.read)
        found: PlainRow | None = await self._loading.one(place, key, entity)
        if found is None:
            raise Refusal("NOT_FOUND", NOT_FOUND)
        return found

    async def _nodes(self, place: Field, texts: Sequence[str]) -> list[Any]:
        if len(texts) > self._run.limits.page:
            message = f"ids holds {len(texts)} ids; at most {self._run.limits.page} are answered."
            raise Refusal("BAD_USER_INPUT", message, input="ids", reason="PAGE")
        wanted = [self._read_id(place, text, f"ids[{i}]") for i, text in enumerate(texts)]
        return [_named(place.coordinate, self._node(place, prefix, key)) for prefix, key in wanted]


async def _named(coordinate: str, value: Awaitable[Any]) -> Any:
    """Await a value; a refusal names the coordinate that it happened at."""
    try:
        return await value
    except Refusal as refused:
        raise _at(coordinate, refused) from None


def _at(coordinate: str, refused: Refusal) -> Refusal:
    refused.extensions = {"coordinate": coordinate, **(refused.extensions or {})}
    return refused


async def execute_plainly(
    catalogue: Catalogue, operation: Operation, context: PlainContext, variables: dict[str, Any]
) -> ExecutionResult:
    """Run an operation on graphql-core; variables as the request gave them."""
    result = execute(
        catalogue.schema,
        operation.document,
        context_value=context,
        variable_values=variables,
        operation_name=operation.name,
        hide_suggestions=True,
    )
    return result if isinstance(result, ExecutionResult) else await result
