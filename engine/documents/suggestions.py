"""Suggestions for names that there are not: out of the part of the schema that the caller is shown.

A document is validated once for everybody, and what is wrong with it is told without suggestions.
These are made for a caller afterwards, by validating it on their part alone: an error that is
found there, too, may suggest what stands there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, parse, validate
from graphql.execution.values import get_variable_values

from engine.errors import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from graphql import GraphQLSchema

    from authz.decision import Fingerprint
    from engine.documents.cache import Operation
    from engine.limits import Limits

_ASKING = " Did you mean "
_UNKNOWN = re.compile(r"Cannot query field|Unknown (type|argument)|does not exist in|unknown field")
_FOUND = " Found"
_NAME = re.compile(r"'(\w+)'")
_MOST_ERRORS = 50
"""How many errors of a part are looked at: what is left out of it is unknown there, too."""


class Suggestions:
    """Adds to a refusal what its caller may have meant."""

    def __init__(self, part: Callable[[Fingerprint], GraphQLSchema], limits: Limits) -> None:
        """Take what gives a caller's part of the schema."""
        self._part = part
        self._limits = limits

    def of_document(
        self, text: str, refusal: RequestRefused, fingerprint: Fingerprint
    ) -> RequestRefused:
        """Return the refusal of a document for a caller."""
        if not _is_of_names(refusal, "GRAPHQL_VALIDATION_FAILED"):
            return refusal
        document = parse(text, max_tokens=self._limits.tokens)
        part = self._part(fingerprint)
        return _with(refusal, validate(part, document, max_errors=_MOST_ERRORS))

    def of_variables(
        self,
        operation: Operation,
        given: Mapping[str, object] | None,
        refusal: RequestRefused,
        fingerprint: Fingerprint,
    ) -> RequestRefused:
        """Return the refusal of the variables of a request for a caller."""
        if not _is_of_names(refusal, "BAD_USER_INPUT"):
            return refusal
        declared = operation.node.variable_definitions or ()
        part = self._part(fingerprint)
        found = get_variable_values(part, declared, dict(given or {}), max_errors=_MOST_ERRORS)
        return _with(refusal, found if isinstance(found, list) else ())


def _is_of_names(refusal: RequestRefused, code: str) -> bool:
    return any(
        error["extensions"] == {"code": code} and _UNKNOWN.search(str(error["message"]))
        for error in refusal.errors
    )


def _with(refusal: RequestRefused, found: Iterable[GraphQLError]) -> RequestRefused:
    """Return a refusal whose errors have the suggestions of the same errors found on a part."""
    suggested: dict[tuple[str, str], str] = {}
    for error in found:
        message, asking, rest = error.message.partition(_ASKING)
        names, _, found_there = rest.partition("?")
        if found_there.startswith(_FOUND):  # the words of graphql-core change around it
            message = f"{message.removesuffix('.')}, found{found_there.removeprefix(_FOUND)}"
        if asking:
            suggested[message, repr(error.formatted.get("locations"))] = f"{names}?"
    errors = [_told(error, suggested) for error in refusal.errors]
    return RequestRefused(errors, refusal.status)


def _told(error: dict[str, Any], suggested: Mapping[tuple[str, str], str]) -> dict[str, object]:
    names = suggested.get((error["message"], repr(error.get("locations"))))
    if names is None:
        return error
    extensions = {**error["extensions"], "suggestions": _NAME.findall(names)}
    return {**error, "message": f"{error['message']}{_ASKING}{names}", "extensions": extensions}
