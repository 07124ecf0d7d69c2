"""Prints the whole policy, refusals included, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from itertools import groupby
from typing import Literal

from authz.conditions import CONDITIONS
from authz.matrix import SCOPES
from authz.policy import Policy, PolicyLine
from authz.publishing.wording import scope_words
from authz.roles import SYSTEMS

Format = Literal["json", "csv", "md"]

_KEYS = tuple(field.name for field in fields(PolicyLine))


def render(policy: Policy, format: Format) -> str:  # noqa: A002 - the option's name
    """Return every line of the policy; each line holds every key of PolicyLine, in that order.

    In JSON what a line does not have is null; in CSV and Markdown it is an empty cell.
    """
    try:
        renderer = _RENDERERS[format]
    except KeyError:
        raise ValueError(
            f"The policy has no format {format!r}; there are {', '.join(_RENDERERS)}."
        ) from None
    return renderer(policy)


def _json(policy: Policy) -> str:
    lines = [asdict(line) | {"fields": line.fields or None} for line in policy.lines()]
    return json.dumps(lines, ensure_ascii=False, indent=2) + "\n"


def _csv(policy: Policy) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_KEYS)
    writer.writerows(_words(line) for line in policy.lines())
    return out.getvalue()


def _md(policy: Policy) -> str:
    parts = [f"# Policy {policy.version}\n"]
    keys = _KEYS[1:]
    for system, group in groupby(policy.lines(), key=lambda line: line.system):
        lines = list(group)
        parts.append(f"\n## {SYSTEMS[system].title}\n\n")
        parts.append(f"| {' | '.join(keys)} |\n|{' --- |' * len(keys)}\n")
        for line in lines:
            words = (word.replace("|", "\\|") for word in _words(line)[1:])
            parts.append(f"| {' | '.join(words)} |\n")
        parts.append("\n")
        parts += (f"- `{name}`: {meaning}.\n" for name, meaning in _legend(lines))
    return "".join(parts)


def _legend(lines: Sequence[PolicyLine]) -> Iterator[tuple[str, str]]:
    """Yield what the scopes and conditions of one system's lines mean, in words."""
    for scope in SCOPES:
        if any(line.scope == scope for line in lines):
            yield scope, scope_words(scope, lines[0].system) or "without a limit"
    for condition in CONDITIONS.values():
        if any(line.when == condition.name for line in lines):
            yield condition.name, f"{condition.sentence} ({condition.source})"


def _words(line: PolicyLine) -> list[str]:
    return [_word(getattr(line, key)) for key in _KEYS]


def _word(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return " ".join(value)
        case _:
            return str(value)


_RENDERERS: dict[str, Callable[[Policy], str]] = {"json": _json, "csv": _csv, "md": _md}
