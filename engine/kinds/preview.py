"""The answer that somebody would get to a document, for a caller who may look ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strawberry.scalars import JSON

from engine.declare.functions import PrincipalOf
from engine.declare.guarded import Argument, GuardedField
from engine.documents.variables import arguments_of, holds_more
from engine.errors import Refusal
from engine.execution.views import Base, withheld_of
from engine.plain.kinds import Answered
from engine.planning.context import Planned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.catalogue import Catalogue
    from engine.declare.kinds import Columns
    from engine.execution.guards import Mask
    from engine.execution.hints import Row
    from engine.execution.run import Run
    from engine.plain.kinds import Asked, PlainPath
    from engine.planning.context import Selected


def preview(
    action: str,
    principal: PrincipalOf,
    *,
    reads: tuple[str, ...],
    imagines: tuple[str, ...] = (),
    derives: tuple[str, ...] = (),
    arguments: tuple[Argument, ...] = (),
    description: str = "",
) -> Any:
    """Declare the answer that somebody would get to a document whom the row lets in, as JSON.

    Of the types that it `imagines` they see the rows that `principal` gives and no others; what it
    reads of an account stands under the actions that it `derives`.
    """
    asked = (
        Argument("document", str, description="The query that they would send."),
        Argument("variables", JSON | None, description="Its variables."),
    )
    kind = Preview(principal, reads, imagines, derives)
    given = (*arguments, *asked)
    return GuardedField(kind, action, arguments=given, description=description or None)


def imagined_types(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the types of which whoever a preview is for has rows of their own."""
    kinds = (f.guarded.kind for e in catalogue.entities.values() for f in e.fields.values())
    named = {name for kind in kinds if isinstance(kind, Preview) for name in kind.imagines}
    return tuple(sorted(named))


@dataclass(frozen=True, slots=True)
class Preview(Planned, Answered):
    """The whole answer that somebody would get to a document whom the row lets in.

    `imagines` names the types of which they are given rows of their own, and `derives` the actions
    of what the answer tells besides.
    """

    principal: PrincipalOf
    reads: tuple[str, ...]
    imagines: tuple[str, ...] = ()
    derives: tuple[str, ...] = ()

    def is_required(self, columns: Columns | None) -> bool:
        """It is, on a row."""
        return columns is not None

    def plan(self, selected: Selected) -> None:
        """Answer the document where the mask opens it."""
        mask, field, node = selected.mask(), selected.field, selected.node
        columns = {name: selected.rows.column(name) for name in self.reads}
        link = PreviewLink(field, node, {}, columns, self, selected.action, mask)
        decider = selected.planning.decider
        forbidden = decider.forbidden(field.coordinate, selected.action, node)
        # what it is for is found among rows, so no grant settles whether it is answered
        decider.notes.doubt(forbidden, lambda _principal: False)
        selected.link(link)

    def answer(self, plain: PlainPath, asked: Asked) -> Any:
        """Return the answer."""
        given = arguments_of(asked.field, asked.node, plain.run.variables)
        return previewed(self, asked.field.guarded.action, asked.row.values, given, plain.run)


@dataclass(slots=True)
class PreviewLink(Base):
    """The answer to a document for each row that the mask lets through."""

    columns: dict[str, int]
    kind: Preview
    action: str
    mask: Mask | None

    async def load(self, rows: Sequence[Row], run: Run) -> list[Any]:
        """Return the whole answer as JSON, or what stands for it where it is withheld."""
        made: list[Any] = []
        for row in rows:
            refused = self.mask and self.mask.refusal(row)
            if refused is not None:
                made.append(refused)
                continue
            values = {name: row[at] for name, at in self.columns.items()}
            try:
                given = arguments_of(self.place, self.node, run.variables)
                made.append(await previewed(self.kind, self.action, values, given, run))
            except Refusal as refusal:  # the role comes first: only who passes is told of it
                made.append(withheld_of(refusal, self.coordinate, self.node))
        return made


async def previewed(
    kind: Preview, action: str, row: Mapping[str, Any], given: Mapping[str, Any], run: Run
) -> dict[str, object]:
    """Return the payload that the principal of a preview would be answered with, or raise Refusal.

    What is wrong with the document is part of the payload, as it would be for them.
    """
    run.count_preview()
    variables = given.get("variables")
    if variables is not None and not isinstance(variables, dict):
        message = "variables is not an object of variables by their names."
        raise Refusal("BAD_USER_INPUT", message, input="variables")
    if variables is not None and holds_more(variables, run.application.limits.values):
        message = f"variables holds more than {run.application.limits.values:,} values."
        raise Refusal(
            "BAD_USER_INPUT", message, input="variables", limit=run.application.limits.values
        )
    actions = (action, *kind.derives)
    imagined = await kind.principal(row, given, run.loading(actions))
    return await run.answered(imagined, given["document"], variables)
