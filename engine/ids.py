"""Global ids: the type's prefix and the row's stored random key, one spelling each."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.errors import Refusal

_GLOBAL = re.compile(r"([a-z]{3})_([a-z2-7]{26})", re.ASCII)


def encode(prefix: str, key: str) -> str:
    """Return the global id of a row."""
    return f"{prefix}_{key}"


def encoder(prefix: str) -> Callable[[str], str]:
    """Return the function from a row's key to its global id."""
    return lambda key: encode(prefix, key)


def decode(text: str, argument: str) -> tuple[str, str]:
    """Return prefix and key.

    Raises Refusal BAD_USER_INPUT/ID naming the argument when the text is no id of ours.
    """
    match = _GLOBAL.fullmatch(text)
    if match is None:
        raise malformed(argument)
    return match[1], match[2]


def key_of(text: str, argument: str, prefix: str | None, expected: str) -> str:
    """Return the key behind a global id of a type, or raise Refusal BAD_USER_INPUT/ID."""
    found, key = decode(text, argument)
    if found != prefix:
        raise malformed(argument, expected)
    return key


def malformed(argument: str, expected: str | None = None) -> Refusal:
    """Return the refusal of an id that can belong to nothing (of the expected type)."""
    what = f"the id of a {expected}" if expected else "an id that this gateway gave out"
    return Refusal("BAD_USER_INPUT", f"{argument} is not {what}.", input=argument, reason="ID")
