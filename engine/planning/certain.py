"""What is certain for one principal of every row in scope, before any row is read.

A mask or a gate is written where roles alone leave open which rows a decision opens. The ids that
the principal's paths bind often settle it: whoever owns every account that they see sees no
account that is not theirs. Only where they do not is it the row that decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authz.decision import Where

if TYPE_CHECKING:
    from collections.abc import Callable

    from authz.decision import Path
    from authz.rows.principal import Principal
    from engine.catalogue import Entity
    from engine.execution.gates import Gate
    from engine.sql.row_query import Fetch


def opened(fetch: Fetch, decision: Where, principal: Principal) -> bool:
    """Tell whether a decision opens every row that a fetch can find for a principal."""
    return _all(fetch, lambda path: _within(fetch.entity, path, decision, principal))


def passed(parent: Fetch, on: str, gate: Gate, principal: Principal) -> bool:
    """Tell whether every parent passes the gate of a relation that hangs on its column `on`."""
    opening = gate.opening(principal)

    def passes(path: Path) -> bool:
        bound = parent.entity.bound(path)
        keys = bound.values(principal, path)
        failed = (opening.failed(key, lambda _condition: False) for key in keys)
        return bound.anchor == on and not any(each is not False for each in failed)

    return _all(parent, passes)


def _all(fetch: Fetch, certain: Callable[[Path], bool]) -> bool:
    """Tell whether something is certain of every path by which a row satisfies a decision."""
    return any(
        all(certain(path) for path in scope.paths if fetch.entity.knows(path))
        for scope in fetch.scope
        if isinstance(scope, Where)
    )


def _within(entity: Entity, path: Path, decision: Where, principal: Principal) -> bool:
    """Tell whether every row on a path lies on a path of a decision as well."""
    if path in decision.paths:
        return True
    anchor, opening = entity.bound(path).anchor, set[str]()
    for other in decision.paths:
        if other.when is None and entity.knows(other):
            bound = entity.bound(other)
            if bound.anchor == anchor and bound.rest is None:
                opening.update(bound.values(principal, other))
    return anchor is not None and opening.issuperset(entity.bound(path).values(principal, path))
