"""The only road from a plan to rows: a statement that a decision has scoped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Select

    from authz.decision import Path
    from authz.rows.principal import Principal
    from authz.rows.scopes import Binding
    from db.drivers.database import Database
    from db.drivers.statements import Statement

Arrays = dict[str, "tuple[Binding, Path]"]
"""The arrays that a statement binds, by parameter: what they hold for a principal."""


class UndecidedError(Exception):
    """The tripwire: something tried to read rows by a statement that no decision stands behind."""


class Decided:
    """A statement, the actions that were decided for it, and the grants that it binds.

    It is written and compiled when it is first run, since not every part of a plan is.
    """

    __slots__ = ("_arrays", "_build", "_database", "_statement", "actions")

    def __init__(
        self,
        database: Database,
        actions: tuple[str, ...],
        build: Callable[[], Select[*tuple[Any, ...]]],
        arrays: Arrays | None = None,
    ) -> None:
        """Take how the statement is written; one without an action raises UndecidedError."""
        if not actions:
            message = "A statement needs the actions that were decided for its rows."
            raise UndecidedError(message)
        self.actions = actions
        self._database = database
        self._build = build
        self._arrays = arrays if arrays is not None else {}
        self._statement: Statement | None = None

    @property
    def statement(self) -> Statement:
        """The compiled statement."""
        if self._statement is None:
            self._statement = self._database.compile(self._build())
        return self._statement

    def parameters(self, principal: Principal, given: Mapping[str, object]) -> dict[str, Any]:
        """Return the given parameters with the ids of the caller's grants beside them."""
        _ = self.statement  # writing it finds its arrays
        arrays = {
            name: list(bound.values(principal, path))
            for name, (bound, path) in self._arrays.items()
        }
        return {**given, **arrays}
