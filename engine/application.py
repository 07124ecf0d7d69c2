"""What all operations of one gateway are run with."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from authz.policy import Policy
    from authz.rows.grants import GrantReader
    from db.drivers.database import Database
    from engine.catalogue import Catalogue
    from engine.clock import Clock
    from engine.cursors import CursorSealer
    from engine.downloads import Downloads
    from engine.limits import Allowances, Limits


@dataclass(frozen=True, slots=True)
class Application:
    """What all operations are run with: made once, shared, and never changed.

    `pages` are the addresses that mails lead to, by what is done there.
    """

    catalogue: Catalogue
    policy: Policy
    database: Database
    grants: GrantReader
    clock: Clock
    limits: Limits
    allowances: Allowances
    cursors: CursorSealer
    downloads: Downloads
    refusals_together: int = 60_000
    """For how long repeats of one refusal are counted in one audit row, in milliseconds."""
    pages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
