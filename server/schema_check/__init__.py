"""The start-up audit: a process whose schema leaves anything unguarded ends before it serves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from authz.pending import PENDING
from authz.rows.bindings import SCOPES
from server.schema_check import (
    actions,
    commands,
    conditions,
    edges,
    fields,
    finding,
    rights,
    rows,
    shapes,
)
from server.schema_check import scopes as scoped
from server.schema_check.survey import Survey

if TYPE_CHECKING:
    import strawberry

    from authz.policy import Policy
    from authz.rows.scopes import Scopes


class AuditError(Exception):
    """Every fault of a schema at once, each a sentence that names the place and what to do."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep the faults and list them for a person."""
        lines = "\n".join(f"- {fault}" for fault in faults)
        super().__init__(f"The schema does not keep the policy; nothing is served.\n{lines}")
        self.faults = tuple(faults)


def audit(
    schema: strawberry.Schema,
    policy: Policy,
    pending: Mapping[str, tuple[str, ...]] = PENDING,
    scopes: Scopes = SCOPES,
) -> None:
    """Raise AuditError unless the schema, its tables and the policy fit without a gap.

    `pending` name the actions that no field uses yet, by the feature they wait for.
    """
    faults = tuple(dict.fromkeys(_faults(Survey(schema, policy, scopes), pending)))
    if faults:
        raise AuditError(faults)


def _faults(survey: Survey, pending: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield from shapes.faults(survey)
    yield from fields.faults(survey)
    yield from actions.faults(survey, pending)
    yield from conditions.faults(survey)
    yield from edges.faults(survey)
    yield from finding.faults(survey)
    yield from commands.faults(survey)
    yield from rights.faults(survey)
    yield from scoped.faults(survey)
    yield from rows.faults(survey)
