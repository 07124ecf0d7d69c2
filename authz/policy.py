"""All matrices as one policy: what an action needs, and the decision for a fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path as File
from typing import Literal, Self

from authz.conditions import CONDITIONS, Condition
from authz.decision import Always, Decision, Fingerprint, Never, Path, Where
from authz.matrix import Matrix, MatrixError, Rule, read_matrix
from authz.sources import SOURCES

MATRICES = File(__file__).parent / "matrices"
"""Where the published matrices lie."""

_POSITION = {id_: position for position, id_ in enumerate(SOURCES)}


class PolicyError(KeyError):
    """An action that stands in no matrix."""

    def __init__(self, action: str) -> None:
        """Keep the action and say what is wrong with it."""
        super().__init__(action)
        self.action = action

    def __str__(self) -> str:
        """Return the sentence, where a KeyError would print the bare key."""
        return f"The action {self.action!r} stands in no matrix."


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One cell of one action as it is published; a refusal has no scope, condition or fields."""

    system: str
    source: str
    feature: str
    action: str
    role: str
    effect: Literal["allow", "deny"]
    scope: str | None
    when: str | None
    fields: tuple[str, ...]
    restored: bool
    note: str | None


class Policy:
    """Every matrix, read once at start: immutable, and it knows neither rows nor people."""

    def __init__(
        self, matrices: tuple[Matrix, ...], conditions: Mapping[str, Condition] = CONDITIONS
    ) -> None:
        """Index the rules of the matrices by action; `conditions` are those that a row may name."""
        self.matrices = matrices
        self.conditions = conditions
        rules: dict[str, tuple[Rule, ...]] = {}
        for matrix in matrices:
            for rule in matrix.rules:
                rules[rule.action] = (*rules.get(rule.action, ()), rule)
        self._rules = rules
        self.actions = frozenset(rules)
        self._listing = frozenset(a for a, found in rules.items() if any(r.fields for r in found))
        canonical = json.dumps([asdict(line) for line in self.lines()], sort_keys=True)
        self.version = hashlib.sha256(canonical.encode()).hexdigest()[:12]

    @classmethod
    def load(
        cls, directory: File = MATRICES, conditions: Mapping[str, Condition] = CONDITIONS
    ) -> Self:
        """Read all matrices of a directory in the order of the file names; raises MatrixError."""
        matrices: dict[str, Matrix] = {}
        for file in sorted(directory.glob("*.toml")):
            matrix = read_matrix(file, SOURCES, conditions)
            if matrix.system in matrices:
                reason = f"another file already holds the matrix of {matrix.system}."
                raise MatrixError(file.name, "the head", reason)
            matrices[matrix.system] = matrix
        if not matrices:
            raise MatrixError(str(directory), "the directory", "it holds no matrix.")
        return cls(tuple(matrices.values()), conditions)

    def rules(self, action: str) -> tuple[Rule, ...]:
        """Return the rows of the action, one for each matrix it stands in."""
        try:
            return self._rules[action]
        except KeyError:
            raise PolicyError(action) from None

    def decide(self, action: str, fingerprint: Fingerprint, field: str | None = None) -> Decision:
        """Decide for the grant shapes of a person; conditions on them are settled here.

        With the GraphQL name of a field, the decision is that of the field: a rule that lists
        fields counts only where it lists this one. Without, it is that of the rows.
        """
        paths: set[Path] = set()
        refusal = f"{action} needs a role that you do not hold."
        for rule in self.rules(action):
            if field is not None and not rule.opens(field):
                continue
            condition = self.conditions[rule.when] if rule.when else None
            when = condition.name if condition and condition.stays else None
            scopes = {cell.role: cell.scope for cell in rule.cells if cell.scope}
            for shape in fingerprint:
                scope = scopes.get(shape.role)
                if scope is None:
                    continue
                if condition and not condition.admits(shape, fingerprint):
                    refusal = f"{action} is refused to you by a condition: {condition.sentence}."
                elif scope == "everything" and not when and (field or not rule.fields):
                    return Always()
                else:
                    paths.add(Path(shape, scope, when))
        return Where(tuple(sorted(paths))) if paths else Never(refusal)

    def lists_fields(self, action: str) -> bool:
        """Tell whether a rule of the action opens some fields only."""
        return action in self._listing

    def requires(self, action: str, field: str | None = None) -> tuple[str, ...]:
        """Return the roles that have a filled cell for the action, in the order of the columns.

        With a field, a rule that lists fields counts only where it lists this one.
        """
        rules = (rule for rule in self.rules(action) if field is None or rule.opens(field))
        cells = (cell for rule in rules for cell in rule.cells if cell.scope)
        return tuple(dict.fromkeys(cell.role for cell in cells))

    def sources(self, action: str) -> tuple[str, ...]:
        """Return the ids of the rules and readings that the action's rows come from."""
        return tuple(dict.fromkeys(rule.source for rule in self.rules(action)))

    def lines(self) -> Iterator[PolicyLine]:
        """Yield every cell of every action, refusals included, in the order of the sources.

        Of an action with several rows in a matrix each cell is told once: where it is filled.
        """
        for matrix in self.matrices:
            told = _told(matrix)
            for rule in sorted(matrix.rules, key=lambda rule: _POSITION[rule.source]):
                for cell in rule.cells:
                    if told[rule.action, cell.role] is not rule:
                        continue
                    allowed = cell.scope is not None
                    yield PolicyLine(
                        system=rule.system,
                        source=rule.source,
                        feature=rule.feature,
                        action=rule.action,
                        role=cell.role,
                        effect="allow" if allowed else "deny",
                        scope=cell.scope,
                        when=rule.when if allowed else None,
                        fields=rule.fields if allowed else (),
                        restored=cell.restored,
                        note=rule.note,
                    )


def _told(matrix: Matrix) -> dict[tuple[str, str], Rule]:
    """Return the rule that tells of each action and role: the one that fills it, or the first."""
    told: dict[tuple[str, str], Rule] = {}
    for rule in matrix.rules:
        for cell in rule.cells:
            first = told.setdefault((rule.action, cell.role), rule)
            if cell.scope is not None and first is not rule:
                told[rule.action, cell.role] = rule
    return told
