"""Takes the picture of an operation: it is asked on both databases, which must answer alike."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asking import Desk
from authz.rows.grants import GrantReader
from authz.rows.principal import Identity
from databases import DATABASES, demo_database
from lab.serving import build_lab, lab_desk
from snapshots.asked import Asked
from snapshots.explaining import explained, held, path_words
from snapshots.sql import WIDTH, NamingDatabase, pretty
from snapshots.visiting import visit

GOLDEN = Path(__file__).parents[1] / "golden" / "plans"
GRANTS = re.compile(r"SELECT users\.id, users\.status, role_grants\.role\b")
_TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass
class Seen:
    """What one database shows of an operation."""

    answer: Any
    status: int
    statements: list[str]
    count: int


@asynccontextmanager
async def both(folder: Path, templates: Path, *, lab: bool) -> AsyncIterator[dict[str, str]]:
    """The addresses of two worlds, by the kind of database."""
    async with (
        demo_database("sqlite", folder, templates) as sqlite,
        demo_database("postgresql", folder, templates) as postgresql,
    ):
        worlds = {"sqlite": sqlite, "postgresql": postgresql}
        for kind, url in worlds.items():
            await (build_lab(url) if lab else visit(kind, url, folder))
        yield worlds


@asynccontextmanager
async def desks(worlds: dict[str, str], *, lab: bool) -> AsyncIterator[dict[str, Desk]]:
    """An engine that has answered nothing yet over each of two worlds."""
    databases = {kind: NamingDatabase(url) for kind, url in worlds.items()}
    try:
        for database in databases.values():
            await database.connect()
        desk = lab_desk if lab else Desk
        yield {kind: desk(database) for kind, database in databases.items()}
    finally:
        for database in databases.values():
            await database.close()


async def picture(asked: Asked, desks: dict[str, Desk]) -> str:
    """What the golden file of an operation says."""
    seen = {kind: await _ask(desk, asked) for kind, desk in desks.items()}
    first, *others = seen.values()
    for other in others:
        assert other.answer == first.answer, "The two databases answer differently."
        assert other.count == first.count, "The two databases take different statements."
    desk = desks[DATABASES[0]]
    async with desk.database.reading() as reader:
        principal = await GrantReader(desk.database).principal(
            reader, Identity(asked.who), desk.clock.now()
        )
    parts = [
        f"# {asked.name}",
        asked.shows,
        f"Asked by {asked.who}, who holds {held(principal.fingerprint)}.",
        _fenced("graphql", asked.document),
    ]
    if asked.variables:
        parts.append(f"With {json.dumps(asked.variables)}.")
    parts += ["## Plan", _planned(desk, asked, principal.fingerprint)]
    parts.append(f"## Statements: {first.count}")
    for number, texts in enumerate(
        zip(*(each.statements for each in seen.values()), strict=True), 1
    ):
        parts += _statement(number, dict(zip(seen, texts, strict=True)), asked)
    if first.count > len(first.statements):
        parts.append("The others run inside the transaction of the change.")
    parts += [f"## Answer: {first.status}", _fenced("json", written(_kept(first.answer)))]
    return "\n\n".join(parts) + "\n"


async def _ask(desk: Desk, asked: Asked) -> Seen:
    variables = dict(asked.variables)
    if asked.follows:
        before = await desk.ask(asked.who, asked.document, variables)
        [page] = before.payload["data"].values()
        variables["cursor"] = page["pageInfo"]["endCursor"]
    desk.database.ran.clear()
    answer = await desk.ask(asked.who, asked.document, variables)
    ran, count = list(desk.database.ran), answer.report.statements
    return Seen(answer.payload, answer.status, ran, count)


def _planned(desk: Desk, asked: Asked, fingerprint: Any) -> str:
    """The paths by number, and every field with those that its decision leaves to the rows."""
    lines = list(explained(desk, asked.document, asked.variables, fingerprint))
    paths = sorted({path for line in lines for path in line.paths})
    number = {path: str(n) for n, path in enumerate(paths, 1)}
    rows = [(*line[:3], " ".join(number[path] for path in line.paths)) for line in lines]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    table = ("  ".join((*(f"{row[i]:{widths[i]}}" for i in range(3)), row[3])) for row in rows)
    named = [f"{n}  {path_words(path)}" for path, n in number.items()]
    return _fenced("text", "\n".join([*named, *[""] * bool(named), *map(str.rstrip, table)]))


def _statement(number: int, texts: dict[str, str], asked: Asked) -> list[str]:
    """One statement on both databases; of the caller's grants a word, but where they are shown."""
    if not asked.grants and all(GRANTS.match(text) for text in texts.values()):
        return [f"### {number}, the caller's grants"]
    if len(set(texts.values())) == 1:
        return [f"### {number}, SQLite and PostgreSQL", _fenced("sql", pretty(texts["sqlite"]))]
    found = []
    for kind, text in texts.items():
        found += [f"### {number}, {_TITLES[kind]}", _fenced("sql", pretty(text))]
    return found


def _kept(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer but for what changes with every cell of the policy."""
    authorization = dict(answer["extensions"]["authorization"])
    del authorization["policyVersion"], authorization["fingerprint"]
    extensions = {"extensions": {"authorization": authorization}} if authorization else {}
    return {key: value for key, value in answer.items() if key != "extensions"} | extensions


def written(value: Any, indent: int = 0) -> str:
    """JSON of which each part that fits stands on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if indent + len(line) <= WIDTH or not isinstance(value, (dict, list)):
        return line
    space, below = " " * indent, " " * (indent + 2)
    if isinstance(value, list):
        parts = [written(item, indent + 2) for item in value]
        return "[\n" + ",\n".join(below + part for part in parts) + f"\n{space}]"
    parts = [f"{json.dumps(key)}: {written(item, indent + 2)}" for key, item in value.items()]
    return "{\n" + ",\n".join(below + part for part in parts) + f"\n{space}}}"


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{textwrap.dedent(text).strip()}\n```"
