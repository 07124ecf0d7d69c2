"""The oracle's answer to a whole document: graphql-core walks it, the oracle decides each value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

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
from oracle.fields import FIELDS, Asked
from oracle.refusal import RefusalError
from oracle.shapes import CURSOR, LINK, CursorOpener
from oracle.world import World

Error = tuple[tuple[str | int, ...], str, str]


@dataclass(frozen=True)
class Answer:
    """What a caller would read: the data, and each refusal as (path, code, coordinate)."""

    data: dict[str, Any] | None
    errors: tuple[Error, ...]


def no_cursor(_coordinate: str, _text: str) -> str | None:
    """Open no cursor: where a position matters, the caller of the oracle brings an opener."""
    return None


class Oracle:
    """Answers documents of one schema on one world."""

    def __init__(self, sdl: str, world: World, *, open_cursor: CursorOpener = no_cursor) -> None:
        """Keep the schema text as a schema, and the world."""
        self.schema = _schema(sdl)
        self.world = world
        self.open_cursor = open_cursor

    def answer(
        self,
        subject: str,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        now: int,
    ) -> Answer:
        """Answer a document as this subject at this instant; whether it is valid is not asked."""
        asked = Asked(self.world, principal_of(self.world, subject, now), self.open_cursor)
        result = execute_sync(
            self.schema,
            _document(document),
            context_value=asked,
            variable_values=dict(variables or {}),
            field_resolver=_resolve,
            type_resolver=lambda thing, *_: thing.type_name,
        )
        return Answer(result.data, tuple(_errors(result)))


def _resolve(source: object, info: GraphQLResolveInfo, **arguments: object) -> object:
    coordinate = f"{info.parent_type.name}.{info.field_name}"
    found = FIELDS.get(coordinate)
    if found is None:
        if isinstance(source, Mapping):
            return source[info.field_name]
        msg = f"The oracle does not know {coordinate}."
        raise LookupError(msg)
    asked: Asked = info.context
    return found(asked, source, coordinate, arguments)


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
    sealed = isinstance(expected, str) and expected.startswith((CURSOR, LINK))
    if isinstance(expected, str) and sealed and isinstance(got, str):
        taken = expected not in known and got in known.values()
        return got if taken or known.setdefault(expected, got) != got else expected
    if isinstance(expected, dict) and isinstance(got, dict):
        return {key: unsealed(expected.get(key), value, known) for key, value in got.items()}
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        return [unsealed(one, other, known) for one, other in zip(expected, got, strict=True)]
    return got
