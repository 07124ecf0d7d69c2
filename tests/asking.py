"""The engine without HTTP in front: one database, one clock, and people who ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import strawberry

from authz.permissions import published_policy
from authz.policy import Policy
from authz.rows.bindings import SCOPES
from authz.rows.principal import Identity
from authz.rows.scopes import Scopes
from db.drivers.database import Database
from engine.catalogue import Catalogue
from engine.downloads import Downloads
from engine.engine import Answer, Engine, OperationRequest
from engine.limits import Limits
from schema import build_schema
from worlds import NOW, SettableClock

KEY = bytes(range(64))
"""A cursor key that is nobody's secret."""


@cache
def product_schema() -> strawberry.Schema:
    """The product's schema, built once a process."""
    return build_schema()


@cache
def product_catalogue() -> Catalogue:
    return Catalogue(product_schema())


@dataclass
class Desk:
    """An engine over one database, asked on either path."""

    database: Database
    schema: strawberry.Schema = field(default_factory=product_schema)
    policy: Policy = field(default_factory=published_policy)
    scopes: Scopes = SCOPES
    limits: Limits = field(default_factory=Limits)
    keys: tuple[bytes, ...] = (KEY,)
    clock: SettableClock = field(default_factory=lambda: SettableClock(NOW))

    def __post_init__(self) -> None:
        self.engine = Engine(
            schema=self.schema,
            policy=self.policy,
            scopes=self.scopes,
            database=self.database,
            limits=self.limits,
            cursor_keys=self.keys,
            downloads=Downloads(self.keys),
            clock=self.clock,
        )

    async def ask(
        self,
        who: str,
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        plain: bool = False,
        mode: str = "partial",
        name: str | None = None,
    ) -> Answer:
        """Answer one operation for a subject, on the engine unless told otherwise."""
        request = OperationRequest(document, variables, name, mode)
        return await self.engine.execute(request, Identity(who), force_plain=plain)


def errors_of(answer: Answer) -> dict[str, str]:
    """The code at each position, the path written as `a.0.b`; a whole request is under ''."""
    return {
        ".".join(map(str, error.get("path", []))): error["extensions"]["code"]
        for error in answer.payload.get("errors", [])
    }
