"""Input types that are made from declared fields, each part under the rule of its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

import strawberry
from strawberry.utils.str_converters import to_camel_case

if TYPE_CHECKING:
    from collections.abc import Mapping

INHERITED = {"inherits": True}
"""The rule of an input field that only shapes what its neighbours' rules allow."""


def optional(annotation: Any) -> Any:
    """Return the annotation of what may be left out, of a type or of the text of one."""
    if isinstance(annotation, str):
        return f"{annotation} | None"
    return Optional[annotation]  # noqa: UP045 - a Strawberry enum's type knows no `|`


def make_input(
    name: str,
    module: str,
    description: str,
    fields: Mapping[str, tuple[Any, Mapping[str, Any]]],
) -> type:
    """Return a Strawberry input whose fields, by GraphQL name, may all be left out.

    Each has an annotation and its metadata: the `action` of the field it stands for, or INHERITED.
    """
    namespace: dict[str, Any] = {"__module__": module, "__doc__": description}
    annotations = {}
    for graphql_name, (annotation, metadata) in fields.items():
        python_name = f"{graphql_name}_"
        annotations[python_name] = optional(annotation)
        namespace[python_name] = strawberry.field(
            name=graphql_name, default=strawberry.UNSET, metadata=metadata
        )
    namespace["__annotations__"] = annotations
    return strawberry.input(type(name, (), namespace), description=description)


def graphql_name_of(declared: Any) -> str:
    """Return the name of a declared field in GraphQL."""
    return str(declared.graphql_name or to_camel_case(declared.python_name))
