"""Who is on this machine: the only ones that the endpoints of development serve."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from server.http.replies import HttpRefusal
from server.settings.profiles import is_loopback

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Scope

_HERE = r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?"
_LOCAL_PAGE = re.compile(rf"https?://{_HERE}")
_LOCAL_HOST = re.compile(_HERE)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def require_local(scope: Scope, headers: Headers) -> None:
    """Raise a 403 unless the client is on this machine, and nobody elsewhere speaks through it.

    A proxy on this machine says for whom it asks. A page of another site says where it comes from;
    one that reaches a loopback address under its own name (DNS rebinding) says that name.
    """
    client = scope.get("client")
    origin, host = headers.get("origin"), headers.get("host")
    if (
        client is None
        or not is_loopback(client[0])
        or any(name in headers for name in _FORWARDED)
        or (origin is not None and _LOCAL_PAGE.fullmatch(origin) is None)
        or (host is not None and _LOCAL_HOST.fullmatch(host) is None)
    ):
        message = "The development issuer serves programs on its own machine only."
        raise HttpRefusal(403, "NOT_LOCAL", message, code="FORBIDDEN")
