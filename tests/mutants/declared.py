"""Mutants as they are declared: one line of the product made wrong, why that would leak, who kills it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


class MutantError(Exception):
    """A declaration that cannot be obeyed; the text names the mutant and the reason."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one line: `old` stands once in `file`, with as much around it as that takes.

    `leak` says what the change would give away, and `killed_by` names the tests that are to fail.
    """

    name: str
    file: str
    old: str
    new: str
    leak: str
    killed_by: tuple[str, ...]

    def applied(self, text: str) -> str:
        """The text of the file with the change made, or MutantError: the code has moved."""
        count = text.count(self.old)
        if count != 1:
            message = (
                f"{self.name}: its text stands {count} times in {self.file}, not once. The code "
                f"moved; find its new place, or another way to make it wrong:\n{self.old}"
            )
            raise MutantError(message)
        return text.replace(self.old, self.new)


def declared(folder: Path = FOLDER) -> list[Mutant]:
    """All mutants of a folder's TOML files, in the order that they stand in."""
    found = [
        _mutant(name, table)
        for file in sorted(folder.glob("*.toml"))
        for name, table in tomllib.loads(file.read_text("utf-8")).items()
    ]
    names = [mutant.name for mutant in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise MutantError(f"Two mutants share a name: {', '.join(twice)}.")
    return found


def _mutant(name: str, table: dict[str, Any]) -> Mutant:
    wanted = {field.name for field in fields(Mutant)} - {"name"}
    if set(table) != wanted:
        raise MutantError(f"{name}: it has {sorted(table)} and should have {sorted(wanted)}.")
    killed_by = tuple(table["killed_by"])
    if not killed_by:
        raise MutantError(f"{name}: no test is named that is to kill it.")
    return Mutant(name, **{**table, "killed_by": killed_by})
