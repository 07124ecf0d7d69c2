"""Everything that an operation can answer instead of a value.

    Refusal                         one position (or one operation) is refused; code and reason
    ├── RequestRefused              the whole request, before execution: no `data` in the answer
    └── Withheld                    not raised: stands in a result where a value was refused

The codes are the closed set of `Code`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from graphql import GraphQLError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from graphql import Node as AstNode

Code = Literal[
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "LOCKED",
    "PRECONDITION",
    "BAD_USER_INPUT",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "QUERY_TOO_COMPLEX",
    "RESPONSE_TOO_LARGE",
    "RATE_LIMITED",
    "SERVICE_UNAVAILABLE",
    "INTERNAL_SERVER_ERROR",
]


WITHHELD: frozenset[Code] = frozenset({"FORBIDDEN", "PRECONDITION"})
"""What stands for a value that is there and is not shown."""

MASKED = "Something went wrong on our side."
"""All that a client is told of a fault of ours."""
NOT_FOUND = "Nothing with this id is yours to see."


class Refusal(GraphQLError):
    """A refused position: a sentence to a person, a code and what a client can act on."""

    def __init__(self, code: Code, message: str, **details: object) -> None:
        """Keep the details that are not None beside the code."""
        extensions: dict[str, object] = {"code": code}
        extensions.update({k: v for k, v in details.items() if v is not None})
        super().__init__(message, extensions=extensions)
        self.code = code


def unavailable() -> Refusal:
    """Return the one answer to a collision with what the caller may not see, raced or not."""
    message = "What this would take is not available."
    return Refusal("CONFLICT", message, reason="UNAVAILABLE")


class RequestRefused(Exception):
    """A request that is answered without `data`: it was not run at all, or its answer is kept."""

    def __init__(
        self,
        errors: list[dict[str, object]],
        status: int = 400,
        types: Collection[tuple[str, str]] = (),
    ) -> None:
        """Take the formatted errors and the status for `application/graphql-response+json`.

        `types` are those that polymorphic edges lead to no rows of, with the edges' coordinates.
        """
        super().__init__(errors[0]["message"])
        self.errors = errors
        self.status = status
        self.types = types


@dataclass(frozen=True, eq=False)
class Withheld:
    """Stands in a result for a value that a decision turned to null."""

    code: Code
    message: str
    coordinate: str
    details: Mapping[str, object] = field(default_factory=dict)
    node: AstNode | None = None

    def at(self, path: tuple[str | int, ...]) -> dict[str, object]:
        """Return the error of one exact position."""
        return {"message": self.message, "path": list(path), **self._everywhere}

    def of(self, type_name: str) -> dict[str, object]:
        """Return the error of an edge that leads to no rows of a type, wherever it stands."""
        common = dict(self._everywhere)
        known: Any = common["extensions"]
        return {"message": self.message, **common, "extensions": {**known, "type": type_name}}

    @cached_property
    def _everywhere(self) -> dict[str, object]:
        """What the errors of all positions have in common."""
        common: dict[str, object] = {}
        if self.node is not None and self.node.loc is not None:
            token = self.node.loc.start_token
            common["locations"] = [{"line": token.line, "column": token.column}]
        common["extensions"] = {"code": self.code, "coordinate": self.coordinate, **self.details}
        return common


def refused_at(refusal: RequestRefused, coordinate: str, node: AstNode | None) -> Withheld:
    """Return what stands for one field where the rest of a request is answered."""
    [error] = refusal.errors
    extensions: Any = error["extensions"]
    details = {name: value for name, value in extensions.items() if name != "code"}
    return Withheld(extensions["code"], str(error["message"]), coordinate, details, node)


def refused(code: Code, message: str, **details: object) -> RequestRefused:
    """Return a request refusal with one error."""
    extensions = {"code": code, **{k: v for k, v in details.items() if v is not None}}
    return RequestRefused([{"message": message, "extensions": extensions}])


def too_large(message: str, reason: str, **amounts: int) -> RequestRefused:
    """Return the refusal of an answer that grew beyond what an answer may be."""
    return refused("RESPONSE_TOO_LARGE", message, reason=reason, **amounts)


def too_many_positions(limit: int) -> RequestRefused:
    """Return the refusal of an answer with more objects and lists than one may hold."""
    message = f"The answer would hold more than {limit:,} objects and lists: ask for smaller pages."
    return too_large(message, "POSITIONS", limit=limit)


def internal_error(coordinate: str, node: AstNode | None) -> Withheld:
    """Return what stands where a value could not be made, by a fault of ours."""
    return Withheld("INTERNAL_SERVER_ERROR", MASKED, coordinate, {}, node)
