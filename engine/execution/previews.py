"""Previews: the answer that somebody would get to a document, for a caller who may look ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.documents.variables import arguments_of, holds_more
from engine.errors import Refusal
from engine.execution.views import Base, withheld_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.declare.kinds import Preview
    from engine.execution.guards import Mask
    from engine.execution.hints import Row
    from engine.execution.run import Run


@dataclass(slots=True)
class PreviewLink(Base):
    """The answer to a document for each row that the mask lets through."""

    columns: dict[str, int]
    spec: Preview
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
                made.append(await previewed(self.spec, self.action, values, given, run))
            except Refusal as refusal:  # the role comes first: only who passes is told of it
                made.append(withheld_of(refusal, self.coordinate, self.node))
        return made


async def previewed(
    spec: Preview, action: str, row: Mapping[str, Any], given: Mapping[str, Any], run: Run
) -> dict[str, object]:
    """Return the payload that the principal of a preview would be answered with, or raise Refusal.

    What is wrong with the document is part of the payload, as it would be for them.
    """
    run.count_preview()
    variables = given.get("variables")
    if variables is not None and not isinstance(variables, dict):
        message = "variables is not an object of variables by their names."
        raise Refusal("BAD_USER_INPUT", message, input="variables")
    if variables is not None and holds_more(variables, run.limits.values):
        message = f"variables holds more than {run.limits.values:,} values."
        raise Refusal("BAD_USER_INPUT", message, input="variables", limit=run.limits.values)
    actions = (action, *spec.derives)
    imagined = await spec.principal(row, given, run.loading(actions))
    return await run.answered(imagined, given["document"], variables)
