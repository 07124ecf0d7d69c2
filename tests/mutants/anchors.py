"""Where a mutant's code stands: in which function, whatever file that is in, however it is laid out."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGES = ("authz", "db", "engine", "resolvers", "schema", "server")
_LAYOUT = frozenset(
    {
        tokenize.COMMENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
        tokenize.INDENT,
        tokenize.NEWLINE,
        tokenize.NL,
    }
)
_CLOSING = frozenset({")", "]", "}"})


class AnchorError(Exception):
    """A function, or code in it, that is not there exactly once."""


@dataclass(frozen=True, slots=True)
class Place:
    """A function, a class or a module: its dotted name, its file, and its first and last line."""

    name: str
    file: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


def found(root: Path, name: str) -> Place:
    """The one place whose dotted name ends with `name`, or AnchorError."""
    matching = [place for place in _places(root) if f".{place.name}".endswith(f".{name}")]
    if len(matching) != 1:
        told = ", ".join(place.name for place in matching) or "nothing"
        raise AnchorError(f"{name} names {told}; it has to name one function.")
    return matching[0]


def changed(text: str, place: Place, old: str, new: str) -> str:
    """The text of a file with the one occurrence of `old` in a place made `new`, or AnchorError.

    Code is compared token by token: line breaks, indentation, comments and a comma before a
    closing bracket make no difference.
    """
    lines = text.splitlines(keepends=True)
    start, end = (sum(map(len, lines[:number])) for number in (place.first - 1, place.last))
    body, wanted = _tokens(text[start:end]), [token.text for token in _tokens(old)]
    size = len(wanted)
    at = [
        i
        for i in range(len(body) - size + 1)
        if [token.text for token in body[i : i + size]] == wanted
    ]
    if len(at) != 1:
        raise AnchorError(f"its code stands {len(at)} times in {place.name}, not once:\n{old}")
    first, last = body[at[0]], body[at[0] + size - 1]
    return text[: start + first.start] + new.strip() + text[start + last.end :]


def _tokens(code: str) -> list[_Token]:
    """The tokens of a piece of code that say something, each with its place in the text."""
    starts = [0]
    for line in code.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tokens = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type not in _LAYOUT:
                (row, column), (last_row, last_column) = token.start, token.end
                start, end = starts[row - 1] + column, starts[last_row - 1] + last_column
                tokens.append(_Token(token.string, start, end))
    except (tokenize.TokenError, IndentationError):
        pass  # a piece of a statement has no end, and one of a block no beginning
    return [
        token
        for i, token in enumerate(tokens)
        if token.text != "," or i + 1 == len(tokens) or tokens[i + 1].text not in _CLOSING
    ]


@cache
def _places(root: Path) -> tuple[Place, ...]:
    """Every module, class and function of the product."""
    places = []
    for package in PACKAGES:
        for file in sorted((root / package).rglob("*.py")):
            path = file.relative_to(root)
            text = file.read_text("utf-8")
            module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
            places.append(Place(module, str(path), 1, text.count("\n") + 1))
            places.extend(_within(ast.parse(text), module, str(path)))
    return tuple(places)


def _within(node: ast.AST, above: str, file: str) -> list[Place]:
    places = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{above}.{child.name}"
            first = min([child.lineno, *(each.lineno for each in child.decorator_list)])
            places.append(Place(name, file, first, child.end_lineno or first))
            places.extend(_within(child, name, file))
        else:
            places.extend(_within(child, above, file))
    return places
