"""Reads a matrix file: a row is an action, a named cell is a scope, a gap is a refusal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from authz.conditions import CONDITIONS, Condition
from authz.roles import SYSTEMS, column_role

SCOPES = {
    "self": "what is their own",
    "organisation": "within their {organisation}",
    "caseload": "within their caseload",
    "area": "in their area",
    "employed": "people employed by the accounts they manage",
    "group": "in their parallel group",
    "everything": "",
}
"""Every scope a cell can name, narrow to wide, in words; `organisation` as the system calls it."""

_ACTION = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
_FIELD = re.compile(r"[a-z][A-Za-z0-9]*")
_WORDS = ("source", "feature", "section", "when", "note")
_LISTS = ("also", "restored", "fields")


class MatrixError(Exception):
    """A matrix file that cannot be obeyed; the text names the file, the row and the reason."""

    def __init__(self, file: str, row: str, reason: str) -> None:
        """Keep the three parts for a caller and join them for a person."""
        super().__init__(f"{file}, {row}: {reason}")
        self.file = file
        self.row = row
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Cell:
    """What a role gets: a scope, or None for a refusal; `restored` if the source lost the cell."""

    role: str
    scope: str | None
    restored: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One action of one row, with a cell for every column of its matrix and the row's source."""

    action: str
    system: str
    source: str
    feature: str
    cells: tuple[Cell, ...]
    section: str | None = None
    when: str | None = None
    fields: tuple[str, ...] = ()
    note: str | None = None

    def opens(self, field: str) -> bool:
        """Tell whether the rule opens a field: one that it lists, or any where it lists none."""
        return not self.fields or field in self.fields


@dataclass(frozen=True, slots=True)
class Matrix:
    """A system's matrix: its columns as roles, and its rules in the order of the file."""

    system: str
    columns: tuple[str, ...]
    rules: tuple[Rule, ...]


def read_matrix(
    path: Path, sources: Collection[str], conditions: Mapping[str, Condition] = CONDITIONS
) -> Matrix:
    """Read one file, or raise MatrixError; `sources` are the rule and reading ids that exist."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MatrixError(path.name, "the whole file", f"it is not TOML: {error}.") from error
    return _Reader(path.name, content, sources, conditions).matrix()


class _Reader:
    """Reads the content of one file; `row` is where it stands, for the error."""

    def __init__(
        self,
        file: str,
        content: dict[str, Any],
        sources: Collection[str],
        conditions: Collection[str],
    ) -> None:
        self.file = file
        self.content = content
        self.sources = sources
        self.conditions = conditions
        self.row = "the head"
        self.columns: dict[str, str] = {}
        self.system = ""

    def matrix(self) -> Matrix:
        self._head()
        rules = tuple(self._rules())
        return Matrix(self.system, tuple(self.columns.values()), rules)

    def _head(self) -> None:
        self.system = self._word(self.content, "system")
        if self.system not in SYSTEMS:
            self._refuse(f"{self.system!r} is no system; there are {_join(SYSTEMS)}.")
        names = self._list(self.content, "columns")
        if not names:
            self._refuse("`columns` is missing; it names the roles of the matrix.")
        for name in names:
            role = column_role(self.system, name)
            if role is None:
                self._refuse(f"column {name!r} is no role of {self.system}.")
            self.columns[name] = role

    def _rules(self) -> Iterator[Rule]:
        seen: dict[str, str] = {}
        for resource, verbs in self.content.items():
            if resource in {"system", "columns"}:
                continue
            self.row = f"[{resource}]"
            if not isinstance(verbs, dict):
                self._refuse(f"`{resource}` is neither `system`, `columns` nor a row.")
            for verb, found in verbs.items():
                self.row = f"[{resource}.{verb}]"
                rows = found if isinstance(found, list) else [found]
                if not rows or not all(isinstance(row, dict) for row in rows):
                    self._refuse(f"the action {resource!r} is not of the form resource.verb.")
                self._apart(rows)
                for row in rows:
                    yield from self._actions(f"{resource}.{verb}", row, rows, seen)

    def _apart(self, rows: list[dict[str, Any]]) -> None:
        """Refuse rows of one action that fill a column twice."""
        for column in self.columns:
            if sum(column in row for row in rows) > 1:
                self._refuse(f"column {column!r} is filled in two rows of one action.")

    def _actions(
        self, name: str, row: dict[str, Any], rows: list[dict[str, Any]], seen: dict[str, str]
    ) -> Iterator[Rule]:
        """Yield a rule for each action of a row; `seen` tells where an action stands already."""
        for action in (name, *self._list(row, "also")):
            if not _ACTION.fullmatch(action):
                self._refuse(f"the action {action!r} is not of the form resource.verb.")
            again = any(
                other is not row and action in (name, *other.get("also", ())) for other in rows
            )
            if action in seen and not (again and seen[action] == self.row):
                self._refuse(f"the action {action} already stands in {seen[action]}.")
            seen[action] = self.row
            yield self._rule(action, row)

    def _rule(self, action: str, row: dict[str, Any]) -> Rule:
        for key in row:
            if key not in (*_WORDS, *_LISTS, *self.columns):
                self._refuse(f"{key!r} is neither a key of a row nor a column of the matrix.")
        return Rule(
            action=action,
            system=self.system,
            source=self._named(row, "source", self.sources, "rule or reading of the sources"),
            feature=self._word(row, "feature"),
            cells=self._cells(row),
            section=self._word(row, "section") if "section" in row else None,
            when=self._named(row, "when", self.conditions, "condition") if "when" in row else None,
            fields=self._fields(row),
            note=self._word(row, "note") if "note" in row else None,
        )

    def _cells(self, row: dict[str, Any]) -> tuple[Cell, ...]:
        restored = self._list(row, "restored")
        for name in restored:
            if name not in row or name not in self.columns:
                self._refuse(f"`restored` names {name!r}, which is not a filled cell of this row.")
        return tuple(
            Cell(
                role,
                self._named(row, column, SCOPES, "scope") if column in row else None,
                column in restored,
            )
            for column, role in self.columns.items()
        )

    def _fields(self, row: dict[str, Any]) -> tuple[str, ...]:
        fields = self._list(row, "fields")
        for name in fields:
            if not _FIELD.fullmatch(name):
                self._refuse(f"`fields` names {name!r}, which cannot be a field of the schema.")
        if "fields" in row and not fields:
            self._refuse("`fields` is empty; leave it out to open every field.")
        return fields

    def _named(self, table: dict[str, Any], key: str, known: Collection[str], kind: str) -> str:
        value = self._word(table, key)
        if value not in known:
            self._refuse(f"`{key}` names {value!r}, which is no {kind}.")
        return value

    def _word(self, table: dict[str, Any], key: str) -> str:
        if key not in table:
            self._refuse(f"`{key}` is missing.")
        value = table[key]
        if not isinstance(value, str) or not value.strip():
            self._refuse(f"`{key}` is {value!r} and should be some words.")
        return value

    def _list(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._refuse(f"`{key}` is {value!r} and should be a list of words.")
        if len(set(value)) != len(value):
            self._refuse(f"`{key}` names something twice: {_join(value)}.")
        return tuple(value)

    def _refuse(self, reason: str) -> NoReturn:
        raise MatrixError(self.file, self.row, reason)


def _join(words: Collection[str]) -> str:
    return ", ".join(words)
