"""Binds declared fields to a policy: `@entity`, the query and mutation types, and payloads."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

import strawberry

from authz.roles import graphql_name
from engine.declare.connection_types import IntAggregates
from engine.declare.guarded import Argument, GuardedField
from engine.declare.kinds import OfColumn, Relation
from engine.declare.types import EntityOf
from engine.kinds.identifier import Identifier
from engine.kinds.to_one import ToOne

if TYPE_CHECKING:
    from authz.policy import Policy
    from db.base import Base
    from engine.declare.commands import DeclaredCommand, Payload
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

    def mutation(self, commands: Iterable[DeclaredCommand], types: Iterable[type]) -> type:
        """Make the mutation type of these commands; `types` are those that payloads name."""
        by_name = {_name_of(kind): kind for kind in types}
        payloads: dict[str, Any] = {}
        namespace: dict[str, Any] = {"__doc__": "Everything that can be changed."}
        annotations = {}
        for declared in commands:
            name = declared.payload_name
            if name not in payloads:
                payloads[name] = self._payload(name, declared.payload, by_name)
            annotations[declared.name] = payloads[name] | None
            namespace[declared.name] = GuardedField(
                declared.command,
                declared.action,
                arguments=(Argument("input", declared.command.given),),
                description=declared.description or None,
            )
        namespace["__annotations__"] = annotations
        return self.root(type("Mutation", (), namespace))

    def _payload(self, name: str, payload: Payload, types: Mapping[str, Any]) -> type:
        """Make the type of a payload: each row under the read action of its type."""
        rows = {field: types[type_name] for field, type_name in payload.rows.items()}
        namespace: dict[str, Any] = {
            "__doc__": payload.description,
            "__annotations__": {field: kind | None for field, kind in rows.items()},
            **{field: GuardedField(ToOne, kind.__entity__.read) for field, kind in rows.items()},
        }
        return self.payload(type(name, (), namespace))

    def _rowless(self, cls: T) -> T:
        for name, declared in list(vars(cls).items()):
            if isinstance(declared, GuardedField):
                declared.bind(name, None, self.policy)
        return strawberry.type(cls, description=(cls.__doc__ or "").split("\n\n")[0])


def actions_of(commands: Iterable[DeclaredCommand]) -> Any:
    """Make the enum of the actions of commands, `Action`."""
    names = {graphql_name(each.action): each.action for each in commands}
    members: Any = Enum("Action", names)  # type: ignore[misc]
    return strawberry.enum(members, description="Something that can be done.")


def _name_of(kind: Any) -> str:
    return str(kind.__strawberry_definition__.name)


def _points(kind: Kind) -> bool:
    return isinstance(kind, Relation) and kind.points


def _is_type_of(cls: type, value: object, _info: object) -> bool:
    return getattr(value, "type_name", None) == cls.__name__
