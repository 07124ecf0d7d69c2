"""Asks as a person and collects every canary that comes back: bytes, headers, logs, seals, mails."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from canary.canaries import Canaries, Cell
from canary.columns import TABLES, Rows
from canary.expected import (
    readable_cells,
    rows_in_sight,
    sealed_key,
    sealed_places,
    unsealed_part,
)
from engine.sealing import Sealer
from oracle.answer import Answer, Oracle
from oracle.shapes import CURSOR
from server.logs import JsonLines
from worlds import Client, Reply, World

_SEALED = re.compile(r"[A-Za-z0-9_-]{32,}")


class Lines(logging.Handler):
    """Keeps what the server's log would hold if every logger wrote down everything."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @contextmanager
    def listening(self) -> Iterator[None]:
        root = logging.getLogger()
        level, handlers = root.level, root.handlers
        root.handlers = [self]  # alone, or pytest would print every line of a test that fails
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.setLevel(level)
            root.handlers = handlers


@dataclass
class Seals:
    """Notes for what each text was sealed, and opens it with the keys of the test."""

    keys: tuple[bytes, ...] = ()
    bindings: dict[str, list[bytes]] = field(default_factory=dict)

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        seal, bindings = Sealer.seal, self.bindings

        def noted(sealer: Sealer, value: object, binding: list[bytes]) -> str:
            text = seal(sealer, value, binding)
            bindings[text] = binding
            return text

        patch.setattr(Sealer, "seal", noted)

    def opened(self, text: str) -> object:
        """Return what was sealed, None for a text that the application never sealed."""
        sealed = text.rpartition("/")[2]
        if sealed not in self.bindings:
            return None
        return next(Sealer(self.keys, "any").opened(sealed, self.bindings[sealed]), None)

    def among(self, text: str) -> set[str]:
        """Return the sealed texts that stand in a text."""
        return {word for word in _SEALED.findall(text) if word in self.bindings}

    def without(self, text: str) -> str:
        """Return a text without the sealed texts in it."""
        return _SEALED.sub(lambda word: "" if word[0] in self.bindings else word[0], text)


@dataclass
class Findings:
    """What a person was shown by one document, and what of it was wrong, as sentences."""

    shown: frozenset[Cell]
    faults: list[str]
    reply: Reply
    expected: Answer


ORDERED_BY = {"users.name"}
"""The columns that a list is ordered by beyond its own rows: a caseload by the name of its owner."""


@dataclass
class Crawler:
    """One canary world, its oracle, and everybody who asks."""

    world: World
    rows: Rows
    canaries: Canaries
    oracle: Oracle
    seals: Seals
    log: Lines
    everybody: tuple[str, ...]
    """The subjects who sign in."""
    plain: bool = False
    """Whether everything is answered on the plain path."""
    clients: dict[str, Client] = field(default_factory=dict)
    cursors: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """The key of the row at a position, by person, coordinate and sealed text."""
    holders: dict[str, str] = field(default_factory=dict)
    """Somebody who was given a cursor, by the coordinate of the list."""
    links: dict[str, dict[str, str]] = field(default_factory=dict)
    """The links that each person was given, and the key of the row that each is for."""
    _mails: set[str] = field(default_factory=set)
    _readable: dict[str, frozenset[Cell]] = field(default_factory=dict)
    _in_sight: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    @property
    def now(self) -> int:
        return self.world.clock.instant

    async def client(self, person: str) -> Client:
        if person not in self.clients:
            self.clients[person] = await self.world.client(
                subject=person, email="somebody@example.test"
            )
        return self.clients[person]

    def readable(self, person: str) -> frozenset[Cell]:
        """Return all that a person may read, whatever they ask."""
        if person not in self._readable:
            self._readable[person] = readable_cells(
                self.oracle.schema, self.oracle.world, self.canaries, person, self.now
            )
        return self._readable[person]

    def in_sight(self, person: str) -> frozenset[tuple[str, str]]:
        """Return table and key of the rows that a person may read at all."""
        if person not in self._in_sight:
            self._in_sight[person] = rows_in_sight(self.oracle.world, person, self.now)
        return self._in_sight[person]

    async def ask(
        self, person: str, document: str, variables: Mapping[str, Any] | None = None
    ) -> Reply:
        with self.log.listening():
            client = await self.client(person)
            return await client.ask(document, dict(variables or {}), plain=self.plain)

    async def look(
        self, person: str, document: str, variables: Mapping[str, Any] | None = None
    ) -> Findings:
        """Ask, and hold what is shown against what the oracle shows."""
        reply = await self.ask(person, document, variables)
        self.oracle.open_cursor = lambda at, text: self.cursors.get((person, at, text))
        expected = self.oracle.answer(person, document, variables, now=self.now)
        shown, headed = self.shown_openly(reply.response)
        faults = [f"a header shows {cell}" for cell in sorted(headed)]
        wanted = self.canaries.found(json.dumps(unsealed_part(expected.data)))
        if reply.status != 200:
            faults.append(f"status {reply.status}: {reply.response.text[:500]}")
        faults += [f"shows {cell}" for cell in sorted(shown - wanted)]
        faults += [f"withholds {cell}" for cell in sorted(wanted - shown)]
        places = list(sealed_places(expected.data, reply.data))
        stray = self.seals.among(reply.response.text) - {
            str(got).rpartition("/")[2] for _, got in places
        }
        faults += [f"a sealed text out of place: {text}" for text in stray]
        for text, got in places:
            cells, wrong = self._opened(person, text, got)
            shown |= cells
            faults += wrong
        return Findings(shown, faults, reply, expected)

    def shown_openly(self, response: httpx.Response) -> tuple[frozenset[Cell], frozenset[Cell]]:
        """Return the cells in the bytes of an answer, its seals left shut, and in its headers."""
        headers = " ".join(f"{name}: {value}" for name, value in response.headers.items())
        body = self.seals.without(response.text)
        return self.canaries.found(body), self.canaries.found(headers)

    async def open_link(
        self, person: str, link: str, key: str
    ) -> tuple[frozenset[Cell], list[str]]:
        """Open a link of this person: it shows the row, and of the rows beside it what they may."""
        client = await self.client(person)
        with self.log.listening():
            response = await client.get(link)
        shown, headed = self.shown_openly(response)
        beside = self._rows_beside(key)
        faults = [f"status {response.status_code}"] * (response.status_code != 200)
        faults += [f"shows {cell}" for cell in sorted(shown - self.readable(person))]
        faults += [
            f"shows {cell} of a stranger" for cell in sorted(shown) if cell.key not in beside
        ]
        faults += [f"a header alone shows {cell}" for cell in sorted(headed - shown)]
        if key not in {cell.key for cell in shown}:
            faults.append(f"shows nothing of {key}")
        return shown, faults

    def _rows_beside(self, key: str) -> set[str]:
        """Return the keys of a row, of those it refers to, and of those that refer to it."""
        found = {key}
        for table in TABLES:
            for row in self.rows[table.name]:
                references = {row[c.name] for c in table.columns if c.foreign_keys} - {None}
                found |= references if row["id"] == key else set()
                found |= {row["id"]} if key in references else set()
        return found

    async def new_mails(self) -> set[str]:
        """Deliver what is due and return what was not read before, headers and all."""
        with self.log.listening():
            mails = {as_read(mail) for mail in await self.world.mails()}
        new, self._mails = mails - self._mails, mails
        return new

    def logged(self) -> list[str]:
        """Return the lines of the log that hold a canary; the log is empty afterwards."""
        lines, self.log.lines = self.log.lines, []
        return [line for line in lines if self.canaries.found(line)]

    def _opened(self, person: str, text: str, got: object) -> tuple[frozenset[Cell], list[str]]:
        """Open a cursor or link: it names its own row, by cells that the person may read.

        The cursor of a list that is ordered by the row that each of its rows leads to names that one.
        """
        value = self.seals.opened(got) if isinstance(got, str) else None
        if not isinstance(got, str) or value is None:
            return frozenset(), [f"no sealed text for the {text}, but {got!r}"]
        key = sealed_key(text)
        cells = self.canaries.found(json.dumps(value))
        own = {cell for cell in cells if cell.key == key}
        led_to = {cell for cell in cells if f"{cell.table}.{cell.column}" in ORDERED_BY}
        led_to = led_to if text.startswith(CURSOR) else set()
        faults = [f"{cell} in the {text}" for cell in sorted(cells - own - led_to)]
        seen, readable = self.in_sight(person), self.readable(person)
        known = {c for c in cells if c.column == "id" and (c.table, c.key) in seen} | readable
        faults += [f"unreadable {cell} in the {text}" for cell in sorted(cells - known)]
        if key not in {cell.key for cell in cells}:
            faults.append(f"the {text} does not open as one: {value!r}")
        if text.startswith(CURSOR):
            self.cursors[person, text.partition(" in ")[2], got] = key
        else:
            self.links.setdefault(person, {})[got] = key
        return cells & readable, faults


def as_read(mail: EmailMessage) -> str:
    """Return the headers and the text of a mail as its reader sees them, whatever carries them."""
    return "\n".join([*(str(value) for value in mail.values()), mail.get_content()])
