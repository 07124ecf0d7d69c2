"""The application: Strawberry's own view on Starlette, with its parser and validation caches."""

from __future__ import annotations

import time
from typing import Any

import jwt
import strawberry
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from bench.strawberry_peer.callers import caller_of_grants, caller_of_token
from bench.strawberry_peer.loading import Loading
from bench.strawberry_peer.types import Query
from db.drivers.database import sqlalchemy_url

_POOL = 16


class _Quiet(strawberry.Schema):
    """A schema that writes no log: a refused field of a thousand rows would be a thousand lines."""

    def process_errors(self, *args: Any, **kwargs: Any) -> None:
        """Leave the errors to the answer."""


class _View(GraphQL[dict[str, Any], None]):
    """Strawberry's view, which finds out who asks before the operation runs."""

    def __init__(self, url: str, secret: str, *, grants: bool) -> None:
        extensions = [lambda: ParserCache(maxsize=256), lambda: ValidationCache(maxsize=256)]
        super().__init__(_Quiet(Query, extensions=extensions), graphql_ide=None)
        self._secret = secret
        self._grants = grants
        engine = create_async_engine(sqlalchemy_url(url), pool_size=_POOL)
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self.dispose = engine.dispose

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> dict[str, Any]:
        """Verify the token, and read the grants unless the token is to be believed."""
        del response
        token = request.headers["authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, self._secret, algorithms=["HS256"])
        now = int(time.time() * 1000)
        if self._grants:
            async with self._sessions() as session:
                caller = await caller_of_grants(session, claims["sub"], now)
        else:
            caller = caller_of_token(claims)
        return Loading(self._sessions, caller, now).context()


def strawberry_app(url: str, secret: str, *, grants: bool) -> Starlette:
    """Return the application over a database; tokens are signed with `secret`."""
    view = _View(url, secret, grants=grants)
    app = Starlette(routes=[Route("/graphql", view, methods=["POST"])])
    app.state.dispose = view.dispose
    return app
