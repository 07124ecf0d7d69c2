"""SQL as a person reads it: parameters by name, a clause a line, the same text every time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sqlalchemy.sql.elements import ClauseElement

from db.drivers.database import Database
from db.drivers.statements import Statement

WIDTH = 100
_PLACEHOLDER = re.compile(r"\?|\$(\d+)(?:::[A-Z]+(?:\[\])?)?")
_DIGEST = re.compile(r"(?<=_[0-9a-f]{4})[0-9a-f]{8}$")
"""All but the beginning of what tells the arrays of two shapes apart."""
_TOKEN = re.compile(r"(\s*)('(?:[^']|'')*'|[(),]|[^\s(),']+)")
_CLAUSES = {
    *("WITH", "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION"),
    *("JOIN", "LEFT", "CROSS"),
}
_INSIDE = {("LEFT", "OUTER"), ("OUTER", "JOIN"), ("LEFT", "JOIN"), ("CROSS", "JOIN")}


class NamingDatabase(Database):
    """A database that tells each statement it runs with its parameters by name."""

    def __init__(self, url: str) -> None:
        self._known: dict[str, Statement] = {}
        self.ran: list[str] = []
        super().__init__(url)
        self.observer = lambda text: self.ran.append(self._named(text))

    def compile(self, executable: ClauseElement) -> Statement:
        statement = super().compile(executable)
        self._known[statement.text] = statement
        return statement

    def _named(self, text: str) -> str:
        """The text with the name of each parameter, or its value where that never changes."""
        statement = self._known[text]
        positions, literals = statement._positions, statement._literals  # noqa: SLF001 -- a driver needs their order alone
        following = iter(positions)

        def named(match: re.Match[str]) -> str:
            name = positions[int(match[1]) - 1] if match[1] else next(following)
            if name not in literals:
                return f":{_DIGEST.sub('', name)}"
            value = literals[name]
            return f"'{value}'" if isinstance(value, str) else str(value)

        return _PLACEHOLDER.sub(named, text)


@dataclass
class _Item:
    """A word, or what stands within parentheses; `space` says whether one comes before it."""

    space: str
    word: str = ""
    inside: list[_Item] | None = None

    def flat(self) -> str:
        return f"({_flat(self.inside)})" if self.inside is not None else self.word


@dataclass
class _Page:
    lines: list[str] = field(default_factory=list)

    def write(self, items: list[_Item], indent: int) -> None:
        """One line where that fits; else a line a clause, and below it a line a part."""
        if not any(_opens_clause(items, at) for at in range(len(items))):
            return self._conditions(items, indent)
        starts = [at for at in range(len(items)) if at == 0 or _opens_clause(items, at)]
        for start, end in zip(starts, [*starts[1:], len(items)], strict=True):
            self._conditions(items[start:end], indent)
        return None

    def _conditions(self, items: list[_Item], indent: int) -> None:
        for joiner in (",", "OR", "AND"):
            parts = _parts(items, joiner)
            if indent + len(_flat(items)) <= WIDTH or len(parts) == 1:
                continue
            below = 0 if joiner == "," and items[0].word not in _CLAUSES else 2
            self._conditions(parts[0], indent)
            for part in parts[1:]:
                self._conditions(part, indent + below)
            return
        self._line(items, indent)

    def _line(self, items: list[_Item], indent: int) -> None:
        if indent + len(_flat(items)) <= WIDTH:
            self.lines.append(" " * indent + _flat(items))
            return
        text = ""
        for item in items:
            if item.inside is None or len(item.flat()) < WIDTH // 2:
                text += item.space + item.flat()
                continue
            self.lines.append(" " * indent + f"{text}{item.space}(".strip())
            self.write(item.inside, indent + 4)
            text = ")"
        if text:
            self.lines.append(" " * indent + text.strip())


def pretty(text: str) -> str:
    """The statement, a clause a line; what does not fit on one is indented below it."""
    page = _Page()
    page.write(_items(iter(_TOKEN.findall(text))), 0)
    return "\n".join(page.lines)


def _items(tokens: object) -> list[_Item]:
    found: list[_Item] = []
    for space, word in tokens:
        if word == ")":
            break
        inside = _items(tokens) if word == "(" else None
        found.append(_Item(" " if space else "", word, inside))
    return found


def _flat(items: list[_Item]) -> str:
    return "".join(item.space + item.flat() for item in items).strip()


def _opens_clause(items: list[_Item], at: int) -> bool:
    word = items[at].word
    return word in _CLAUSES and (at == 0 or (items[at - 1].word, word) not in _INSIDE)


def _parts(items: list[_Item], joiner: str) -> list[list[_Item]]:
    """The items between joiners: a comma ends its part, AND and OR begin theirs."""
    parts: list[list[_Item]] = [[]]
    for item in items:
        if item.word == joiner != "," and parts[-1]:
            parts.append([])
        parts[-1].append(item)
        if item.word == joiner == ",":
            parts.append([])
    return [part for part in parts if part]
