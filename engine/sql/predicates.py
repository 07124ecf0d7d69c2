"""Reach as SQL: the paths of one statement over the arrays that they bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, false, or_

from engine.sql.statement import UndecidedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, FromClause

    from authz.decision import Path, Where
    from engine.catalogue import Entity
    from engine.sql.statement import Arrays


class Reach:
    """Writes the paths of one statement and remembers which arrays it has to be given."""

    def __init__(self) -> None:
        """Start with no array."""
        self.arrays: Arrays = {}

    def parameter(self, entity: Entity, path: Path) -> str:
        """Return the name of the array behind a path."""
        bound = entity.bound(path)
        parameter = bound.parameter(path)
        known, first = self.arrays.setdefault(parameter, (bound, path))
        same = known.values is bound.values and (bound.of_principal or first.shape == path.shape)
        if not same:
            message = f"Two paths would bind one array, {parameter}."
            raise UndecidedError(message)
        return parameter

    def reaches(self, entity: Entity, table: FromClause, path: Path) -> ColumnElement[bool]:
        """Return whether a row lies in the scope of a path, whatever its condition says."""
        bound = entity.bound(path)
        return bound.predicate(table, self.parameter(entity, path))

    def admits(self, entity: Entity, table: FromClause, path: Path) -> ColumnElement[bool]:
        """Return whether a row lies on a path: in its scope, and its condition holds."""
        return and_(self.reaches(entity, table, path), *self.condition(entity, table, path))

    def condition(
        self, entity: Entity, table: FromClause, path: Path
    ) -> tuple[ColumnElement[bool], ...]:
        """Return what the condition of a path says of a row, nothing where it has none."""
        if path.when is None:
            return ()
        return (entity.conditions[path.when](table).is_(True),)

    def any_of(self, entity: Entity, table: FromClause, where: Where) -> ColumnElement[bool]:
        """Return whether a row lies on a path of a decision."""
        return self.one_of(entity, table, where.paths)

    def one_of(
        self, entity: Entity, table: FromClause, paths: Sequence[Path]
    ) -> ColumnElement[bool]:
        """Return whether a row lies on one of the paths; a scope that means nothing has no row."""
        known = (path for path in paths if entity.knows(path))
        return or_(false(), *(self.admits(entity, table, path) for path in known))
