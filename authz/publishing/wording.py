"""The policy in sentences: who may do an action, in the words of the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authz.matrix import SCOPES
from authz.roles import SYSTEMS, role_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from authz.matrix import Cell, Rule
    from authz.policy import Policy


def who_may(policy: Policy, action: str, field: str | None = None) -> str:
    """Return who may do an action, a sentence for each scope of each of its rows.

    As in "Owner, Transactor; within their account." A role whose cell the published table lost is
    marked as restored. With a field, a row that lists fields counts only where it lists this one.
    Raises PolicyError when no matrix holds the action.
    """
    rules = policy.rules(action)
    if field is not None:
        rules = tuple(rule for rule in rules if not rule.fields or field in rule.fields)
    clauses = (clause for rule in rules for clause in _clauses(policy, rule, field))
    sentences = (f"{clause[0].upper()}{clause[1:]}." for clause in clauses)
    return " ".join(dict.fromkeys(sentences)) or "Nobody."


def scope_words(scope: str, system: str) -> str:
    """Return what a scope means to the holders of a system's roles; nothing for everything."""
    return SCOPES[scope].format(organisation=SYSTEMS[system].organisation)


def _clauses(policy: Policy, rule: Rule, field: str | None) -> Iterator[str]:
    by_scope: dict[str, list[Cell]] = {}
    for cell in rule.cells:
        if cell.scope is not None:
            by_scope.setdefault(cell.scope, []).append(cell)
    for scope, cells in by_scope.items():
        parts = [", ".join(_role(cell) for cell in cells), scope_words(scope, rule.system)]
        if rule.fields and field is None:
            parts.append(f"only {', '.join(rule.fields)}")
        if rule.when:
            sentence = policy.conditions[rule.when].sentence
            parts.append(sentence[0].lower() + sentence[1:])
        yield "; ".join(part for part in parts if part)


def _role(cell: Cell) -> str:
    return role_title(cell.role) + (" (restored)" if cell.restored else "")
