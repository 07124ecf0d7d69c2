"""Aggregates: counts and sums over the rows in scope, of what may be read and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from authz.decision import Never
from engine.declare.kinds import Aggregated
from engine.documents.meaning import filter_of
from engine.documents.variables import arguments_of
from engine.execution.connections import OfRowsLink

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import FieldNode

    from engine.catalogue import Catalogue, Field
    from engine.decider import Decider
    from engine.documents.selections import Collector
    from engine.execution.hints import Marks
    from engine.execution.run import Run
    from engine.sql.operands import Filter
    from engine.sql.row_query import Fetch, Summed
    from engine.sql.statement import Decided

_SUMS = 4


@dataclass(frozen=True, slots=True)
class Sums:
    """What a column's values add up to."""

    count: int = 0
    sum: float = 0.0
    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows there are, and the sums of the columns that were asked for."""

    count: int
    sums: Mapping[str, Sums]


class AggregateSource:
    """The statement of an aggregate, over the rows that its filter keeps."""

    def __init__(
        self, fetch: Fetch, filtered: Filter, sums: Sequence[Summed], *, by_parent: bool
    ) -> None:
        """Take the rows, the filter and the columns to be summed, each once."""
        self._filter = filtered
        self._columns = tuple(dict.fromkeys(sums))
        rows = fetch.rows.narrowed(filtered.within, filtered.where)
        self._statement: Decided = fetch.totals(rows, self._columns, by_parent=by_parent)

    def parameters(self, given: Mapping[str, Any]) -> dict[str, object]:
        """Return what the arguments of a request compare with, or raise Refusal."""
        return self._filter.parameters(filter_of(given))

    async def totals(
        self, keys: Sequence[object] | None, given: Mapping[str, Any], run: Run
    ) -> dict[object, Totals]:
        """Return the totals of each parent key, or of all rows under None."""
        parameters = self.parameters(given)
        run.seen.search(self._filter.searched)
        if keys is None:
            return {None: self._read((await run.rows(self._statement, parameters))[0])}
        nothing = Totals(0, {summed.column: Sums() for summed in self._columns})
        found = await run.rows(self._statement, {**parameters, "keys": list(keys)})
        return dict.fromkeys(keys, nothing) | {row[0]: self._read(row[1:]) for row in found}

    def _read(self, row: Sequence[Any]) -> Totals:
        count, *rest = row
        sums = {}
        for i, summed in enumerate(self._columns):
            counted, total, least, most = rest[i * _SUMS : (i + 1) * _SUMS]
            sums[summed.column] = Sums(counted, float(total), least, most)
        return Totals(count, sums)


@dataclass(slots=True)
class AggregateView:
    """What a selection asks of an aggregate, by response key."""

    type_name: str
    marks: Marks = field(default_factory=dict)
    parts: list[tuple[str, str, Any]] = field(default_factory=list)
    """Response key, what it is of, and of a column its field and what is asked of its sums."""

    def columns(self) -> list[Field]:
        """Return the fields whose columns are to be summed."""
        return [below[0] for _, _, below in self.parts if isinstance(below, tuple)]

    def of(self, totals: Totals) -> dict[str, Any]:
        """Return totals as the answer holds them."""
        made: dict[str, Any] = {}
        for key, name, below in self.parts:
            if isinstance(below, tuple):
                sums = totals.sums[name]
                made[key] = {k: getattr(sums, stat, "IntAggregates") for k, stat in below[1]}
            elif below is not None:
                made[key] = below
            else:
                made[key] = totals.count
        return made


def aggregate_view(
    catalogue: Catalogue,
    collector: Collector,
    decider: Decider,
    place: Field,
    nodes: list[FieldNode],
) -> AggregateView:
    """Return the view of a selection on an aggregate; a refused column is withheld in it."""
    view = AggregateView(place.target)
    for key, below in collector.fields(place.target, nodes).items():
        name = below[0].name.value
        summed = catalogue.sums[place.target].get(name)
        if summed is None:
            view.parts.append((key, name, place.target if name == "__typename" else None))
            continue
        action, spec = summed.guarded.action, summed.guarded.spec
        assert isinstance(spec, Aggregated)  # noqa: S101 - see Declarations.aggregates
        view.marks[key] = None
        if isinstance(decider.of_field(summed), Never):
            withheld = decider.refused(summed.coordinate, action, below[0])
            view.parts.append((key, name, withheld))
        else:
            asked = collector.fields("IntAggregates", below).items()
            stats = [(k, n[0].name.value) for k, n in asked]
            view.parts.append((key, spec.column, (summed, stats)))
    return view


@dataclass(slots=True)
class AggregateLink(OfRowsLink[AggregateSource]):
    """What the rows hanging on the parents, or all rows, add up to."""

    shape: AggregateView

    def check(self, source: AggregateSource, run: Run) -> None:
        """Raise Refusal for a filter that is wrong."""
        source.parameters(arguments_of(self.place, self.node, run.variables))

    async def make(
        self, source: AggregateSource, keys: Sequence[object] | None, run: Run
    ) -> dict[object, Any]:
        """Return the totals of each key as the selection asks for them."""
        given = arguments_of(self.place, self.node, run.variables)
        found = await source.totals(keys, given, run)
        return {key: self.shape.of(totals) for key, totals in found.items()}
