"""Reads a policy back: a file that the export wrote, or a directory of matrices."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NoReturn

from authz.matrix import MatrixError
from authz.policy import Policy, PolicyLine

STANDARD_INPUT = "-"
"""The name under which an exported file is read from standard input."""

_KEYS = tuple(field.name for field in fields(PolicyLine))


class UnreadablePolicy(Exception):
    """A policy that cannot be read; the text names the file, the place in it and the reason."""

    def __init__(self, file: str, reason: str, *place: str) -> None:
        """Keep the file and the reason for a caller and join all for a person."""
        super().__init__(f"{', '.join((file, *place))}: {reason}")
        self.file = file
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Cell:
    """The values of one line as JSON has them, to be checked, and the place where they stand."""

    file: str
    place: str
    kind: str
    values: dict[str, Any]

    def line(self) -> PolicyLine:
        """Return the values as a line, or raise UnreadablePolicy at the first that cannot be."""
        values = self.values
        for key in ("system", "source", "feature", "action", "role"):
            self._check(key, "some words", good=_is_text(values[key]))
        for key in ("scope", "when", "note"):
            self._check(key, "words or nothing", good=values[key] is None or _is_text(values[key]))
        names = values["fields"]
        self._check("fields", "names of fields, or nothing", good=names is None or _is_list(names))
        self._check("restored", "true or false", good=isinstance(values["restored"], bool))
        self._check("effect", "allow or deny", good=values["effect"] in ("allow", "deny"))
        allowed = values["effect"] == "allow"
        self._check("scope", "a scope, as the effect is allow", good=values["scope"] or not allowed)
        for key in ("scope", "when", "fields", "restored"):
            self._check(key, "nothing, as the effect is deny", good=allowed or not values[key])
        return PolicyLine(**values | {"fields": tuple(names or ())})

    def _check(self, key: str, wanted: str, *, good: object) -> None:
        if not good:
            found = self.values[key]
            stands = "nothing stands here" if found is None else f"{found!r} stands here"
            self.refuse(f"{stands}; there should be {wanted}.", f"{self.kind} {key}")

    def refuse(self, reason: str, *place: str) -> NoReturn:
        """Raise UnreadablePolicy for the line, or for a place in it."""
        raise UnreadablePolicy(self.file, reason, self.place, *place)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def read_policy(name: str) -> tuple[PolicyLine, ...]:
    """Return the lines of a policy, or raise UnreadablePolicy.

    The name is that of a directory of matrices (*.toml), of a file in the format csv or json as
    `authz.publishing.export` writes them, or STANDARD_INPUT for the text of such a file. A matrix
    has to keep to the names that this version knows; an exported file may have those of another.
    """
    path = Path(name)
    try:
        if name == STANDARD_INPUT:
            return _read("standard input", sys.stdin.buffer.read())
        if not path.is_dir():
            return _read(name, path.read_bytes())
        if any(path.glob("*.toml")):
            return tuple(Policy.load(path).lines())
    except OSError as error:
        raise UnreadablePolicy(name, f"it cannot be read: {error.strerror}.") from error
    except MatrixError as error:
        raise UnreadablePolicy(str(path / error.file), error.reason, error.row) from error
    raise UnreadablePolicy(name, "the directory holds no matrix (*.toml).")


def _read(file: str, content: bytes) -> tuple[PolicyLine, ...]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadablePolicy(file, "it is not text in UTF-8.") from error
    written_as_json = text.lstrip()[:1] in {"[", "{"}
    found: dict[tuple[str, str, str], PolicyLine] = {}
    for cell in _objects(file, text) if written_as_json else _rows(file, text):
        line = cell.line()
        name = (line.system, line.action, line.role)
        if name in found:
            cell.refuse(f"{line.action!r} of {line.role!r} stands here for the second time.")
        found[name] = line
    if not found:
        raise UnreadablePolicy(file, "it holds no line of a policy.")
    return tuple(found.values())


def _objects(file: str, text: str) -> Iterator[_Cell]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadablePolicy(file, f"it is not JSON: {error}.") from error
    if not isinstance(content, list):
        raise UnreadablePolicy(file, "it is not a list, as an exported policy is.")
    for number, values in enumerate(content, 1):
        cell = _Cell(file, f"object {number}", "key", values)
        if not isinstance(values, dict) or values.keys() != set(_KEYS):
            cell.refuse(f"it is not an object with the keys {', '.join(_KEYS)}.")
        yield cell


def _rows(file: str, text: str) -> Iterator[_Cell]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    end = 0
    try:
        header = next(reader, [])
        if sorted(header) != sorted(_KEYS):
            reason = f"an exported policy begins with the columns {','.join(_KEYS)}."
            raise UnreadablePolicy(file, reason, "line 1")
        end = reader.line_num
        for row in reader:
            cell = _Cell(file, f"line {end + 1}", "column", _values(header, row))
            if row and len(row) != len(header):
                cell.refuse(f"it has {len(row)} columns instead of {len(header)}.")
            end = reader.line_num
            if row:
                yield cell
    except csv.Error as error:
        raise UnreadablePolicy(file, f"it is not CSV: {error}.", f"line {end + 1}") from error


def _values(header: list[str], row: list[str]) -> dict[str, Any]:
    """Return a line of CSV as the object that JSON has in its place."""
    values: dict[str, Any] = {key: word or None for key, word in zip(header, row, strict=False)}
    words = values.get("fields")
    flag = values.get("restored")
    return values | {
        "fields": words and words.split(" "),
        "restored": {"true": True, "false": False}.get(flag or "", flag),
    }
