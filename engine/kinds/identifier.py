"""The global id of a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine import ids
from engine.plain.kinds import Answered
from engine.planning.context import Planned

if TYPE_CHECKING:
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected


@dataclass(frozen=True, slots=True)
class Identifier(Planned, Answered):
    """The global id, under the type's read action."""

    with_row = True

    def plan(self, selected: Selected) -> None:
        """Answer the key behind the prefix of its type."""
        mask, rows = selected.mask(), selected.rows
        at, encode = rows.column("id"), ids.encoder(rows.entity.prefix or "")
        if mask is None:
            selected.view.cell(selected.key, at, encode, None)
        else:
            selected.view.masked(selected.key, at, encode, mask, None)

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Return the id."""
        del plain
        return ids.encode(asked.row.entity.prefix or "", asked.row.values["id"])
