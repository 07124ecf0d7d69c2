"""What a schema gives the engine to run: functions of rows, of the caller, and of nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

    from sqlalchemy import Select

    from authz.rows.principal import Principal


class Loading(Protocol):
    """What a computed field's batch function may use: the instant, and reads it declared."""

    @property
    def now(self) -> int:
        """The operation's instant, UTC epoch milliseconds."""
        ...

    async def fetch(
        self, statement: Select[*tuple[Any, ...]], parameters: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        """Run a statement of the field's own; `:now` is bound."""
        ...


class BatchFunction(Protocol):
    """Computes one value a row, in the order of the rows."""

    def __call__(
        self, rows: Sequence[Mapping[str, Any]], loading: Loading
    ) -> Awaitable[Sequence[Any]]:
        """Return as many values as there are rows."""
        ...


@dataclass(frozen=True, slots=True)
class Imagined:
    """Somebody whom a preview is answered to, and the rows that stand for them.

    Of the types in `rows` there is nothing else to be read: each has the one row that is given, a
    value for each column of its table.
    """

    principal: Principal
    rows: Mapping[str, Mapping[str, object]]


class PrincipalOf(Protocol):
    """Makes the principal that a preview is answered to."""

    def __call__(
        self, row: Mapping[str, Any], given: Mapping[str, Any], loading: Loading
    ) -> Awaitable[Imagined]:
        """Return who would ask, of a row and the arguments, or raise Refusal for the arguments."""
        ...


StaticFunction = Callable[..., Any]
"""Returns plain objects of value types, the same for everybody who may read them."""
