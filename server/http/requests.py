"""The body of POST /graphql as an operation request: every key known, every value of its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from engine.engine import OperationRequest
from server.http.bodies import read_object
from server.http.replies import HttpRefusal

if TYPE_CHECKING:
    from typing import Literal

    from server.settings.fields import HttpLimits

_KEYS = ("query", "variables", "operationName", "extensions")
_MODES = ("partial", "strict")
_SHOWN = 50
_LONGEST_NAME = 200


def operation_request(body: bytes, limits: HttpLimits) -> OperationRequest:
    """Read a request, or raise a 400 that names the key at fault."""
    sent = read_object(body, limits)
    for key in sent:
        if key not in _KEYS:
            raise _fault("REQUEST_KEY", f"{key[:_SHOWN]!r} is not a key of a request.")
    query = sent.get("query")
    if not isinstance(query, str):
        raise _fault("QUERY", "'query' must be a string that holds a GraphQL document.")
    name = sent.get("operationName")
    if not isinstance(name, str | None):
        raise _fault("OPERATION_NAME", "'operationName' must be a string or null.")
    if name is not None and len(name) > _LONGEST_NAME:
        message = f"'operationName' is longer than {_LONGEST_NAME} characters."
        raise _fault("OPERATION_NAME", message)
    return OperationRequest(
        query=query,
        variables=_object(sent, "variables"),
        operation_name=name,
        mode=_mode(_object(sent, "extensions")),
    )


def _mode(extensions: Mapping[str, object] | None) -> Literal["partial", "strict"]:
    """Return `extensions.authorization.mode`; other extensions are other people's business."""
    authorization = _object(extensions or {}, "authorization") or {}
    for key in authorization:
        if key != "mode":
            raise _fault("MODE", f"{key[:_SHOWN]!r} is not a key of 'extensions.authorization'.")
    mode = authorization.get("mode", "partial")
    if mode not in _MODES:
        raise _fault("MODE", "'extensions.authorization.mode' must be 'partial' or 'strict'.")
    return cast("Literal['partial', 'strict']", mode)


def _object(sent: Mapping[str, object], key: str) -> Mapping[str, object] | None:
    value = sent.get(key)
    if value is not None and not isinstance(value, Mapping):
        raise _fault(key.upper(), f"{key!r} must be an object or null.")
    return value


def _fault(reason: str, message: str) -> HttpRefusal:
    return HttpRefusal(400, reason, message)
