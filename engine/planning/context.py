"""What one operation is compiled with, and one field of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from authz.decision import Never
from engine.declare.kinds import Kind
from engine.execution.guards import Watch
from engine.execution.views import View
from engine.planning.about import about
from engine.planning.authorization import mask_of
from engine.sql.row_query import Fetch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import FieldNode

    from authz.decision import Decision
    from engine.application import Application
    from engine.catalogue import Catalogue, Entity, Field
    from engine.decider import Decider
    from engine.documents.selections import Collector
    from engine.execution.guards import Mask
    from engine.execution.views import Link
    from engine.planning.arguments import Finder


class Parent(Protocol):
    """What a field stands on: something whose rows hold a key at a position."""

    def column(self, name: str) -> int:
        """Return the position of a column in each row."""
        ...


class Planned(Kind, ABC):
    """A kind of field that a plan is made of."""

    __slots__ = ()

    @abstractmethod
    def plan(self, selected: Selected) -> None:
        """Add to the view of its row what makes the field's values."""


@dataclass(frozen=True, slots=True)
class Selected:
    """A field that a selection asks for: where it stands, and what is decided of it.

    `parent` is what it stands on, None at the root. `decision` is None in a payload, where the
    command was decided instead.
    """

    planning: Planning
    view: View
    key: str
    """The response key."""
    field: Field
    nodes: list[FieldNode]
    decision: Decision | None
    parent: Parent | None

    @property
    def node(self) -> FieldNode:
        """The first node of the field, which errors point at."""
        return self.nodes[0]

    @property
    def action(self) -> str:
        """The action that the field stands under."""
        return self.field.guarded.action

    @property
    def rows(self) -> Fetch:
        """The rows that the field stands on."""
        assert isinstance(self.parent, Fetch)  # noqa: S101 - the schema check: it is no root field
        return self.parent

    @property
    def target(self) -> Entity:
        """The type of the rows that the field leads to, or is made of."""
        entity = self.planning.catalogue.rows_of(self.field)
        assert entity is not None  # noqa: S101 - asked by kinds that lead to rows
        return entity

    def mask(self) -> Mask | None:
        """Return what opens the field on a row, None where it is open on every row in scope."""
        assert self.decision is not None  # noqa: S101 - no field of a payload is of a row
        return mask_of(self.planning.decider, self.rows, self.field, self.decision, self.node)

    def link(self, link: Link) -> None:
        """Answer what a link loads."""
        self.view.linked(self.key, link)

    def collected(self, type_name: str) -> Mapping[str, list[FieldNode]]:
        """Return what is asked of the field's value, as of an object of a type."""
        return self.planning.collector.fields(type_name, self.nodes)


@dataclass(frozen=True, slots=True)
class Planning:
    """What one operation is compiled with, for one grant signature."""

    application: Application
    decider: Decider
    collector: Collector
    finder: Finder

    @property
    def catalogue(self) -> Catalogue:
        """The finished schema."""
        return self.application.catalogue

    def is_unreadable(self, field: Field) -> bool:
        """Tell whether a field leads to rows that nobody of this grant signature may read."""
        entity = self.catalogue.rows_of(field)
        return entity is not None and isinstance(self.decider.decide(entity.read), Never)

    def fetch(
        self,
        entity: Entity,
        key: str,
        action: str,
        decision: Decision | None = None,
        chosen: str | None = None,
    ) -> Fetch:
        """Return the rows that lie in scope of the action here and of their type's read action.

        `decision` is that of the field that leads there, where it stands on a row; `chosen` is
        another action that the rows have to be in scope of.
        """
        narrowing = (chosen,) if chosen is not None else ()
        actions = tuple(dict.fromkeys((action, entity.read, *narrowing)))
        decisions = {each: self.decider.decide(each) for each in actions}
        if decision is not None:
            decisions[action] = decision
        fetch = Fetch(entity, key, decisions, actions, self.application.database)
        fetch.require(about(self.catalogue, self.decider, fetch.reach, entity))
        return fetch

    def rows(
        self,
        entity: Entity,
        key: str,
        action: str,
        nodes: list[FieldNode],
        decision: Decision | None = None,
    ) -> tuple[Fetch, View]:
        """Return the rows of a type that are asked by a key under an action, and their view."""
        fetch = self.fetch(entity, key, action, decision)
        return fetch, self.view(entity, fetch, nodes)

    def view(self, entity: Entity, fetch: Fetch, nodes: list[FieldNode]) -> View:
        """Return what is asked of each of the rows."""
        view = View()
        for key, below in self.collector.fields(entity.name, nodes).items():
            name = below[0].name.value
            if name == "__typename":
                view.constant(key, entity.name)
            else:
                self._of_row(view, key, fetch, entity.fields[name], below)
        return view

    def root(self, view: View, key: str, field: Field, nodes: list[FieldNode]) -> None:
        """Add a root field to the view of the operation."""
        decision = None
        if not field.guarded.kind.of_any_type:
            decision = self.decider.decide(field.guarded.action)
        self._add(Selected(self, view, key, field, nodes, decision, None))

    def payload(
        self, view: View, key: str, field: Field, nodes: list[FieldNode], keys: Parent
    ) -> None:
        """Add a row of a payload, whose key stands among the keys that a command returned."""
        plan(Selected(self, view, key, field, nodes, None, keys))

    def _of_row(
        self, view: View, key: str, fetch: Fetch, field: Field, nodes: list[FieldNode]
    ) -> None:
        decision = self.decider.of_field(field)
        self._add(Selected(self, view, key, field, nodes, decision, fetch))

    def _add(self, selected: Selected) -> None:
        field = selected.field
        if isinstance(selected.decision, Never) or self.is_unreadable(field):
            refused = self.decider.refused(field.coordinate, selected.action, selected.node)
            selected.view.constant(selected.key, refused)
            return
        if field.guarded.watched:
            mask = selected.mask()
            selected.view.watches.append(Watch(field, selected.rows.column("id"), mask))
        plan(selected)


def plan(selected: Selected) -> None:
    """Add a field that is not refused as a whole, as its kind does."""
    kind = selected.field.guarded.kind
    assert isinstance(kind, Planned)  # noqa: S101 - the schema check admits no other
    kind.plan(selected)
