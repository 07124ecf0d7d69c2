"""One command asked for: its input as the ladder reads it, and what it aims at."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import strawberry

from engine import ids
from engine.errors import Refusal
from engine.execution.views import withheld_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import FieldNode

    from authz.rows.principal import Identity
    from engine.catalogue import Entity, Field
    from engine.declare.change import Change
    from engine.declare.commands import Command, Named, Target
    from engine.errors import Withheld

_VERSION = "if_version"
"""The input field with the version that an edit was made of."""


@dataclass(slots=True)
class Call:
    """One command asked for: where it stands in a document, its input, and who asks."""

    key: str
    """The response key of its root field."""
    node: FieldNode
    place: Field
    spec: Command
    given: Any
    sent: Any
    """The input as GraphQL coerced it."""
    identity: Identity
    request_id: str
    address: str | None = None
    """Where the request comes from."""
    user: str | None = None
    """The caller's User, once the grants were read or the command has made one."""
    change: Change | None = None
    """What the command works with, once it was let past the ladder."""

    def withheld(self, refusal: Refusal) -> Withheld:
        """Return what stands for the root field where the command is refused."""
        return withheld_of(refusal, self.place.coordinate, self.node)

    @property
    def asked(self) -> tuple[tuple[str, str | None], ...]:
        """The command's action, and action and name of every input field that was given.

        What names rows and their version is no field to be edited; a word of a closed set may need
        an action of its own.
        """
        return tuple(dict.fromkeys(((self.place.guarded.action, None), *self._rules())))

    def _rules(self) -> Iterator[tuple[str, str | None]]:
        target = self.spec.target
        aiming = {_VERSION, *((target.argument,) if target else ())}
        aiming |= {named.argument for named in self.spec.named}
        for field in self.spec.given.__strawberry_definition__.fields:  # type: ignore[attr-defined]
            value = getattr(self.given, field.python_name)
            if value is not strawberry.UNSET:
                aims = field.python_name in aiming
                yield field.metadata["action"], None if aims else camel(field.python_name)
                by_word = field.metadata.get("by_word", {})
                word = getattr(value, "value", value)
                if isinstance(word, str) and word in by_word:
                    yield by_word[word], None

    def lock_of(self, target: Target) -> str:
        """Return the column that holds the organisation to lock."""
        if isinstance(target.lock, str):
            return target.lock
        word = getattr(self.given, target.lock.argument)
        return target.lock.columns[word.value]


class CallsRefused(Exception):
    """Nothing was made: what stands for each command that was refused."""

    def __init__(self, of: Sequence[tuple[Call, Withheld]]) -> None:
        """Take at least one."""
        super().__init__(of[0][1].message)
        self.of = tuple(of)


@dataclass(frozen=True, slots=True)
class Aim:
    """The rows acted on, the organisation that is locked for them, and what else was named.

    `named` holds the keys of other rows by the arguments that named them.
    """

    entity: Entity
    keys: tuple[str, ...]
    organisation: str
    named: Mapping[str, tuple[str, ...]]


def keys_of(call: Call, aimed: Target | Named, entity: Entity, most: int) -> dict[str, str]:
    """Return the keys that an argument names, each with its place in the input.

    Raises Refusal BAD_USER_INPUT for an id that is none of the type, and for too many or no ids.
    """
    name, given = input_name(aimed.argument), getattr(call.given, aimed.argument)
    if given is strawberry.UNSET or given is None:
        return {}
    if not aimed.many:
        return {decoded(entity, given, name): name}
    if not 0 < len(given) <= most:
        message = f"{name} holds {len(given):,} ids; from 1 to {most:,} are taken at once."
        raise Refusal(
            "BAD_USER_INPUT", message, input=name, reason="IDS", limit=most, actual=len(given)
        )
    found: dict[str, str] = {}
    for number, text in enumerate(given):
        here = f"{name}[{number}]"
        found.setdefault(decoded(entity, text, here), here)
    return found


def decoded(entity: Entity, text: str, name: str) -> str:
    """Return the key behind a global id of a type, or raise Refusal BAD_USER_INPUT."""
    return ids.key_of(text, name, entity.prefix, entity.name)


def named(call: Call, target: Target, entity: Entity) -> list[str]:
    """Return the keys that a refused command named, whether or not their rows exist.

    What is no id of the type names none.
    """
    given = getattr(call.given, target.argument)
    found: dict[str, None] = {}
    for text in (given or ()) if target.many else (given,):
        with suppress(Refusal):
            found[decoded(entity, text, "")] = None
    return list(found)


def input_name(argument: str) -> str:
    """Return where an argument stands in the request, by its Python name."""
    return "input." + camel(argument)


def camel(name: str) -> str:
    """Return a Python name as GraphQL writes it."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
