"""The guarded field: a Strawberry field that cannot exist without an action."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.permission import PermissionExtension
from strawberry.schema_directive import Location
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from authz.permissions import permission
from authz.publishing.wording import who_may
from engine.declare.commands import Command
from engine.declare.inputs import graphql_name_of
from engine.declare.kinds import Findable, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from strawberry.types import Info

    from authz.policy import Policy
    from engine.declare.kinds import Choice, Columns

INHERITS = "inherits"
"""The rule of an argument that only shapes what its field's own action allows."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="The action that a caller needs here, and the rule of the source it comes from.",
)
class Requires:
    """`@requires(action:, source:)`."""

    action: str
    source: list[str]


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="semanticNonNull",
    description="Null only where the value was withheld, with an error at its path.",
)
class SemanticNonNull:
    """`@semanticNonNull`."""


class GuardedField(StrawberryField):
    """A field under an action; `bind` completes it once its type is known."""

    action: str
    kind: Kind

    def __init__(
        self, kind: Kind | Callable[[str], Kind], action: str | None, **options: Any
    ) -> None:
        """Take how the value is found and the action, None for the type's read action.

        The kind may be made of the name that the field is declared under.
        """
        self._arguments_given: tuple[Argument, ...] = options.pop("arguments", ())
        self.findable: Findable = options.pop("findable", Findable())
        self.watched: bool = options.pop("watched", False)
        self.choice: Choice | None = options.pop("choice", None)
        super().__init__(**options)
        self._kind_of = kind
        if isinstance(kind, Kind):
            self.kind = kind
        if action is not None:
            self.action = action
        self.argument_rules: Mapping[str, str] = {a.name: a.rule for a in self._arguments_given}
        self._arguments = [a.strawberry() for a in self._arguments_given]

    def bind(
        self, name: str, read: str | None, policy: Policy, columns: Columns | None = None
    ) -> None:
        """Settle name, action and kind; attach the permission class, directives and who may.

        `columns` are those of the row that the field stands on, if it stands on one.
        """
        self.python_name = name
        if not isinstance(self._kind_of, Kind):
            self.kind = self._kind_of(name)
        if self.kind.of_any_type:
            return  # the read action of the type that the id names decides
        if not hasattr(self, "action"):
            if read is None:
                message = f"{name} names no action, and its type has no read action."
                raise TypeError(message)
            self.action = read
        self.permission_classes = [permission(self.action, policy)]
        self.extensions.append(
            PermissionExtension([p() for p in self.permission_classes], use_directives=False)
        )
        self.directives.append(Requires(action=self.action, source=[*policy.sources(self.action)]))
        if self.kind.is_required(columns):
            self.directives.append(SemanticNonNull())
        self._say_who_may(policy, on_row=read is not None)

    def _say_who_may(self, policy: Policy, *, on_row: bool) -> None:
        """End the description with who may; that of an argument too, where it needs more."""
        rules = (given.rule for given in self._arguments_given)
        described: list[tuple[Any, str]] = list(zip(self.arguments, rules, strict=True))
        if isinstance(self.kind, Command):
            inputs = self.kind.given.__strawberry_definition__.fields  # type: ignore[attr-defined]
            described += [(each, each.metadata.get("action", INHERITS)) for each in inputs]
        own = policy.actions - {self.action}  # of one that no matrix holds the audit tells
        more = [(part, rule) for part, rule in described if rule in own]
        name = None if not on_row or self.kind.with_row else graphql_name_of(self)
        for part, rule, field in [(self, self.action, name), *((*each, None) for each in more)]:
            sentence = who_may(policy, rule, field)
            before = (part.description or "").removesuffix(sentence).rstrip()
            part.description = f"{before}\n{sentence}".lstrip()

    @property
    def is_basic_field(self) -> bool:
        """Never: a guarded field is always resolved with the context."""
        return False

    def get_result(
        self, source: Any, info: Info[Any, Any] | None, args: list[Any], kwargs: Any
    ) -> Any:
        """Resolve on the plain path, where the context knows how; arguments come by name."""
        del args
        assert info is not None  # noqa: S101 - a field with extensions always has it
        return info.context.resolve(source, info, kwargs)


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument with its rule: an action, or INHERITS; perhaps with a default."""

    name: str
    annotation: object
    rule: str = INHERITS
    description: str | None = None
    default: Any = UNSET

    def strawberry(self) -> StrawberryArgument:
        """Return the argument as Strawberry declares it; one that may be left out is null."""
        optional = NoneType in get_args(self.annotation)
        return StrawberryArgument(
            python_name=self.name,
            graphql_name=None,
            type_annotation=StrawberryAnnotation(self.annotation),
            description=self.description,
            **(
                {"default": self.default}
                if optional or self.default is not strawberry.UNSET
                else {}
            ),
        )
