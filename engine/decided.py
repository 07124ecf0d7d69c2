"""The only road from a plan to rows: a statement that a decision has scoped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from authz.decision import Path
    from authz.principal import Principal
    from authz.scopes import Binding
    from db.statements import Statement


class UndecidedError(Exception):
    """The tripwire: something tried to read rows by a statement that no decision stands behind."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A compiled statement, the actions that were decided for it, and the grants that it binds."""

    statement: Statement
    actions: tuple[str, ...]
    arrays: Mapping[str, tuple[Binding, Path]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a statement that names no action."""
        if not self.actions:
            message = "A statement needs the actions that were decided for its rows."
            raise UndecidedError(message)

    def parameters(self, principal: Principal, given: Mapping[str, object]) -> dict[str, Any]:
        """Return the given parameters with the ids of the caller's grants beside them."""
        arrays = {
            name: list(bound.values(principal, path)) for name, (bound, path) in self.arrays.items()
        }
        return {**given, **arrays}
