"""Rows by global id: a hidden row and an unknown one are answered alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import strawberry

from authz.decision import Never
from engine import ids
from engine.declare.guarded import Argument, GuardedField
from engine.documents.variables import arguments_of
from engine.errors import NOT_FOUND, Refusal, Withheld
from engine.execution.hints import merged
from engine.execution.keyed import keyed
from engine.execution.views import Base, withheld_of
from engine.plain.kinds import Answered
from engine.plain.refusals import at, named
from engine.planning.context import Planned

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Mapping, Sequence

    from engine.catalogue import Entity
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.execution.views import View
    from engine.plain.kinds import Asked, PlainPath
    from engine.plain.rows import PlainRow
    from engine.planning.context import Selected
    from engine.sql.statement import Decided


def by_id(action: str, *, description: str = "") -> Any:
    """Declare the row of a global id."""
    arguments = (Argument("id", strawberry.ID),)
    return GuardedField(ById(), action, arguments=arguments, description=description or None)


def node_by_id(*, description: str = "") -> Any:
    """Declare the row of a global id of any type; the type's own read action decides."""
    arguments = (Argument("id", strawberry.ID),)
    return GuardedField(NodeById(), None, arguments=arguments, description=description or None)


def nodes_by_ids(*, description: str = "") -> Any:
    """Declare the rows of several global ids of any type."""
    arguments = (Argument("ids", list[strawberry.ID]),)
    return GuardedField(NodesByIds(), None, arguments=arguments, description=description or None)


@dataclass(frozen=True, slots=True)
class ById(Planned, Answered):
    """The row of a global id."""

    def plan(self, selected: Selected) -> None:
        """Answer the row of one type."""
        target = selected.target
        action = selected.action
        _plan(selected, {target.name: action}, [target], target.name, plural=False)

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Load the row."""
        return _row(plain, asked, *_read_id(plain, asked, asked.given["id"], "id", one_type=True))


@dataclass(frozen=True, slots=True)
class NodeById(Planned, Answered):
    """The row of a global id of any type."""

    of_any_type = True

    def plan(self, selected: Selected) -> None:
        """Answer the row of any type."""
        _plan(selected, {}, selected.planning.catalogue.by_prefix.values(), None, plural=False)

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Load the row."""
        return _row(plain, asked, *_read_id(plain, asked, asked.given["id"], "id"))


@dataclass(frozen=True, slots=True)
class NodesByIds(Planned, Answered):
    """The rows of several global ids of any type, in their order."""

    of_any_type = True

    def plan(self, selected: Selected) -> None:
        """Answer the rows of any types."""
        _plan(selected, {}, selected.planning.catalogue.by_prefix.values(), None, plural=True)

    async def answer(self, plain: PlainPath, asked: Asked) -> list[Any]:
        """Return an awaitable for the row of each id, or why one is refused at its place."""
        texts = asked.given["ids"]
        if len(texts) > plain.run.application.limits.page:
            raise too_many(len(texts), plain.run.application.limits.page)
        return [_one_of(plain, asked, text, f"ids[{i}]") for i, text in enumerate(texts)]


def _plan(
    selected: Selected,
    actions: Mapping[str, str],
    entities: Iterable[Entity],
    expected: str | None,
    *,
    plural: bool,
) -> None:
    """Answer rows of these types, each under the action given for it or else its read action."""
    field, nodes, decider = selected.field, selected.nodes, selected.planning.decider
    targets, marks = {}, []
    for entity in list(entities):
        assert entity.prefix is not None  # noqa: S101 - only these have ids
        action = actions.get(entity.name, entity.read)
        if isinstance(decider.decide(action), Never):
            withheld = decider.forbidden(field.coordinate, action, nodes[0])
            targets[entity.prefix] = Target(withheld=withheld)
            continue
        fetch, view = selected.planning.rows(entity, "id", action, nodes)
        targets[entity.prefix] = Target((fetch.by_key(), view))
        marks.append(view.marks)
    selected.link(ByIdLink(field, nodes[0], merged(*marks), targets, expected, plural))


def _one_of(plain: PlainPath, asked: Asked, text: str, argument: str) -> Awaitable[Any] | Refusal:
    coordinate = asked.field.coordinate
    try:
        prefix, key = _read_id(plain, asked, text, argument)
    except Refusal as refused:
        return at(coordinate, refused)
    return named(coordinate, _row(plain, asked, prefix, key))


def _read_id(
    plain: PlainPath, asked: Asked, text: str, argument: str, *, one_type: bool = False
) -> tuple[str, str]:
    prefix, key = ids.decode(text, argument)
    catalogue, target = plain.catalogue, asked.field.target
    expected = catalogue.entities[target].prefix if one_type else None
    if prefix not in catalogue.by_prefix or expected not in {None, prefix}:
        raise ids.malformed(argument, target if one_type else None)
    return prefix, key


async def _row(plain: PlainPath, asked: Asked, prefix: str, key: str) -> PlainRow:
    entity = plain.catalogue.by_prefix[prefix]
    if isinstance(plain.decider.decide(entity.read), Never):
        raise plain.guard.forbidden(asked.field.coordinate, entity.read)
    found: PlainRow | None = await plain.loading.one(asked.field, key, entity)
    if found is None:
        raise Refusal("NOT_FOUND", NOT_FOUND)
    return found


def too_many(count: int, most: int) -> Refusal:
    """Return the refusal of more ids than are answered at once."""
    message = f"ids holds {count:,} ids; at most {most:,} are answered."
    details = {"input": "ids", "reason": "PAGE", "limit": most, "actual": count}
    return Refusal("BAD_USER_INPUT", message, **details)


@dataclass(slots=True)
class Target:
    """A type that an id can name: its rows and their view, or why it is refused."""

    source: tuple[Decided, View] | None = None
    withheld: Withheld | None = None


@dataclass(slots=True)
class ByIdLink(Base):
    """The rows of global ids: one id, or a list, of one type or of any."""

    targets: dict[str, Target]
    expected: str | None
    plural: bool
    missing: Withheld = field(init=False)

    def __post_init__(self) -> None:
        """Make the one answer for hidden and unknown rows."""
        self.missing = Withheld("NOT_FOUND", NOT_FOUND, self.coordinate, {}, self.node)

    @property
    def plain(self) -> bool:
        """Some rows of a list may be withheld, and others not."""
        return not self.plural

    async def load(self, _rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the row (or rows) of the ids."""
        given = arguments_of(self.place, self.node, run.variables)
        if not self.plural:
            return await self._values([self._read(given["id"], "id")], run)
        texts = given["ids"]
        if len(texts) > run.application.limits.page:
            raise too_many(len(texts), run.application.limits.page)
        wanted = [self._one_of(text, f"ids[{i}]") for i, text in enumerate(texts)]
        return [await self._values(wanted, run)]

    async def _values(self, wanted: Sequence[tuple[str, str] | Withheld], run: Run) -> list[Any]:
        by_type: dict[str, list[str]] = {}
        for each in wanted:
            if not isinstance(each, Withheld):
                by_type.setdefault(each[0], []).append(each[1])
        found = {p: await self._rows(self.targets[p], keys, run) for p, keys in by_type.items()}
        return [
            each
            if isinstance(each, Withheld)
            else self.targets[each[0]].withheld or found[each[0]].get(each[1], self.missing)
            for each in wanted
        ]

    def _one_of(self, text: str, argument: str) -> tuple[str, str] | Withheld:
        """Return what one id of a list names, or what stands at its place."""
        try:
            return self._read(text, argument)
        except Refusal as refusal:
            return withheld_of(refusal, self.coordinate, self.node)

    def _read(self, text: str, argument: str) -> tuple[str, str]:
        prefix, key = ids.decode(text, argument)
        if prefix not in self.targets:
            raise ids.malformed(argument, self.expected)
        return prefix, key

    @staticmethod
    async def _rows(target: Target, keys: list[str], run: Run) -> dict[object, Any]:
        if target.source is None:
            return {}
        return await keyed(*target.source, keys, run)
