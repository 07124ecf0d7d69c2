"""The mode `strict` of mutations: all is decided before anything is kept, and all of it or nothing.

A payload is decided by its plan and the grants of who is told of the change, before a row of it is
read. What only a row decides is not known then, so a document that asks for it is refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import WITHHELD, RequestRefused, Withheld

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.execution.run import Run
    from engine.notes import Notes

NOT_DECIDABLE = "NOT_DECIDABLE"
_BAD_REQUEST, _FORBIDDEN = 400, 403


def withheld_by(notes: Notes, run: Run) -> Iterator[Withheld]:
    """Return what would stand for values of a payload, and what cannot be known before it is read.

    The run that would read it is asked for arguments that are wrong; it reads nothing here.
    """
    yield from notes.refused.values()
    for (_, name), withheld in notes.refused_types.items():
        yield replace(withheld, details={**withheld.details, "type": name})
    yield from map(_undecidable, notes.undecided(run.principal))
    yield from filter(None, (place.misasked(run) for place in notes.argued))


def _undecidable(withheld: Withheld) -> Withheld:
    message = (
        f"Only the row decides whether {withheld.coordinate} is withheld, so a strict mutation"
        " cannot know it beforehand; nothing was changed. Leave it out, or send the mutation"
        " without the mode strict."
    )
    details = {**withheld.details, "reason": NOT_DECIDABLE}
    return Withheld("BAD_USER_INPUT", message, withheld.coordinate, details, withheld.node)


def refused_whole(of: Sequence[tuple[str, Withheld]]) -> RequestRefused:
    """Return the answer to a strict mutation of which nothing was made, by response keys."""
    forbidden = any(withheld.code in WITHHELD for _, withheld in of)
    types = {
        (withheld.coordinate, str(withheld.details["type"]))
        for _, withheld in of
        if "type" in withheld.details
    }
    errors = [withheld.at((key,)) for key, withheld in of]
    return RequestRefused(errors, _FORBIDDEN if forbidden else _BAD_REQUEST, types)
