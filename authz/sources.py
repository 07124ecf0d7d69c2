"""The rules and readings that matrices, conditions and errors cite, in the sources' own words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """A rule of a document, or a reading of it where it is silent; `sentence` is what it says.

    `question` is what a reading settles; a rule has none.
    """

    id: str
    document: str
    sentence: str
    question: str | None = None


def _load() -> dict[str, Source]:
    content = tomllib.loads(Path(__file__).with_name("sources.toml").read_text("utf-8"))
    rules = {
        id_: Source(id_, document, sentence)
        for document, sentences in content["rules"].items()
        for id_, sentence in sentences.items()
    }
    readings = {
        id_: Source(id_, document, entry["reading"], entry["question"])
        for document, entries in content["readings"].items()
        for id_, entry in entries.items()
    }
    return rules | readings


SOURCES: dict[str, Source] = _load()
"""Every rule and reading by its id, in the order of the documents."""


def source(id_: str) -> Source:
    """Return the rule or reading of an id such as D0-M06 or A14; KeyError names an unknown one."""
    try:
        return SOURCES[id_]
    except KeyError:
        msg = f"{id_!r} is neither a rule nor a reading of the sources."
        raise KeyError(msg) from None
