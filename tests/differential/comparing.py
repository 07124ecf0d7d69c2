"""Puts one question to the engine, the plain path and the oracle, and says where they differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oracle.answer import Answer, Oracle, unsealed
from oracle.names import filled, names_of
from oracle.world import read_world
from schema import build_schema
from worlds import Client, Reply, World

REFUSED = {"QUERY_TOO_COMPLEX", "GRAPHQL_VALIDATION_FAILED"}
NOBODY = "auth0|nobody"
"""A subject that signs in and that no row knows."""


@dataclass
class Comparison:
    """One world with its oracle; clients are kept, so that a person signs in once."""

    world: World
    oracle: Oracle
    names: dict[str, str]
    clients: dict[str, Client] = field(default_factory=dict)
    valid: dict[str, bool] = field(default_factory=dict)

    @classmethod
    async def of(cls, world: World) -> Comparison:
        """Read the world's tables as they stand."""
        tables = await read_world(world.url)
        return cls(world, Oracle(build_schema().as_str(), tables), names_of(tables))

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of every type: visible to some, unknown, and no id at all."""
        return (*(self.names[name] for name in self.names if name != "alder_key"), "nonsense")

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
        expected = self.oracle.answer(person, document, given, now=self.world.clock.instant)
        found = []
        for plain in (False, True) if plainly else (False,):
            reply = await client.ask(document, given, plain=plain)
            name = "plain path" if plain else "engine"
            if reply.report is None or reply.report.plan != ("plain" if plain else "engine"):
                found.append(f"{name}: not asked, but {reply.report}")
            found += [f"{name}: {text}" for text in _differences(expected, reply)]
        return found

    async def answerable(self, documents: list[str], variables: Mapping[str, Any]) -> list[str]:
        """Return the documents that are valid and keep to the limits; the others must say why."""
        client = await self.client(NOBODY)
        for document in documents:
            if document not in self.valid:
                reply = await client.ask(document, dict(variables))
                self.valid[document] = "data" in reply.json
                codes = {error["extensions"]["code"] for error in reply.errors}
                assert self.valid[document] or codes <= REFUSED
        return [document for document in documents if self.valid[document]]


def _differences(expected: Answer, reply: Reply) -> list[str]:
    if reply.status != 200:
        return [f"status {reply.status}: {reply.response.text[:500]}"]
    found = []
    data = unsealed(expected.data, reply.data)
    if json.dumps(data) != json.dumps(expected.data):  # so in the order of the document, too
        found.append(
            f"data {json.dumps(data)[:3000]} instead of {json.dumps(expected.data)[:3000]}"
        )
    errors = Counter(_error(error) for error in reply.errors)
    wanted = Counter(expected.errors)
    if errors != wanted:
        found.append(f"errors {errors - wanted} instead of {wanted - errors}")
    return found


def _error(error: dict[str, Any]) -> tuple[tuple[str | int, ...], str, str | None]:
    extensions = error["extensions"]
    return tuple(error["path"]), extensions["code"], extensions.get("coordinate")
