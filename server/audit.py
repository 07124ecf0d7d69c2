"""The start-up audit: whatever the schema could leak for want of a rule, found before serving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from authz.excuses import EXCUSES

if TYPE_CHECKING:
    import strawberry

    from authz.policy import Policy


class AuditError(Exception):
    """The faults of a schema, all at once."""


def audit(
    schema: strawberry.Schema,
    policy: Policy,
    excuses: Mapping[str, tuple[str, ...]] = EXCUSES,
) -> None:
    """Raise AuditError unless every field of the schema is guarded as the policy says."""
