"""Binds declared fields to a policy: `@entity`, the query and mutation types, and payloads."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import strawberry

from engine.declare.connection_types import IntAggregates
from engine.declare.guarded import GuardedField
from engine.declare.kinds import OfColumn, Relation
from engine.declare.types import EntityOf
from engine.kinds.identifier import Identifier

if TYPE_CHECKING:
    from authz.policy import Policy
    from db.base import Base
    from engine.declare.kinds import Kind

T = TypeVar("T", bound=type)


class Declarations:
    """The declaration functions of one policy: an action that no matrix holds fails at import."""

    def __init__(self, policy: Policy) -> None:
        """Declare under this policy."""
        self.policy = policy

    def entity(
        self,
        model: type[Base],
        *,
        read: str,
        prefix: str | None = None,
        about: str | None = None,
    ) -> Callable[[T], T]:
        """Make a GraphQL type of a model's rows, with `read` as the action that shows a row.

        `prefix` begins the type's global ids; a facet, which has none, is no Node. `about` names
        the relation to the one row without which a row says nothing: who cannot see that one has
        no such row.
        """

        def decorate(cls: T) -> T:
            if prefix is not None:
                cls.__annotations__ = {"id": strawberry.ID, **inspect.get_annotations(cls)}
                cls.id = GuardedField(Identifier(), read)  # type: ignore[attr-defined]
            columns = model.__table__.columns
            for name, declared in list(vars(cls).items()):
                if isinstance(declared, GuardedField):
                    declared.bind(name, read, self.policy, columns)
            if about is not None and not _points(getattr(cls, about).kind):
                message = f"{cls.__name__} is about {about}, which leads to no one row."
                raise TypeError(message)
            cls.__entity__ = EntityOf(model, read, prefix, about)  # type: ignore[attr-defined]
            cls.is_type_of = classmethod(_is_type_of)  # type: ignore[attr-defined]
            return strawberry.type(cls, description=(cls.__doc__ or "").split("\n\n")[0])

        return decorate

    def aggregates(self, kind: type) -> type:
        """Make the type of what an `aggregate` field of these rows leads to, `<Type>Aggregates`."""
        definition = kind.__strawberry_definition__  # type: ignore[attr-defined]
        namespace: dict[str, Any] = {
            "__module__": kind.__module__,
            "__annotations__": {"count": int},
            "__aggregates__": definition.name,
        }
        summed_columns: set[str] = set()
        for declared in definition.fields:
            if isinstance(declared, GuardedField) and declared.findable.aggregate:
                column = declared.kind
                assert isinstance(column, OfColumn)  # noqa: S101 - only `field` declares it
                if column.name in summed_columns:
                    message = f"{definition.name} adds up {column.name} twice."
                    raise TypeError(message)
                summed_columns.add(column.name)
                name = declared.graphql_name
                summed = GuardedField(column.sums(), declared.action, graphql_name=name)
                summed.bind(declared.python_name, None, self.policy)
                namespace[declared.python_name] = summed
                namespace["__annotations__"][declared.python_name] = IntAggregates | None
        described = f"What {definition.name} add up to; only what you may read is counted in."
        return strawberry.type(
            type(f"{definition.name}Aggregates", (), namespace), description=described
        )

    def root(self, cls: T) -> T:
        """Make the query or mutation type: fields under actions, with no row of their own."""
        return self._rowless(cls)

    def payload(self, cls: T) -> T:
        """Make the payload of a command: rows by their keys, null once they are out of sight."""
        cls.__payload__ = True  # type: ignore[attr-defined]
        return self._rowless(cls)

    def _rowless(self, cls: T) -> T:
        for name, declared in list(vars(cls).items()):
            if isinstance(declared, GuardedField):
                declared.bind(name, None, self.policy)
        return strawberry.type(cls, description=(cls.__doc__ or "").split("\n\n")[0])


def _points(kind: Kind) -> bool:
    return isinstance(kind, Relation) and kind.points


def _is_type_of(cls: type, value: object, _info: object) -> bool:
    return getattr(value, "type_name", None) == cls.__name__
