"""What a gateway serves: a schema, the policy that it keeps, and the rows that scopes mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from authz.pending import PENDING
from authz.policy import Policy
from authz.rows.bindings import SCOPES
from schema import build_schema

if TYPE_CHECKING:
    import strawberry

    from authz.rows.scopes import Scopes


@dataclass(frozen=True, slots=True)
class Domain:
    """One application's schema and policy; `pending` name the actions that no field uses yet."""

    schema: strawberry.Schema
    policy: Policy
    scopes: Scopes
    pending: Mapping[str, tuple[str, ...]]

    @classmethod
    def published(cls) -> Self:
        """Return Fieldgate's own, or raise MatrixError for matrices that cannot be obeyed."""
        return cls(build_schema(), Policy.load(), SCOPES, PENDING)
