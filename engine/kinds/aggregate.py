"""What rows add up to: how many there are, and the sums of their columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import print_ast

from authz.decision import Never
from engine.declare.finding import finding_arguments
from engine.declare.guarded import GuardedField
from engine.declare.kinds import Relation
from engine.documents.meaning import filter_of
from engine.documents.variables import arguments_of
from engine.errors import Refusal, Withheld
from engine.execution.of_rows import OfRowsLink
from engine.kinds.hanging import gateway_of, is_hung
from engine.plain.kinds import Answered
from engine.plain.rows import PlainRow
from engine.planning.context import Planned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.catalogue import Field
    from engine.declare.kinds import Columns
    from engine.execution.hints import Marks
    from engine.execution.run import Run
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected
    from engine.sql.operands import Filter
    from engine.sql.row_query import Fetch, Summed
    from engine.sql.statement import Decided


def aggregate(
    action: str,
    *,
    by: str | None = None,
    on: str = "id",
    filter: type | None = None,  # noqa: A002 - the argument's name
    description: str = "",
) -> Any:
    """Declare how many rows there are, and the sums of their columns; the type is `aggregates`."""
    kind = Aggregate(by, on)
    arguments = tuple(finding_arguments(filter, None))
    return GuardedField(kind, action, arguments=arguments, description=description or None)


@dataclass(frozen=True, slots=True)
class Aggregated(Answered):
    """The sums of a column, over the rows on which it is readable and not null."""

    column: str

    def is_required(self, columns: Columns | None) -> bool:
        """It is, wherever it may be read."""
        del columns
        return True

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Return the sums of the column."""
        del plain
        assert isinstance(asked.source, Totals)  # noqa: S101 - see Declarations.aggregates
        return asked.source.sums[self.column]


@dataclass(frozen=True, slots=True)
class Aggregate(Relation, Planned, Answered):
    """How many rows hang on the parent, or how many there are, and the sums of their columns."""

    by: str | None
    on: str
    part: bool = False

    def is_required(self, columns: Columns | None) -> bool:
        """It is: there may be no rows, but they can be counted."""
        del columns
        return True

    def plan(self, selected: Selected) -> None:
        """Answer the totals of all parents, or of all rows."""
        field, node, planning = selected.field, selected.node, selected.planning
        by, decision = self.by or "id", selected.decision
        fetch = planning.fetch(selected.target, by, selected.action, decision)
        shape = _shape(selected)
        finder = planning.finder
        sums = [finder.summed(each, column, fetch) for each, column in shape.columns()]
        gateway = gateway_of(selected, self) if is_hung(selected, self) else None
        found = finder.filtered(field, node, fetch)
        source = (
            found
            if isinstance(found, Withheld)
            else AggregateSource(fetch, found, sums, by_parent=gateway is not None)
        )
        link = AggregateLink(field, node, shape.marks, gateway, source, shape)
        planning.decider.notes.argued.append(link)
        selected.link(link)

    async def answer(self, plain: PlainPath, asked: Asked) -> Totals:
        """Load what the rows hanging on a parent, or all rows, add up to."""
        field, source, run, loading = asked.field, asked.source, plain.run, plain.loading
        given = arguments_of(field, asked.node, run.variables)
        entity = plain.catalogue.rows_of(field)
        assert entity is not None  # noqa: S101 - the schema check holds it
        hangs = isinstance(source, PlainRow) and self.by is not None
        fetch, _ = loading.fetch(field, entity, self.by or "id")
        filtered = loading.finder.filtered(field, asked.node, fetch)
        if isinstance(filtered, Withheld):
            raise Refusal(filtered.code, filtered.message, **filtered.details)
        sums = [
            loading.finder.summed(each, _column(each), fetch)
            for each in plain.catalogue.sums[field.target].values()
            if not isinstance(plain.decider.of_field(each), Never)
        ]
        totals = AggregateSource(fetch, filtered, sums, by_parent=hangs)
        if not hangs:
            return (await totals.totals(None, given, run))[None]

        async def load(keys: list[Any]) -> list[Any]:
            found = await totals.totals(sorted(set(keys)), given, run)
            return [found[k] for k in keys]

        key = (field.coordinate, print_ast(asked.node))
        loaded: Totals = await loading.loader(key, load).load(asked.row.values[self.on])
        return loaded


def _column(summed: Field) -> str:
    kind = summed.guarded.kind
    assert isinstance(kind, Aggregated)  # noqa: S101 - see Declarations.aggregates
    return kind.column


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

    def columns(self) -> list[tuple[Field, str]]:
        """Return the fields whose columns are to be summed, with the columns."""
        return [(below[0], name) for _, name, below in self.parts if isinstance(below, tuple)]

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


def _shape(selected: Selected) -> AggregateView:
    """Return the view of a selection on an aggregate; a refused column is withheld in it."""
    decider, collector = selected.planning.decider, selected.planning.collector
    target = selected.field.target
    view = AggregateView(target)
    for key, below in selected.collected(target).items():
        name = below[0].name.value
        summed = selected.planning.catalogue.sums[target].get(name)
        if summed is None:
            view.parts.append((key, name, target if name == "__typename" else None))
            continue
        view.marks[key] = None
        if isinstance(decider.of_field(summed), Never):
            withheld = decider.refused(summed.coordinate, summed.guarded.action, below[0])
            view.parts.append((key, name, withheld))
        else:
            asked = collector.fields("IntAggregates", below).items()
            stats = [(k, n[0].name.value) for k, n in asked]
            view.parts.append((key, _column(summed), (summed, stats)))
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
