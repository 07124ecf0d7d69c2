"""Every mutation as one person can attempt it: on rows in sight, on hidden ones, on none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from itertools import product
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)

from canary.canaries import Cell
from canary.crawling import Crawler
from canary.expected import unsealed_part
from canary.journeys import Traveller
from canary.routes import Grower
from commands.tables import Rows as TableRows
from commands.tables import Tables
from oracle.answer import no_cursor
from oracle.decide import principal_of
from oracle.fields import Asked
from oracle.shapes import global_id
from oracle.world import read_world

KIND = "CaseloadKind"
SAID = {
    "closesAt": ["2101-06-01T00:00:00Z"],
    "code": ["09999999"],
    "deliveryPostcode": ["ZZ9 9ZZ"],
}
"""What has a form of its own."""


@dataclass(frozen=True)
class Attempt:
    """One mutation with one input."""

    name: str
    field: str
    document: str
    given: dict[str, Any]


class Actor:
    """One person who tries everything; what succeeds is undone."""

    def __init__(self, crawler: Crawler, person: str, tables: Tables) -> None:
        self.crawler = crawler
        self.person = person
        self.tables = tables
        self.schema = crawler.oracle.schema
        self.traveller = Traveller(crawler, person)
        self.grower = Grower(self.schema, self.traveller.ids)
        self.succeeded: set[str] = set()
        self._before: TableRows | None = None

    def attempts(self) -> Iterator[Attempt]:
        """Yield every mutation with every kind of target and two kinds of texts."""
        for name, field in self.schema.mutation_type.fields.items():
            document = self._document(name, field)
            named = get_named_type(field.args["input"].type)
            for target in self._targets(named):
                for text in self._texts(named):
                    for said in self._said(named, target, text):
                        yield Attempt(f"{name} of {target} with {said}", name, document, said)

    async def faults(self, attempt: Attempt) -> list[str]:
        """Make an attempt; say what it showed beyond what its maker may read."""
        crawler = self.crawler
        if self._before is None:
            self._before = await self.tables.rows()
        reply = await crawler.ask(self.person, attempt.document, {"input": attempt.given})
        shown, headed = crawler.shown_openly(reply.response)
        faults = [f"a header shows {cell}" for cell in sorted(headed)]
        payload = (reply.data or {}).get(attempt.field)
        if payload is None:
            faults += [f"refused, it shows {cell}" for cell in sorted(shown)]
            return faults
        self.succeeded.add(attempt.field)
        wanted = await self._after(payload, attempt)
        faults += [f"its payload shows {cell}" for cell in sorted(shown - wanted)]
        faults += [f"its payload withholds {cell}" for cell in sorted(wanted - shown)]
        faults += [f"a mail shows {cell}" for cell in sorted(await self._mailed(attempt))]
        await self.tables.restore(self._before)
        return faults

    def _document(self, name: str, field: GraphQLField) -> str:
        below = self.grower.selection(get_named_type(field.type), 2)
        kind = str(field.args["input"].type)
        return f"mutation ($input: {kind}) {{ {name}(input: $input) {{ {below} }} }}"

    def _targets(self, named: GraphQLInputObjectType) -> list[str]:
        """Return the ids to try; one text where the input takes none."""
        for name, field in named.fields.items():
            if get_named_type(field.type).name == "ID":
                return self._ids(self._type_of(name))
        return [""]

    def _type_of(self, name: str) -> str:
        """Return the type whose id an input field takes: `grantId` is a RoleGrant's."""
        word = name.removesuffix("s").removesuffix("Id").lower()
        kinds = self.traveller.ids.by_type
        return next((kind for kind in kinds if kind.lower().endswith(word)), next(iter(kinds)))

    def _texts(self, named: GraphQLInputObjectType) -> list[str]:
        """Return texts to try: a stranger's address, and one with the look of a reference."""
        kinds = {get_named_type(field.type).name for field in named.fields.values()}
        seen = {cell.key for cell in self.crawler.readable(self.person)}
        strangers = [row["email"] for row in self.crawler.rows["users"] if row["id"] not in seen]
        return [strangers[0], "999/ZZ99999"] if "String" in kinds else [""]

    def _said(
        self, named: GraphQLInputObjectType, target: str, text: str
    ) -> Iterator[dict[str, Any]]:
        """Yield inputs about a target; who else is named is tried in turn, and in which kind."""
        choices: dict[str, list[Any]] = {}
        others = [name for name, f in named.fields.items() if get_named_type(f.type).name == "ID"]
        for name in others[1:]:
            ids = {"userId": self._people, "hostId": self._hosts}.get(name)
            found = ids() if ids else self._ids(self._type_of(name))
            several = is_list_type(get_nullable_type(named.fields[name].type))
            choices[name] = [[text] for text in found] if several else found
        for name, field in named.fields.items():
            if get_named_type(field.type).name == KIND:
                choices[name] = list(get_named_type(field.type).values)
        choices |= {name: list(said) for name, said in SAID.items() if name in named.fields}
        if "emailKind" in named.fields:
            choices["email"] = [text, "new@example.test"]
        for chosen in product(*choices.values()):
            yield self._filled(named, target, text) | dict(zip(choices, chosen, strict=True))

    def _hosts(self) -> list[str]:
        """Return who might show inspectors round: one of the provider's staff, and a stranger."""
        users = {row["subject"]: row["id"] for row in self.crawler.rows["users"]}
        return [global_id("users", users[subject]) for subject in ("tina", "olga")]

    def _ids(self, kind: str) -> list[str]:
        """Return ids of a type: of inspections all that there are."""
        every = kind in ("InspectionGroup", "InspectorAccount")
        ids = self.traveller.ids.by_type[kind] if every else self.traveller.some_ids(kind)
        return list(ids)

    def _people(self) -> list[str]:
        """Return who might be assigned something: one on a list to choose from, and a stranger."""
        crawler = self.crawler
        asked = Asked(
            crawler.oracle.world,
            principal_of(crawler.oracle.world, self.person, crawler.now),
            no_cursor,
        )
        staff = {
            grant["user_id"]: asked.may("assignable_user.read", "role_grants", grant)
            for grant in sorted(
                crawler.rows["role_grants"],
                key=lambda grant: asked.may("assignable_user.read", "role_grants", grant),
            )
        }
        chosen = [key for key, may in staff.items() if may][:1]
        strangers = [key for key, may in staff.items() if not may][:1]
        return [global_id("users", key) for key in (*chosen, *strangers)]

    def _filled(self, named: GraphQLInputObjectType, target: str, text: str) -> dict[str, Any]:
        """Return an input with all of its ids, texts and words, and of the rest what it needs."""
        values = {"ID": target, "String": text, "Boolean": True, "Date": "2026-10-01"}
        found: dict[str, Any] = {}
        for name, field in named.fields.items():
            kind = get_named_type(field.type)
            value = values.get(kind.name, 1)
            if isinstance(kind, GraphQLEnumType):
                value = next(iter(kind.values))
            elif isinstance(kind, GraphQLInputObjectType):
                value = self._filled(kind, target, text)
            elif kind.name not in values and not is_non_null_type(field.type):
                continue
            found[name] = [value] if is_list_type(get_nullable_type(field.type)) else value
        return found

    async def _after(self, payload: dict[str, Any], attempt: Attempt) -> frozenset[Cell]:
        """Return what the oracle shows, after the change, of the rows in a payload."""
        crawler = self.crawler
        oracle = copy(crawler.oracle)
        oracle.world = await read_world(crawler.world.url)
        kind = get_named_type(self.schema.mutation_type.fields[attempt.field].type)
        found: frozenset[Cell] = frozenset()
        for name, field in kind.fields.items():
            if isinstance(payload[name], dict) and "id" in payload[name]:
                named = get_named_type(field.type)
                below = self.grower.selection(named, 1)
                document = (
                    f"query ($id: ID!) {{ node(id: $id) {{ ... on {named.name} {{ {below} }} }} }}"
                )
                answer = oracle.answer(
                    self.person, document, {"id": payload[name]["id"]}, now=crawler.now
                )
                found |= crawler.canaries.found(json.dumps(unsealed_part(answer.data)))
        return found

    async def _mailed(self, attempt: Attempt) -> frozenset[Cell]:
        """Return what a mail shows beyond what its cause was told or may read."""
        sent = self.crawler.canaries.found(json.dumps(attempt.given))
        found = self.crawler.canaries.found(" ".join(await self.crawler.new_mails()))
        return found - sent - self.crawler.readable(self.person)


async def faults_of(actor: Actor, only: Callable[[str], bool] = lambda _: True) -> list[str]:
    """Let somebody attempt everything, or some mutations; say what they should not have seen."""
    return [
        f"{attempt.name}: {fault}"
        for attempt in actor.attempts()
        if only(attempt.field)
        for fault in await actor.faults(attempt)
    ]
