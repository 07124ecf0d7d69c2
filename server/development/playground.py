"""The playground at /playground/: one page and the files it is built of, in development alone.

Nothing on the page may come from, or reach, another host: its Content-Security-Policy allows this
origin, and of styles those that carry the nonce of the one answer.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

PATH = "/playground/"
BUILT = Path(__file__).parents[1] / "static" / "playground"
"""Where `make setup` builds it, from the sources in `playground/`."""

_NONCE = "__CSP_NONCE__"
_DIRECTIVES = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src-elem 'self' 'nonce-{nonce}'",
    "style-src-attr 'unsafe-inline'",  # the editor places each line by its style attribute
    "font-src 'self'",
    "img-src 'self' data:",  # the editor draws its wavy underlines as data
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types *",
]
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# The machine's own table of types is not asked: it may lack some of these, or know better.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
_OTHER = "application/octet-stream"
_FOR_GOOD = "public, max-age=31536000, immutable"


def playground_routes(built: Path = BUILT) -> list[BaseRoute]:
    """Return the routes of the page and its files, and those that lead to it."""

    async def page(_request: Request) -> Response:
        return _page(built / "index.html")

    return [
        Route("/", _lead_there),
        Route(PATH.rstrip("/"), _lead_there),
        Route(PATH, page),
        Mount(f"{PATH}assets", _Assets(directory=built / "assets", check_dir=False)),
    ]


async def _lead_there(_request: Request) -> Response:
    return RedirectResponse(PATH, headers={"cache-control": "no-store"})


def _page(file: Path) -> Response:
    """Return the page with a nonce that nobody has seen before."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        missing = "The playground is not built yet: run `make setup`, then load this page again."
        return PlainTextResponse(missing, 503, headers=_HEADERS | {"cache-control": "no-store"})
    nonce = secrets.token_urlsafe(16)
    headers = _HEADERS | {
        "cache-control": "no-store",
        "content-security-policy": "; ".join(_DIRECTIVES).format(nonce=nonce),
    }
    return HTMLResponse(text.replace(_NONCE, nonce), headers=headers)


class _Assets(StaticFiles):
    """Files whose names hold a digest of their content, so a browser may keep them for good."""

    async def check_config(self) -> None:
        """Leave a folder that is not built yet to be not found."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with the type that its ending says."""
        response = await super().get_response(path, scope)
        response.headers.update(_HEADERS | {"cache-control": _FOR_GOOD})
        if "content-type" in response.headers:  # a 304 has none
            response.headers["content-type"] = _TYPES.get(Path(path).suffix, _OTHER)
        return response
