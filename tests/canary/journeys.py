"""The ways of one person through the schema, each yielding what was found, by a name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import Any

from canary.canaries import Cell
from canary.crawling import Crawler
from canary.expected import shown_by
from canary.inputs import arguments_of, given_values
from canary.pages import List, lists_of
from canary.planted import ids_of
from canary.routes import Grower, by_id_documents, maximal_documents

Journey = AsyncIterator[tuple[str, frozenset[Cell], list[str]]]
"""What a person did, the cells that they were shown, and what was wrong about it."""

IN_SIGHT = 3
PAGES = 3
AT_ONCE = 40
UNKNOWN = "a" * 26


class Traveller:
    """One person before one crawler."""

    def __init__(self, crawler: Crawler, person: str) -> None:
        self.crawler = crawler
        self.person = person
        self.schema = crawler.oracle.schema
        self.ids = ids_of(crawler.rows)
        self.lists = list(lists_of(Grower(self.schema, self.ids)))
        self.followed = [listed for listed in self.lists if listed.pages]

    def questions(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield name, document and variables of all that needs no answer to another question."""
        yield from self.maximal()
        for number, (kind, document) in enumerate(by_id_documents(self.schema, self.ids)):
            for text in self.some_ids(kind):
                yield f"{kind} {number} by {text}", document, {"id": text}
        yield from self._wrong()
        yield from self._arguments()

    def maximal(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield the maximal documents, which hold for everybody."""
        for name, document in maximal_documents(self.schema, self.ids).items():
            yield name, document, {}

    async def everywhere(self) -> Journey:
        """Ask all of it, then follow every list page by page, and with other people's cursors."""
        for name, document, variables in self.questions():
            findings = await self.crawler.look(self.person, document, variables)
            yield name, findings.shown, findings.faults
        for link, key in self.crawler.links.get(self.person, {}).items():
            yield f"the link to {key}", *await self.crawler.open_link(self.person, link, key)
        for listed in self.followed:
            ids = self.some_ids(listed.at)
            for given in ({"id": text, **said} for text in ids for said in self._said(listed)):
                async for found in self._pages(listed, given):
                    yield found
            for text, cursor in await foreign_cursors(self.crawler, listed, self.person):
                for way in ({"first": 1, "after": cursor}, {"last": 1, "before": cursor}):
                    given = {"id": text, **way}
                    name = f"{listed.name} with a cursor of somebody else"
                    findings = await self.crawler.look(self.person, listed.document, given)
                    yield name, findings.shown, findings.faults

    def some_ids(self, kind: str | None) -> list[str]:
        """Return ids of a type: of a few rows in sight, of one that is hidden, and of none."""
        if kind is None:
            return [""]
        seen = {cell.key for cell in self.crawler.readable(self.person)}
        ids = self.ids.by_type[kind]
        in_sight = [text for text in ids if text.partition("_")[2] in seen]
        hidden = [text for text in ids if text not in in_sight]
        return [*in_sight[:IN_SIGHT], *hidden[:1], f"{ids[0].partition('_')[0]}_{UNKNOWN}"]

    async def _pages(self, listed: List, given: dict[str, Any]) -> Journey:
        """Follow a list both ways, and go on with a cursor of it as if nothing had been said."""
        for size, cursor, start, more in (
            ("first", "after", "endCursor", "hasNextPage"),
            ("last", "before", "startCursor", "hasPreviousPage"),
        ):
            asked = {**given, size: 2}
            for _ in range(PAGES):
                name = f"{listed.name} by {asked}"
                findings = await self.crawler.look(self.person, listed.document, asked)
                yield name, findings.shown, findings.faults
                info = _first(findings.reply.data, "pageInfo")
                if info is None or info[start] is None:
                    break
                asked = {**asked, cursor: info[start]}
                if not info[more]:
                    break
            if cursor in asked:
                name = f"{listed.name} with a cursor of {asked}"
                plain = {name: asked[name] for name in ("id", size, cursor)}
                findings = await self.crawler.look(self.person, listed.document, plain)
                yield name, findings.shown, findings.faults

    def _said(self, listed: List) -> list[dict[str, Any]]:
        """Return what is said of a list that is followed: nothing, a filter, the last order."""
        return [{}] + [
            {argument: list(given_values(listed, argument, self._values))[-1 if at else 0]}
            for at, argument in enumerate(arguments_of(listed))
        ]

    def _wrong(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield questions that cannot be answered, with values of other people's rows in them."""
        taken = next(iter(self.crawler.rows["users"]))
        texts = (taken["name"], taken["id"], f"usr_{taken['name']}", str(taken["email"]), "")
        for name, field in self.schema.query_type.fields.items():
            for argument, definition in field.args.items():
                kind = str(definition.type)
                if kind not in ("ID!", "[ID!]!", "String"):
                    continue
                below = "{ __typename }"
                document = f"query ($v: {kind}) {{ {name}({argument}: $v) {below} }}"
                for text in texts if argument not in ("after", "before") else ():
                    value = [text] if kind.startswith("[") else text
                    yield f"{name} by {argument} {text}", document, {"v": value}
        for listed in self.followed:
            for text in texts:
                for way in ({"first": 1, "after": text}, {"last": 1, "before": text}):
                    given = {"id": self.some_ids(listed.at)[0], **way}
                    yield f"{listed.name} at {text}", listed.document, given
            for way in ({}, {"first": 101}, {"last": -1}, {"first": 1, "last": 1}):
                given = {"id": self.some_ids(listed.at)[0], **way}
                yield f"{listed.name} by {way}", listed.document, given

    def _arguments(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield every filter and order of every list, many of them in one document."""
        for listed in self.lists:
            for argument in arguments_of(listed):
                said = given_values(listed, argument, self._values)
                for number, some in enumerate(
                    iter(lambda said=said: list(islice(said, AT_ONCE)), [])
                ):
                    variables = {f"v{at}": one for at, one in enumerate(some)}
                    for text in self.some_ids(listed.at):
                        yield (
                            f"{listed.name} by {argument} {number}",
                            listed.many(argument, len(some)),
                            {"id": text, **variables},
                        )

    def _values(self, type_name: str, field: str) -> list[Any]:
        """Return what a field shows of a row in sight and of a hidden one."""
        world, now = self.crawler.oracle.world, self.crawler.now
        shown = {k: v for k, v in shown_by(world, type_name, field, now).items() if v is not None}
        seen = {cell.key for cell in self.crawler.readable(self.person)}
        in_sight = [value for key, value in shown.items() if key in seen]
        hidden = [value for key, value in shown.items() if key not in seen]
        return in_sight[:1] + hidden[:1]


async def foreign_cursors(crawler: Crawler, listed: List, person: str) -> list[tuple[str, str]]:
    """Return a cursor of a list that somebody else was given, if anybody was, and below which id.

    Who reads most is asked first, and whoever had one is remembered.
    """
    others = sorted(crawler.everybody, key=lambda other: -len(crawler.readable(other)))
    known = crawler.holders.get(listed.name, person)
    for other in (each for each in (known, *others) if each != person):
        for text in Traveller(crawler, other).some_ids(listed.at):
            reply = await crawler.ask(other, listed.document, {"id": text, "first": 1})
            info = _first(reply.data, "pageInfo")
            if info and info["endCursor"]:
                crawler.holders[listed.name] = other
                return [(text, info["endCursor"])]
    return []


def _first(data: Any, name: str) -> Any:
    """Return the first value of this name, however deep."""
    if not isinstance(data, dict | list):
        return None
    if name in data:
        return data[name]
    found = (_first(value, name) for value in (data.values() if isinstance(data, dict) else data))
    return next((value for value in found if value is not None), None)


async def crawled(crawler: Crawler, person: str) -> tuple[frozenset[Cell], list[str]]:
    """Go everywhere as one person; return all that was shown, and what was wrong about it."""
    shown: frozenset[Cell] = frozenset()
    faults = []
    async for name, cells, wrong in Traveller(crawler, person).everywhere():
        shown |= cells
        faults += [f"{name}: {fault}" for fault in wrong]
    return shown, faults
