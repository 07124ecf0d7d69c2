"""A link to a document of the row, which is decided again when it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.declare.guarded import GuardedField
from engine.execution.views import Base
from engine.plain.kinds import Answered
from engine.planning.context import Planned
from engine.planning.values import value_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.catalogue import Catalogue, Entity, Field
    from engine.declare.kinds import Columns
    from engine.execution.guards import Mask
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.execution.static import ValueView
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected


def download(action: str, *, kind: str, description: str = "") -> Any:
    """Declare a link to a document of the row, which is decided again when the link is opened."""
    return GuardedField(Download(kind), action, description=description or None)


def downloads_of(catalogue: Catalogue) -> dict[str, tuple[Entity, Field]]:
    """Return the documents that rows offer, by kind: the rows' type, and the field."""
    return {
        field.guarded.kind.kind: (entity, field)
        for entity in catalogue.entities.values()
        for field in entity.fields.values()
        if isinstance(field.guarded.kind, Download)
    }


@dataclass(frozen=True, slots=True)
class Download(Planned, Answered):
    """A link to a document of the row; `kind` is what the link and the server call it."""

    kind: str

    def is_required(self, columns: Columns | None) -> bool:
        """It is, on a row."""
        return columns is not None

    def plan(self, selected: Selected) -> None:
        """Answer a link where the mask opens it."""
        mask, values = selected.mask(), value_view(selected)
        at = selected.rows.column("id")
        field, node = selected.field, selected.node
        selected.link(OfferLink(field, node, {}, at, self.kind, mask, values))

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Return a link."""
        run, key = plain.run, asked.row.values["id"]
        return run.application.downloads.offer(self.kind, key, run.principal.subject, run.now)


@dataclass(slots=True)
class OfferLink(Base):
    """The link of each row that the mask lets through; nothing is read for it."""

    key: int
    kind: str
    mask: Mask | None
    view: ValueView

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return a link for each row, or what stands for it where it is withheld."""
        subject, now = run.principal.subject, run.now
        return [
            (self.mask and self.mask.refusal(row))
            or self.view.of(run.application.downloads.offer(self.kind, row[self.key], subject, now))
            for row in rows
        ]
