"""The plain path: the same schema on graphql-core, one generic loader for every relation.

It answers introspection and whatever the planner does not plan, and Strawberry evaluates the
permission classes. A row carries its reach, so a field is decided where it is resolved.
"""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from engine.errors import Refusal
from engine.plain.guard import PlainGuard
from engine.plain.kinds import Answered, Asked, PlainPath
from engine.plain.loading import PlainLoading
from engine.plain.refusals import at, named
from engine.plain.rows import PlainRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from strawberry.types import Info

    from engine.catalogue import Field
    from engine.execution.run import Run


class PlainContext:
    """The context of one operation: decides for the permission classes and resolves each kind."""

    def __init__(self, run: Run) -> None:
        """Start with no decision taken and no row loaded."""
        catalogue, policy = run.application.catalogue, run.application.policy
        self._run = run
        self._guard = PlainGuard(catalogue, policy, run.principal)
        self.decider = self._guard.decider
        loading = PlainLoading(catalogue, self.decider, run)
        self._path = PlainPath(catalogue, run, self._guard, loading)
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
        return self._resolved > self._run.application.limits.positions

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
        [node, *_] = info._raw_info.field_nodes  # noqa: SLF001 - Strawberry has no other name
        if place.guarded.watched and isinstance(source, PlainRow):
            self._run.seen.add(place, source.values["id"])
        kind = place.guarded.kind
        assert isinstance(kind, Answered)  # noqa: S101 - the schema check admits no other
        return kind.answer(self._path, Asked(place, source, node, given))

    def _place(self, info: Info[Any, Any]) -> Field:
        raw = info._raw_info  # noqa: SLF001 - Strawberry has no other name for it
        place = self._guard.place(raw.parent_type.name, raw.field_name)
        assert place is not None  # noqa: S101 - every guarded field stands under an action
        return place
