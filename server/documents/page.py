"""Self-contained pages: text that is always escaped, one style sheet, and nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

_FOLDER = Path(__file__).parent
_LONDON = ZoneInfo("Europe/London")
_STYLE = (_FOLDER / "print.css").read_text("utf-8")
_NAME = 60

STYLE_SOURCE = f"sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}"
"""The one style that a content security policy has to allow."""


@dataclass(frozen=True, slots=True)
class Page:
    """A finished document: the name to save it under, and its HTML."""

    file_name: str
    html: str


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def template(name: str) -> Template:
    """Return the template of a file in this folder."""
    return Template((_FOLDER / name).read_text("utf-8"))


def filled(page: Template, **values: object) -> str:
    """Return a template with its values, each escaped unless it is Markup."""
    written = {name: _written(value) for name, value in values.items()}
    return page.substitute(written, style=_STYLE)


def table_rows(rows: list[tuple[object, ...]]) -> Markup:
    """Return the rows of a table's body."""
    lines = ("".join(f"<td>{_written(cell)}</td>" for cell in row) for row in rows)
    return Markup("\n".join(f"<tr>{line}</tr>" for line in lines))


def moment(milliseconds: int | None, otherwise: str = "") -> str:
    """Return an instant as people in London write it."""
    if milliseconds is None:
        return otherwise
    then = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(_LONDON)
    return f"{then.day} {then:%B %Y} at {then:%H:%M %Z}"


def file_name(*parts: object) -> str:
    """Return a name of small letters, digits and hyphens that any system can keep."""
    plain = unicodedata.normalize("NFKD", " ".join(map(str, parts)))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    return f"{re.sub(r'[^a-z0-9]+', '-', ascii_only).strip('-')[:_NAME].strip('-')}.html"


def _written(value: object) -> str:
    return value if isinstance(value, Markup) else escape(str(value))
