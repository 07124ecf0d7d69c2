"""Mutants as they are declared: one line of the product made wrong, why that would leak, who kills it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mutants import anchors

FOLDER = Path(__file__).parent


class MutantError(Exception):
    """A declaration that cannot be obeyed; the text names the mutant and the reason."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one line: `old` stands once in `at`, with as much around it as that takes.

    `at` is the end of the dotted name of a function, a class or a module (see `mutants.anchors`);
    of what is no code it is a file. `leak` says what the change would give away, and `killed_by` names the tests that are to fail.
    """

    name: str
    at: str
    old: str
    new: str
    leak: str
    killed_by: tuple[str, ...]

    def applied(self, root: Path) -> tuple[Path, str]:
        """The file of a checkout, and its text with the change made, or MutantError."""
        try:
            if "/" in self.at:
                return root / self.at, self._replaced((root / self.at).read_text("utf-8"))
            place = anchors.found(root, self.at)
            file = root / place.file
            return file, anchors.changed(file.read_text("utf-8"), place, self.old, self.new)
        except anchors.AnchorError as error:
            raise MutantError(f"{self.name}: {error}") from None

    def _replaced(self, text: str) -> str:
        count = text.count(self.old)
        if count != 1:
            raise anchors.AnchorError(f"its text stands {count} times in {self.at}:\n{self.old}")
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
