"""Links: how each kind of relation and computed field loads its values for all rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authz.decision import Never, Where
from authz.roles import graphql_name
from authz.rows.scopes import shown
from db.drivers.faults import NotAnswered
from engine import ids
from engine.documents.variables import arguments_of
from engine.errors import Refusal, Withheld
from engine.execution.views import Base, PlainLink, withheld_of
from engine.sql.statement import UndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from authz.decision import Path
    from authz.rows.principal import Principal
    from engine.decider import Decider
    from engine.declare.functions import BatchFunction, StaticFunction
    from engine.execution.gates import Gateway
    from engine.execution.guards import Mask
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.execution.static import ValueView
    from engine.execution.views import View
    from engine.sql.statement import Decided


ORGANISATION = "org"
"""The prefix of the ids of what every role is held at."""


@dataclass(slots=True)
class ToOneLink(PlainLink):
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
    pointing = (str(key) for key in keys if key is not None)
    wanted = run.tally.unique(pointing) if view.marks else sorted(set(pointing))
    if not wanted:
        return {}
    rows = await run.rows(decided, {"keys": wanted})
    built = await view.build(rows, run)
    return {row[0]: value for row, value in zip(rows, built, strict=True)}


@dataclass(slots=True)
class HangingLink(PlainLink):
    """The rows, or the one row, whose column holds the parent's key; gated at the parent."""

    gateway: Gateway
    rows: Decided
    view: View
    single: bool

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the list (or the row, or None) of each parent that passes the gate."""
        refusals = self.gateway.refusals(rows, run.principal)
        keys = [row[self.gateway.key] for row in rows]
        passing = run.tally.unique(k for k, no in zip(keys, refusals, strict=True) if no is None)
        grouped: dict[object, list[Any]] = {key: [] for key in passing}
        if passing:
            found = await run.rows(self.rows, {"keys": passing})
            built = await self.view.build(found, run)
            for row, value in zip(found, built, strict=True):
                grouped[row[0]].append(value)
        made: dict[object, Any] = dict(grouped)
        if self.single:
            made = {key: values[0] if values else None for key, values in grouped.items()}
        return [made[k] if no is None else no for k, no in zip(keys, refusals, strict=True)]


@dataclass(slots=True)
class ComputedLink(Base):
    """A batch function over the rows that the mask lets through."""

    columns: dict[str, int]
    function: BatchFunction
    actions: tuple[str, ...]
    mask: Mask | None
    values: ValueView

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the computed value, or what stands for it where it is withheld."""
        refusals = [self.mask and self.mask.refusal(row) for row in rows]
        open_ = [row for row, no in zip(rows, refusals, strict=True) if no is None]
        values = iter(await self._computed(open_, run) if open_ else ())
        return [next(values) if no is None else no for no in refusals]

    async def _computed(self, rows: Sequence[Row], run: Run) -> list[Any]:
        given = [{name: row[at] for name, at in self.columns.items()} for row in rows]
        try:
            found = list(await self.function(given, run.loading(self.actions)))
            if len(found) != len(rows):
                message = f"{len(found)} values were computed for {len(rows)} rows."
                raise ValueError(message)  # noqa: TRY301 - it is masked like every other fault
        except (UndecidedError, NotAnswered):
            raise
        except Exception as error:  # noqa: BLE001 - a fault is null with an error, as GraphQL has it
            return [self.values.failed(error)] * len(rows)
        return [
            self.values.failed(value) if isinstance(value, Exception) else self.values.of(value)
            for value in found
        ]


@dataclass(slots=True)
class CanLink(PlainLink):
    """Whether the caller may act, at an organisation or at all; asked of their own row only."""

    mask: Mask | None
    decider: Decider
    alone: tuple[str, ...]
    """The actions that need no organisation."""

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the same answer for each row that the mask lets through."""
        refusals = [self.mask and self.mask.refusal(row) for row in rows]
        answer: Any = None
        if None in refusals:
            try:
                given = arguments_of(self.place, self.node, run.variables)
                answer = may_act(self.decider, run.principal, given, self.alone)
            except Refusal as refusal:  # the role comes first: only who passes is told of it
                answer = withheld_of(refusal, self.coordinate, self.node)
        return [answer if no is None else no for no in refusals]


def may_act(
    decider: Decider, principal: Principal, given: Mapping[str, Any], alone: Sequence[str] = ()
) -> bool:
    """Tell whether a path of the action is held at an organisation, or anywhere for `self`.

    An organisation that the caller does not know is no different from one where they may not act;
    what acts `alone` needs none.
    """
    name = "organisationId"
    action, place = getattr(given["action"], "value", given["action"]), given.get(name)
    if place is None and action not in alone:
        message = f"{name} is needed: {graphql_name(action)} is done at an organisation."
        raise Refusal("BAD_USER_INPUT", message, input=name, reason="REQUIRED")
    key = None if place is None else ids.key_of(place, name, ORGANISATION, "Organisation")
    decision = decider.decide(action)
    if isinstance(decision, Never):
        return False
    if not isinstance(decision, Where):
        return True
    return any(_leads_somewhere(path, principal, key) for path in decision.paths)


def _leads_somewhere(path: Path, principal: Principal, organisation: str | None) -> bool:
    """Tell whether a path leads to anything at an organisation: a caseload or a group has to be."""
    if path.scope == "self":
        return True
    if organisation is None or organisation not in principal.holding(path.shape):
        return False
    if path.scope == "caseload":
        return bool(principal.loads(path.shape))
    return path.scope != "group" or bool(shown(principal, path))


@dataclass(slots=True)
class AllowedLink(Base):
    """What the caller may do that acts on nothing yet: known from the fingerprint alone."""

    actions: list[str]

    async def load(self, rows: Sequence[Row], _run: Run) -> list[Any]:
        """Return the actions."""
        return [list(self.actions) for _ in rows]


@dataclass(slots=True)
class CallerLink(PlainLink):
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
    convert: Callable[[dict[str, Any]], dict[str, Any]]
    view: ValueView

    async def load(self, _rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the data as the selection asks for it."""
        given = arguments_of(self.place, self.node, run.variables)
        try:
            found = self.function(**self.convert(given))
        except Exception as error:  # noqa: BLE001 - a fault is null with an error, as GraphQL has it
            return [self.view.failed(error)]
        return [self.view.of(found)]


@dataclass(slots=True)
class RefusedLink(Base):
    """A field that no path opens: nothing is read."""

    withheld: Withheld

    async def load(self, rows: Sequence[Row], _run: Run) -> list[Any]:
        """Return what stands for the value."""
        return [self.withheld] * len(rows)


@dataclass(slots=True)
class OfferLink(Base):
    """The link of each row that the mask lets through; nothing is read for it."""

    key: int
    kind: str
    mask: Mask | None
    view: ValueView

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return a link for each row, or what stands for it where it is withheld."""
        subject, now = run.principal.subject, run.now
        return [
            (self.mask and self.mask.refusal(row))
            or self.view.of(run.downloads.offer(self.kind, row[self.key], subject, now))
            for row in rows
        ]
