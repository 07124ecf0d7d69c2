"""Puts one question to the engine, the plain path and the oracle, and says where they differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from differential.question import Question
from oracle.answer import Answer, Oracle, unsealed
from oracle.names import filled
from oracle.shapes import cursor
from worlds import Client, Reply, World

WITHHELD = {"FORBIDDEN", "PRECONDITION"}
REFUSED = {"QUERY_TOO_COMPLEX", "GRAPHQL_VALIDATION_FAILED"}
NOBODY = "auth0|nobody"
"""A subject that signs in and that no row knows."""


class Said(Protocol):
    """What an answer says of edges and arguments, from the document and the roles alone."""

    narrowed: set[tuple[str, str]]
    refused: set[tuple[str, str]]
    unsure: set[str]


Notes = Callable[[str, str, Mapping[str, Any]], Said]
"""Of a person, a document and its variables."""


@dataclass
class Comparison:
    """One world with its oracle; clients are kept, so that a person signs in once."""

    world: World
    oracle: Oracle
    names: dict[str, str] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """The documents that are no questions: invalid, or beyond the limits."""
    notes: Notes | None = None
    """What is to be said beside the data, where the oracle knows."""
    positions: dict[tuple[str, str], str] = field(default_factory=dict)
    """What each cursor that a person was given stands for, as the oracle writes it."""

    async def client(self, person: str) -> Client:
        """Return a client that speaks for a subject, whether or not the world knows it."""
        if person not in self.clients:
            self.clients[person] = await self.world.client(
                subject=person, email="somebody@example.test"
            )
        return self.clients[person]

    async def differences(
        self,
        person: str,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        plainly: bool = True,
    ) -> list[str]:
        """Return what each path answers differently from the oracle, as sentences."""
        document = filled(document, self.names)
        given = filled(dict(variables or {}), self.names)
        client = await self.client(person)
        replies = {}
        for plain in (False, True) if plainly else (False,):
            replies[plain] = await client.ask(document, given, plain=plain)
        if _is_refused(replies[False]):
            self.refused.add(document)
            return []
        self.oracle.open_cursor = self._opened(person)
        expected = self.oracle.answer(person, document, given, now=self.world.clock.instant)
        said = self.notes(person, document, given) if self.notes else None
        found = []
        for plain, reply in replies.items():
            name = "plain path" if plain else "engine"
            if reply.report is None or reply.report.plan != ("plain" if plain else "engine"):
                found.append(f"{name}: not asked, but {reply.report}")
            texts = [*self._differences(person, expected, reply)]
            if not texts:
                texts += _beside(expected, None if plain else said, reply)
            found += [f"{name}: {text}" for text in texts]
        return found

    async def all_differences(
        self, person: str, questions: Sequence[Question], *, plainly: int = 0
    ) -> dict[str, list[str]]:
        """Return the differences of each question that has any, by its document.

        So many of the questions are put to the plain path, too. Some of them must be answerable.
        """
        found, refused = {}, 0
        for place, question in enumerate(questions):
            texts = await self.differences(
                person, question.document, question.variables, plainly=place < plainly
            )
            refused += question.document in self.refused
            if texts:
                found[f"{person}: {question.document} {json.dumps(question.variables)}"] = texts
        assert refused <= 0.75 * len(questions)
        return found

    def _opened(self, person: str) -> Any:
        """Return how the oracle opens a cursor: by what was answered to this person before."""

        def key_of(place: str, text: str) -> str | None:
            known = self.positions.get((person, text), "")
            key = known.removeprefix("cursor of ").partition(" ")[0]
            return key if known == cursor(place, key) else None

        return key_of

    def _differences(self, person: str, expected: Answer, reply: Reply) -> list[str]:
        if reply.status != 200:
            return [f"status {reply.status}: {reply.response.text[:500]}"]
        found = []
        known: dict[str, str] = {}
        data = unsealed(expected.data, reply.data, known)
        self.positions.update({(person, got): position for position, got in known.items()})
        if json.dumps(data) != json.dumps(expected.data):  # so in the order of the document, too
            found.append(
                f"data {json.dumps(data)[:3000]} instead of {json.dumps(expected.data)[:3000]}"
            )
        errors = Counter(_error(error) for error in reply.errors)
        wanted = Counter(expected.errors)
        if errors != wanted:
            found.append(f"errors {errors - wanted} instead of {wanted - errors}")
        return found


def described(differences: Mapping[str, list[str]]) -> str:
    """Return the first few differences, whole, and the names of all."""
    some = list(differences.items())[:3]
    return "\n\n".join(f"{name}\n" + "\n".join(texts) for name, texts in some) + (
        f"\n\nall: {list(differences)}" if differences else ""
    )


def _beside(expected: Answer, said: Said | None, reply: Reply) -> Iterator[str]:
    """Yield what `extensions.authorization` says and should not, or the other way round.

    The plain path notes edges and arguments as it comes to them, so of those it may say less.
    """
    told = reply.json["extensions"]["authorization"]
    counts = Counter((at, code) for _, code, at in expected.errors if code in WITHHELD)
    lines = [(at, None, code, count) for (at, code), count in counts.items()]
    if said is not None:
        lines += [(at, kind, "FORBIDDEN", None) for at, kind in said.refused]
    keys = ("coordinate", "type", "code", "count")
    withheld = [tuple(line.get(key) for key in keys) for line in told.get("withheld", [])]
    unsure = said.unsure if said else {line[0] for line in withheld}
    withheld = [each for each in withheld if not (each[1] and each[0] in unsure)]
    lines = [each for each in lines if not (each[1] and each[0] in unsure)]
    if Counter(withheld) != Counter(lines):
        yield f"withheld {withheld} instead of {lines}"
    if said is not None:
        narrowed = {(line["coordinate"], line["argument"]) for line in told.get("narrowed", [])}
        wrong = {each for each in narrowed ^ said.narrowed if each[0] not in said.unsure}
        if wrong:
            yield f"narrowed {sorted(narrowed)} instead of {sorted(said.narrowed)}"


def _is_refused(reply: Reply) -> bool:
    """Say whether a document was not run at all, for a reason that documents at random may have."""
    codes = {error["extensions"]["code"] for error in reply.errors}
    return reply.status == 400 and "data" not in reply.json and codes <= REFUSED


def _error(error: dict[str, Any]) -> tuple[tuple[str | int, ...], str, str | None]:
    extensions = error["extensions"]
    return tuple(error["path"]), extensions["code"], extensions.get("coordinate")
