"""Compiles what a row itself answers: columns, cards, and what is made of them, each masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from graphql import get_named_type

from authz.decision import Never
from authz.roles import graphql_name
from engine import ids
from engine.catalogue import shown_column
from engine.declare.kinds import (
    AllowedActions,
    Can,
    Card,
    Column,
    Computed,
    Derived,
    Download,
    Identifier,
    NoneOf,
    Preview,
    Shown,
)
from engine.errors import internal_error
from engine.execution.completion import constant, fields, leaf, placed
from engine.execution.guards import Mask
from engine.execution.links import CanLink, ComputedLink, OfferLink
from engine.execution.previews import PreviewLink
from engine.execution.static import ValueView, value_view
from engine.execution.views import choosing
from engine.planning.absence import absence
from engine.planning.authorization import mask_of, opening_of
from engine.values import encoder, may_be_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import FieldNode
    from sqlalchemy import ColumnElement

    from engine.catalogue import Catalogue, Field
    from engine.decider import Decider
    from engine.documents.selections import Collector
    from engine.execution.completion import Complete
    from engine.execution.hints import Row
    from engine.execution.views import View
    from engine.sql.row_query import Fetch

Cell = (
    AllowedActions
    | Can
    | Card
    | Column
    | Computed
    | Derived
    | Download
    | Identifier
    | NoneOf
    | Preview
    | Shown
)
"""The kinds of field that a row answers by itself."""


class CellPlanner:
    """Compiles the fields of rows that lead to no other rows."""

    def __init__(self, catalogue: Catalogue, decider: Decider, collector: Collector) -> None:
        """Take what decides and what is asked."""
        self._catalogue = catalogue
        self._decider = decider
        self._collector = collector

    def cell(
        self, view: View, key: str, fetch: Fetch, place: Field, nodes: list[FieldNode]
    ) -> None:
        """Add a field that is not refused as a whole to the view of its row."""
        spec, node = place.guarded.spec, nodes[0]
        decision = self._decider.of_field(place)
        mask = mask_of(self._decider, fetch, place, decision, node)
        if isinstance(spec, AllowedActions):
            view.made(key, self._allowed_actions(fetch, place, node), None)
        elif isinstance(spec, Can):
            view.linked(
                key, CanLink(place, node, {}, mask, self._decider, self._catalogue.actions_alone)
            )
        elif isinstance(spec, Computed):
            view.linked(key, self._computed(place, nodes, spec, fetch, mask))
        elif isinstance(spec, Preview):
            columns = {name: fetch.column(name) for name in spec.reads}
            action = place.guarded.action
            link = PreviewLink(place, node, {}, columns, spec, action, mask)
            forbidden = self._decider.forbidden(place.coordinate, action, node)
            # what it is for is found among rows, so no grant settles whether it is answered
            self._decider.notes.doubt(forbidden, lambda _principal: False)
            view.linked(key, link)
        elif isinstance(spec, Download):
            values = value_view(self._catalogue, self._collector, place, nodes)
            at = fetch.column("id")
            view.linked(key, OfferLink(place, node, {}, at, spec.kind, mask, values))
        elif isinstance(spec, Card):
            view.made(key, self._card(place, nodes, spec, fetch), mask)
        else:
            assert isinstance(spec, (Column, Derived, Identifier, NoneOf, Shown))  # noqa: S101 - nor a cell
            self._column(view, key, place, node, fetch, mask)

    def _column(
        self,
        view: View,
        key: str,
        place: Field,
        node: FieldNode,
        fetch: Fetch,
        mask: Mask | None,
    ) -> None:
        spec, kind, unknown = place.guarded.spec, place.definition.type, None
        if isinstance(spec, (Column, Shown)):
            rows = spec.model.__table__ if isinstance(spec, Shown) else fetch.entity.table
            column: Any = rows.c[spec.name]
            encode = encoder(kind, column)
            at = (
                fetch.card(spec.on, spec.model, spec.name)
                if isinstance(spec, Shown)
                else fetch.column(spec.name)
            )
            if may_be_unknown(kind, column):
                unknown = internal_error(place.coordinate, node)
        elif isinstance(spec, Derived):
            says = spec.says(fetch.entity.table)
            at = fetch.item(("derived", place.name), says)
            encode = encoder(kind, says)
            if may_be_unknown(kind, says):
                unknown = internal_error(place.coordinate, node)
        elif isinstance(spec, NoneOf):
            at = fetch.item(("none", spec.relation), self._absent(fetch, spec))
            encode = bool
        else:
            at, encode = fetch.column("id"), ids.encoder(fetch.entity.prefix or "")
        if mask is None:
            view.cell(key, at, encode, unknown)
        else:
            view.masked(key, at, encode, mask, unknown)

    def _absent(self, fetch: Fetch, spec: NoneOf) -> ColumnElement[bool]:
        says = absence(self._catalogue, self._decider, fetch.reach, fetch.entity, spec)
        return cast("ColumnElement[bool]", says(fetch.entity.table))

    def _allowed_actions(
        self, fetch: Fetch, place: Field, node: FieldNode
    ) -> Callable[[Row], list[str]]:
        """Return the actions whose decision opens a row; readable like the row itself."""
        choices: list[tuple[str, Mask | None]] = []
        for action in self._catalogue.actions_on(fetch.entity.name):
            decision = self._decider.decide(action)
            if not isinstance(decision, Never):
                mask = opening_of(self._decider, fetch, place, decision, node)
                choices.append((graphql_name(action), mask))
        return choosing(choices)

    def _computed(
        self,
        place: Field,
        nodes: list[FieldNode],
        spec: Computed,
        fetch: Fetch,
        mask: Mask | None,
    ) -> ComputedLink:
        return ComputedLink(
            place,
            nodes[0],
            {},
            {name: fetch.column(name) for name in spec.reads},
            spec.load,
            (place.guarded.action, *spec.derives),
            mask,
            value_view(self._catalogue, self._collector, place, nodes),
        )

    def _card(self, place: Field, nodes: list[FieldNode], spec: Card, fetch: Fetch) -> Any:
        """Return what makes the card of a row, None where the row points at nothing."""
        kind, coordinate = place.definition.type, place.coordinate
        shown = self._catalogue.type_named(place.target)
        found: dict[str, Complete] = {}
        for key, below in self._collector.fields(shown.name, nodes).items():
            name = below[0].name.value
            if name == "__typename":
                found[key] = constant(shown.name)
                continue
            definition = shown.fields[name]
            read = _decoded(
                fetch.card(spec.on, spec.model, shown_column(definition)),
                self._catalogue.card_decoder(spec.model, definition),
            )
            within = leaf(get_named_type(definition.type).coerce_output_value)
            found[key] = placed(definition.type, within, below[0], read)
        values = ValueView(coordinate, nodes[0], placed(kind, fields(found), nodes[0]))
        present = fetch.card(spec.on, spec.model, "id")
        return lambda row: None if row[present] is None else values.of(row)


def _decoded(at: int, decode: Callable[[Any], Any]) -> Callable[[Row], Any]:
    return lambda row: decode(row[at])
