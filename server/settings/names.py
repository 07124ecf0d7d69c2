"""The names that settings have as variables, and what was meant by one that is none.

A misspelt FIELDGATE_PROFILE would start another profile than the operator meant, and a misspelt
limit would not limit: so an unknown name is refused, wherever it stands.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from inspect import isclass

from pydantic import BaseModel

PREFIX = "FIELDGATE_"
NESTED = "__"


def names_of(settings: type, stem: str = PREFIX) -> Iterator[str]:
    """Yield the variables of a model of settings, those of the groups inside it included."""
    for name, kind in _members(settings):
        variable = f"{stem}{name.upper()}"
        yield variable
        if isclass(kind):
            yield from names_of(kind, f"{variable}{NESTED}")


def unknown_names(given: Iterable[str], settings: type) -> Iterator[str]:
    """Yield a sentence for each variable that looks like a setting and is none."""
    known = [name.removeprefix(PREFIX) for name in names_of(settings)]
    for name in sorted({name.upper() for name in given}):
        stem = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and stem not in known:
            close = difflib.get_close_matches(stem, known, n=1)
            told = f"Did you mean {PREFIX}{close[0]}?" if close else "`.env.example` explains them."
            yield f"{name} is not a setting. {told}"


def _members(settings: type) -> Iterator[tuple[str, object]]:
    if issubclass(settings, BaseModel):
        for name, field in settings.model_fields.items():
            yield name, field.annotation
    elif is_dataclass(settings):
        for limit in fields(settings):
            yield limit.name, limit.type
