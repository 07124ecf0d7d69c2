"""Answers: data, errors, and what a client should know of the authorization behind them."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.errors import WITHHELD, too_large
from engine.notes import Notes
from engine.requests import Answer

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from authz.decision import Fingerprint
    from authz.policy import Policy
    from authz.rows.principal import Principal
    from engine.errors import RequestRefused
    from engine.limits import Limits
    from engine.requests import OperationReport, OperationRequest


@dataclass(slots=True)
class Outcome:
    """What an operation made: its data, and an error for each position without its value."""

    data: dict[str, Any] | None
    errors: list[dict[str, object]]
    notes: Notes = field(default_factory=Notes)
    principal: Principal | None = None
    """Who the caller has become, where a change changed that."""
    changes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The response keys of the changes that stand, of which an answer never says nothing."""


class Replies:
    """Makes the payload and the status of every operation."""

    def __init__(self, policy: Policy, limits: Limits) -> None:
        """Take the policy, whose version each answer names."""
        self._policy = policy
        self._limits = limits

    def answer(
        self,
        outcome: Outcome,
        request: OperationRequest,
        principal: Principal,
        report: OperationReport,
    ) -> Answer:
        """Return the answer of an operation that ran, or raise RequestRefused: it is too large."""
        if len(outcome.errors) > self._limits.withheld_shown:
            most = self._limits.withheld_shown
            message = f"The answer would withhold more than the {most:,} values that it can name."
            raise too_large(message, "WITHHELD", limit=most)
        told = Counter(
            (str(extensions.get("coordinate")), str(extensions["code"]))
            for extensions in map(_extensions, outcome.errors)
        )
        report.codes = tuple(sorted({code for _, code in told}))
        lines = _lines(told, outcome.notes.refused_types)
        errors, payload = outcome.errors, dict[str, object]()
        strict = request.mode == "strict" and bool(lines) and not outcome.changes.get("made")
        if strict:
            types = outcome.notes.refused_types.items()
            errors = errors + [withheld.of(name) for (_, name), withheld in types]
            report.codes = tuple(sorted({*report.codes, *(str(line["code"]) for line in lines)}))
        else:
            payload["data"] = outcome.data
        if errors:
            payload["errors"] = errors
        narrowed = [
            {"coordinate": coordinate, "argument": argument}
            for coordinate, argument in sorted(outcome.notes.narrowed)
        ]
        hints = _hints(outcome.notes)
        # without a key and without an error, the data says it
        changes = outcome.changes if errors or "replayed" in outcome.changes else {}
        payload["extensions"] = self._extensions(
            outcome.principal or principal, changes, withheld=lines, narrowed=narrowed, hints=hints
        )
        return Answer(payload, 403 if strict else 200, report, outcome.changes)

    def refused(
        self,
        refusal: RequestRefused,
        principal: Principal | None,
        report: OperationReport,
        changes: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> Answer:
        """Return the answer of a request that did not run, or whose result is kept back.

        Of the principal nothing is told while it is not known. `changes` are the response keys of
        changes that stand although nothing of them is answered.
        """
        told = Counter(
            (str(extensions.get("coordinate")), str(extensions["code"]))
            for extensions in map(_extensions, refusal.errors)
            if "type" not in extensions
        )
        report.codes = tuple(sorted({str(_extensions(e)["code"]) for e in refusal.errors}))
        lines = _lines(told, refusal.types)
        payload: dict[str, object] = {"errors": refusal.errors}
        if principal is not None:
            payload["extensions"] = self._extensions(principal, changes, withheld=lines)
        return Answer(payload, refusal.status, report, changes)

    def _extensions(
        self,
        principal: Principal,
        changes: Mapping[str, Sequence[str]],
        **parts: Sequence[Mapping[str, object]],
    ) -> dict[str, object]:
        authorization: dict[str, object] = {
            "policyVersion": self._policy.version,
            "fingerprint": _digest(self._policy.version, principal.fingerprint),
        }
        authorization.update({name: lines for name, lines in parts.items() if lines})
        extensions: dict[str, object] = {"authorization": authorization}
        if changes:
            extensions["changes"] = changes
        return extensions


def _lines(
    told: Mapping[tuple[str, str], int], types: Collection[tuple[str, str]]
) -> list[dict[str, object]]:
    """Return what an answer says of whatever is withheld: a line for each coordinate."""
    lines: list[dict[str, object]] = [
        {"coordinate": coordinate, "code": code, "count": count}
        for (coordinate, code), count in sorted(told.items())
        if code in WITHHELD
    ]
    lines += [
        {"coordinate": coordinate, "type": name, "code": "FORBIDDEN"}
        for coordinate, name in sorted(types)
    ]
    return lines


def _hints(notes: Notes) -> list[dict[str, object]]:
    """Return where rows are that a list has none of for the caller, whatever rows there are."""
    lines: list[dict[str, object]] = []
    for coordinate, argument, word, others in sorted(notes.hints):
        name = coordinate.partition(".")[2]
        message = f"{name}({argument}: {word}) is empty for every role that you hold."
        if others:
            message += f" Rows are in {', '.join(f'{name}({argument}: {w})' for w in others)}."
        lines.append(
            {
                "coordinate": coordinate,
                "argument": argument,
                "given": word,
                "instead": list(others),
                "message": message,
            }
        )
    return lines


@lru_cache(maxsize=1_024)
def _digest(version: str, fingerprint: Fingerprint) -> str:
    """Return what stands for a fingerprint under a policy."""
    return hashlib.sha256(f"{version}\n{fingerprint!r}".encode()).hexdigest()[:16]


def _extensions(error: dict[str, object]) -> dict[str, object]:
    extensions = error["extensions"]
    assert isinstance(extensions, dict)  # noqa: S101 - every error of ours has them
    return extensions
