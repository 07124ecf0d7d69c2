"""Running the application under uvicorn until somebody stops it."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from typing import TYPE_CHECKING

import typer
import uvicorn

from db.migrate import is_current
from db.seed.bulk import NotEmpty
from db.seed.demo import seed_demo
from server.app import create_app
from server.cli.program import program
from server.cli.seeding import refuse_made_up_people
from server.development.playground import PATH
from server.http.connections import Connection, Occupancy
from server.logs import LOGGER, LOGGING
from server.settings.model import Settings, SettingsError

if TYPE_CHECKING:
    from server.settings.fields import HttpLimits

try:
    import resource
except ImportError:  # a system without limits of this kind
    resource = None  # type: ignore[assignment]  # stands for the module

_SECONDS_TO_FINISH = 15
_DESCRIPTORS_OF_ITS_OWN = 128
"""Those of files, database connections and the mail server."""


def serve_application(settings: Settings, *, demo: bool) -> None:
    """Serve until interrupted; raise a sentence when that cannot begin."""
    _require_free(settings.host, settings.port)
    if demo:
        refuse_made_up_people(settings)
        _make_demo(settings.database_url)
    elif not asyncio.run(is_current(settings.database_url)):
        raise SettingsError(
            "The database of FIELDGATE_DATABASE_URL does not have this version's tables: run"
            f" `{program('migrate')}`, or `{program('serve', '--demo')}` for a demo world."
        )
    app = create_app(settings)
    if settings.development:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        typer.echo(f"Playground: http://{host}:{settings.port}{PATH}", err=True)
    limits = settings.http.model_copy(update={"connections": _connections(settings.http)})
    occupancy = Occupancy(limits, settings.trusted_proxies)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        http=partial(Connection, occupancy=occupancy),  # type: ignore[arg-type]  # is called alone
        lifespan="on",
        log_config=LOGGING,
        proxy_headers=False,  # who is local is decided by the socket, not by a header
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        ws="none",
    )


def _connections(limits: HttpLimits) -> int:
    """Return how many connections there may be: as many as set, while descriptors last.

    A process without descriptors can accept nobody, and log nothing of it.
    """
    if resource is None:
        return limits.connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + _DESCRIPTORS_OF_ITS_OWN
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return limits.connections
    left = max(1, soft - _DESCRIPTORS_OF_ITS_OWN)
    fields = {"wanted": limits.connections, "possible": left, "descriptors": soft}
    LOGGER.warning("fewer connections than set", extra={"fields": fields})
    return left


def _require_free(host: str, port: int) -> None:
    """Raise a sentence when nothing can listen there, before anything is made."""
    try:
        for family, kind, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
                probe.bind(address)
    except OSError as error:
        raise SettingsError(
            f"FIELDGATE_HOST and FIELDGATE_PORT: nothing can listen on {host}, port {port}: "
            f"{error.strerror}."
        ) from None


def _make_demo(url: str) -> None:
    """Fill an empty database, and tell a person what to do next."""
    try:
        asyncio.run(seed_demo(url))
    except NotEmpty:
        typer.echo("The database holds rows already; they are served as they are.", err=True)
    else:
        typer.echo("Made the demo world.", err=True)
    typer.echo(f"For a token, run: {program('token', '--as', 'olga')}", err=True)
