"""How the oracle finds rows by their global ids: the role first, then the id, then the row."""

from __future__ import annotations

from dataclasses import dataclass

from lab.oracle.asked import PREFIXES, Asked, Thing
from lab.oracle.finding import Arguments
from oracle.refusal import RefusalError, bad_input, forbidden
from oracle.shapes import LARGEST_PAGE


@dataclass(frozen=True)
class ById:
    """The row of a global id of one type: role first, then the id, then the row."""

    kind: str

    def __call__(self, asked: Asked, _root: object, at: str, args: Arguments) -> Thing:
        if asked.unreadable(self.kind):
            raise forbidden(at)
        kind, key = read_id(args["id"], at)
        if kind != self.kind:
            raise bad_input(at)
        return asked.seen(kind, key, at)


def node(asked: Asked, _root: object, at: str, args: Arguments) -> Thing:
    """The row of a global id of any type."""
    return _any_by_id(asked, args["id"], at)


def nodes(asked: Asked, _root: object, at: str, args: Arguments) -> list[Thing | RefusalError]:
    """The rows of several ids; one that cannot be an id spoils its own place."""
    if len(args["ids"]) > LARGEST_PAGE:
        raise bad_input(at)
    found: list[Thing | RefusalError] = []
    for text in args["ids"]:
        try:
            found.append(_any_by_id(asked, text, at))
        except RefusalError as refusal:
            found.append(refusal)
    return found


def me(asked: Asked, _root: object, at: str, _args: Arguments) -> Thing | None:
    """The caller's own row."""
    if asked.unreadable("Person"):
        raise forbidden(at)
    user = asked.judge.principal.user
    found = asked.visible("person.read", at, "Person", [user] if user else [])
    return next(iter(found), None)


def read_id(text: str, at: str) -> tuple[str, str]:
    """Return the type and the key of a global id."""
    prefix, _, key = text.partition("_")
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    if prefix not in PREFIXES or len(key) != 26 or any(letter not in letters for letter in key):
        raise bad_input(at)
    return PREFIXES[prefix], key


def _any_by_id(asked: Asked, text: str, at: str) -> Thing:
    kind, key = read_id(text, at)
    if asked.unreadable(kind):
        raise forbidden(at)
    return asked.seen(kind, key, at)
