"""Links: how each kind of relation and computed field loads its values for all rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError
from graphql.execution.values import get_argument_values

from authz.decision import Never, Where
from authz.scopes import binding
from engine import ids
from engine.errors import Refusal, Withheld
from engine.views import reached, withheld_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import FieldNode
    from graphql.execution.values import VariableValues

    from authz.decision import Decision
    from authz.principal import Principal
    from engine.catalogue import Field
    from engine.decided import Decided
    from engine.decider import Decider
    from engine.run import Run
    from engine.specs import BatchFunction, StaticFunction
    from engine.static import ValueView
    from engine.views import Marks, Row, View


ORGANISATION = "org"
"""The prefix of the ids of what every role is held at."""


def arguments_of(place: Field, node: FieldNode, variables: VariableValues) -> dict[str, Any]:
    """Return the coerced arguments of a field, or raise Refusal BAD_USER_INPUT."""
    try:
        return get_argument_values(place.definition, node, variables, hide_suggestions=True)
    except GraphQLError as error:
        raise Refusal("BAD_USER_INPUT", error.message) from error


@dataclass(slots=True)
class Gate:
    """Decides a relation at its parent: which parents' keys go to the child's statement.

    Of the paths that hold the relation's action, one anchored on the parent's key counts only for
    the parents where its shape is held; any other counts for every parent.
    """

    model: Any
    by: str
    decision: Where | None

    def allowed(self, run: Run) -> frozenset[object] | None:
        """Return the keys of the parents that pass, None when every parent does."""
        if self.decision is None:
            return None
        keys: set[object] = set()
        for path in self.decision.paths:
            bound = binding(self.model, path.scope)
            if bound.anchor != self.by:
                return None
            keys.update(bound.values(run.principal, path))
        return frozenset(keys)


def gate_of(model: Any, by: str, decision: Decision) -> Gate:
    """Return the gate of a relation whose child hangs on the parent by the column `by`."""
    return Gate(model, by, decision if isinstance(decision, Where) else None)


@dataclass(slots=True)
class Base:
    """What every link knows of its place in the document."""

    place: Field
    node: FieldNode
    marks: Marks

    @property
    def coordinate(self) -> str:
        """The field's coordinate."""
        return self.place.coordinate


@dataclass(slots=True)
class ToOneLink(Base):
    """The row that a column of the parent points at."""

    key: int
    rows: Decided
    view: View

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the row or None for each parent."""
        found = await keyed(self.rows, self.view, [row[self.key] for row in rows], run)
        return [found.get(row[self.key]) for row in rows]


async def keyed(
    decided: Decided, view: View, keys: Sequence[object], run: Run
) -> dict[object, dict[str, Any]]:
    """Return the built rows of unique keys by key; no key, no statement."""
    wanted = sorted({str(key) for key in keys if key is not None})
    if not wanted:
        return {}
    rows = await run.rows(decided, {"keys": wanted})
    built = await view.build(rows, run)
    return {row[0]: value for row, value in zip(rows, built, strict=True)}


@dataclass(slots=True)
class HangingLink(Base):
    """The rows, or the one row, whose column holds the parent's key; gated at the parent."""

    key: int
    gate: Gate
    withheld: Withheld
    rows: Decided
    view: View
    single: bool

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the list (or the row, or None) of each parent that passes the gate."""
        allowed = self.gate.allowed(run)
        keys = [row[self.key] for row in rows]
        passing = sorted({k for k in keys if allowed is None or k in allowed})
        grouped: dict[object, list[Any]] = {key: [] for key in passing}
        if passing:
            found = await run.rows(self.rows, {"keys": passing})
            built = await self.view.build(found, run)
            for row, value in zip(found, built, strict=True):
                grouped[row[0]].append(value)
        if self.single:
            ones = {key: values[0] if values else None for key, values in grouped.items()}
            return [ones.get(key, self.withheld) for key in keys]
        return [grouped.get(key, self.withheld) for key in keys]


@dataclass(slots=True)
class ComputedLink(Base):
    """A batch function over the rows that the mask lets through."""

    columns: dict[str, int]
    function: BatchFunction
    actions: tuple[str, ...]
    mask: tuple[int, ...] | None
    withheld: Withheld
    encode: Any

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the computed value, or what stands for it where it is withheld."""
        open_ = [r for r in rows if self.mask is None or reached(r, self.mask)]
        given = [{name: row[at] for name, at in self.columns.items()} for row in open_]
        loading = run.loading(self.actions)
        values = iter(await self.function(given, loading) if given else ())
        return [
            self.encode(next(values))
            if self.mask is None or reached(r, self.mask)
            else self.withheld
            for r in rows
        ]


@dataclass(slots=True)
class CanLink(Base):
    """Whether the caller may act at an organisation; asked of the caller's own row only."""

    mask: tuple[int, ...] | None
    withheld: Withheld
    decider: Decider

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the same answer for each row that the mask lets through."""
        open_ = [self.mask is None or reached(row, self.mask) for row in rows]
        answer: Any = self.withheld
        if any(open_):
            try:
                given = arguments_of(self.place, self.node, run.variables)
                answer = may_act(self.decider, run.principal, given)
            except Refusal as refusal:  # the role comes first: only who passes is told of it
                answer = withheld_of(refusal, self.coordinate, self.node)
        return [answer if allowed else self.withheld for allowed in open_]


def may_act(decider: Decider, principal: Principal, given: Mapping[str, Any]) -> bool:
    """Tell whether a path of the action is held at an organisation, or anywhere for `self`.

    An organisation that the caller does not know is no different from one where they may not act.
    """
    prefix, key = ids.decode(given["organisationId"], "organisationId")
    if prefix != ORGANISATION:
        raise ids.malformed("organisationId", "Organisation")
    decision = decider.decide(getattr(given["action"], "value", given["action"]))
    if isinstance(decision, Never):
        return False
    if not isinstance(decision, Where):
        return True
    return any(
        path.scope == "self" or key in principal.holding(path.shape) for path in decision.paths
    )


@dataclass(slots=True)
class CallerLink(Base):
    """The caller's own row."""

    rows: Decided
    view: View

    async def load(self, _rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the row, or None for a subject without a User."""
        user = run.principal.user
        found = await keyed(self.rows, self.view, [user], run)
        return [found.get(user)]


@dataclass(slots=True)
class StaticLink(Base):
    """Public data from memory."""

    function: StaticFunction
    view: ValueView

    async def load(self, _rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the data as the selection asks for it."""
        given = arguments_of(self.place, self.node, run.variables)
        return [self.view.of(self.function(**given))]


@dataclass(slots=True)
class RefusedLink(Base):
    """A field that no path opens: nothing is read."""

    withheld: Withheld

    async def load(self, rows: Sequence[Row], _run: Run) -> list[Any]:
        """Return what stands for the value."""
        return [self.withheld] * len(rows)
