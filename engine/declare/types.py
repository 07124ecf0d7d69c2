"""Binds declared fields to a policy: `@entity`, the query and mutation types, and payloads."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import strawberry

from engine.declare.commands import Changed
from engine.declare.connection_types import IntAggregates
from engine.declare.guarded import GuardedField
from engine.declare.kinds import (
    Aggregate,
    Aggregated,
    AllowedActions,
    Can,
    Card,
    Column,
    Computed,
    Derived,
    Download,
    Identifier,
    NoneOf,
    Paged,
    Preview,
    Shown,
    Static,
    ToMany,
    ToOne,
)

if TYPE_CHECKING:
    from authz.policy import Policy
    from db.base import Base

T = TypeVar("T", bound=type)

_NEVER_EMPTY = (
    Aggregate,
    AllowedActions,
    Can,
    Computed,
    Derived,
    Download,
    NoneOf,
    Paged,
    Preview,
    ToMany,
)
"""Kinds of field on a row that are null only where they are withheld."""


@dataclass(frozen=True, slots=True)
class EntityOf:
    """What a type with rows of its own is made of."""

    model: type[Base]
    read: str
    prefix: str | None
    about: str | None = None


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
                    spec = getattr(declared, "spec", Column(name))
                    shown = {Card: "on", Column: "name", Shown: "on"}.get(type(spec))
                    required = isinstance(spec, _NEVER_EMPTY) or (
                        shown is not None and not columns[getattr(spec, shown)].nullable
                    )
                    if isinstance(spec, Shown):
                        required = required and not spec.model.__table__.c[spec.name].nullable
                    declared.bind(name, read, self.policy, required=required)
            if about is not None and not isinstance(getattr(cls, about).spec, ToOne):
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
                assert isinstance(declared.spec, Column)  # noqa: S101 - only `field` declares it
                spec = Aggregated(declared.spec.name)
                if declared.spec.name in summed_columns:
                    message = f"{definition.name} adds up {declared.spec.name} twice."
                    raise TypeError(message)
                summed_columns.add(declared.spec.name)
                summed = GuardedField(spec, declared.action, graphql_name=declared.graphql_name)
                summed.bind(declared.python_name, None, self.policy, required=True)
                namespace[declared.python_name] = summed
                namespace["__annotations__"][declared.python_name] = IntAggregates | None
        described = f"What {definition.name} add up to; only what you may read is counted in."
        return strawberry.type(
            type(f"{definition.name}Aggregates", (), namespace), description=described
        )

    def root(self, cls: T) -> T:
        """Make the query or mutation type: fields under actions, with no row of their own."""
        return self._rowless(cls, (Aggregate, Paged, Static))

    def payload(self, cls: T) -> T:
        """Make the payload of a command: rows by their keys, null once they are out of sight."""
        cls.__payload__ = True  # type: ignore[attr-defined]
        return self._rowless(cls, ())

    def _rowless(self, cls: T, required: tuple[type, ...]) -> T:
        for name, declared in list(vars(cls).items()):
            if isinstance(declared, GuardedField):
                spec = getattr(declared, "spec", None)
                if isinstance(spec, Changed):
                    declared.spec = ToOne(name)
                non_null = isinstance(spec, required)
                declared.bind(name, None, self.policy, required=non_null)
        return strawberry.type(cls, description=(cls.__doc__ or "").split("\n\n")[0])


def _is_type_of(cls: type, value: object, _info: object) -> bool:
    return getattr(value, "type_name", None) == cls.__name__
