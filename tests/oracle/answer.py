"""The oracle's answer to a whole document: graphql-core walks it, the oracle decides each value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
)

from oracle.decide import principal_of
from oracle.fields import Asked
from oracle.inspections import EVERY
from oracle.refusal import RefusalError
from oracle.shapes import CURSOR, LINK, PREVIEW, CursorOpener
from oracle.world import World

VALUE = "value"
"""What `seen` counts where a value was answered."""

Error = tuple[tuple[str | int, ...], str, str]


@dataclass(frozen=True)
class Answer:
    """What a caller would read: the data, and each refusal as (path, code, coordinate)."""

    data: dict[str, Any] | None
    errors: tuple[Error, ...]


def no_cursor(_coordinate: str, _text: str) -> str | None:
    """Open no cursor: where a position matters, the caller of the oracle brings an opener."""
    return None


class Question(Protocol):
    """What a resolver is given of the question: who asks, and of which world."""


Asking = Callable[[World, str, int, CursorOpener], Question]
Fields = Mapping[str, Callable[[Any, Any, str, Mapping[str, Any]], Any]]


def asked_of_the_product(world: World, subject: str, now: int, open_cursor: CursorOpener) -> Asked:
    """Put a question about the product's rows."""
    return Asked(world, principal_of(world, subject, now), open_cursor)


class Oracle:
    """Answers documents of one schema on one world."""

    def __init__(
        self,
        sdl: str,
        world: World,
        *,
        open_cursor: CursorOpener = no_cursor,
        asking: Asking = asked_of_the_product,
        fields: Fields = EVERY,
    ) -> None:
        """Keep the schema text as a schema, the world, and the table of resolvers.

        `seen` counts what each subject got at each coordinate: VALUE, or the code of a refusal.
        """
        self.schema = _schema(sdl)
        self.world = world
        self.open_cursor = open_cursor
        self.asking = asking
        self.fields = fields
        self.seen: Counter[tuple[str, str, str]] = Counter()

    def answer(
        self,
        subject: str,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        now: int,
    ) -> Answer:
        """Answer a document as this subject at this instant; whether it is valid is not asked."""
        asked = self.asking(self.world, subject, now, self.open_cursor)

        def resolve(source: object, info: GraphQLResolveInfo, **arguments: object) -> object:
            coordinate = f"{info.parent_type.name}.{info.field_name}"
            try:
                value = _resolved(self.fields.get(coordinate), source, asked, coordinate, arguments)
            except RefusalError as refusal:
                self.seen[subject, coordinate, refusal.code] += 1
                raise
            for each in value if isinstance(value, list) and value else [value]:
                if each is not None:
                    code = each.code if isinstance(each, RefusalError) else VALUE
                    self.seen[subject, coordinate, code] += 1
            return value

        result = execute_sync(
            self.schema,
            _document(document),
            context_value=asked,
            variable_values=dict(variables or {}),
            field_resolver=resolve,
            type_resolver=lambda thing, *_: thing.type_name,
        )
        return Answer(result.data, tuple(_errors(result)))


def _resolved(
    find: Callable[..., Any] | None,
    source: object,
    asked: Question,
    coordinate: str,
    arguments: Mapping[str, object],
) -> object:
    if find is not None:
        return find(asked, source, coordinate, arguments)
    if isinstance(source, Mapping):
        return source[coordinate.partition(".")[2]]
    msg = f"The oracle does not know {coordinate}."
    raise LookupError(msg)


def _errors(result: ExecutionResult) -> list[Error]:
    found = []
    for error in result.errors or ():
        refusal = error.original_error
        if not isinstance(refusal, RefusalError):
            raise error
        found.append((tuple(error.path or ()), refusal.code, refusal.coordinate))
    return found


@cache
def _schema(sdl: str) -> GraphQLSchema:
    return build_schema(sdl)


@cache
def _document(text: str) -> DocumentNode:
    return parse(text)


def unsealed(expected: object, got: object, known: dict[str, str] | None = None) -> object:
    """Return an answer of the product with each cursor and link as the oracle writes it.

    A sealed text is taken for the oracle's where both stand at the same place, and then only if
    the two always go together: one position has one cursor, and one cursor one position.
    """
    known = {} if known is None else known
    if expected == PREVIEW and isinstance(got, Mapping):
        return expected  # what it holds is compared with a real inspector's answer elsewhere
    sealed = isinstance(expected, str) and expected.startswith((CURSOR, LINK))
    if isinstance(expected, str) and sealed and isinstance(got, str):
        taken = expected not in known and got in known.values()
        return got if taken or known.setdefault(expected, got) != got else expected
    if isinstance(expected, dict) and isinstance(got, dict):
        return {key: unsealed(expected.get(key), value, known) for key, value in got.items()}
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        return [unsealed(one, other, known) for one, other in zip(expected, got, strict=True)]
    return got
