"""Running the application under uvicorn until somebody stops it."""

from __future__ import annotations

import asyncio

import typer
import uvicorn

from db.bulk import NotEmpty
from db.demo import seed_demo
from db.migrate import is_current
from server.app import create_app
from server.logs import LOGGING
from server.playground import PATH
from server.seeding import refuse_made_up_people
from server.settings import Settings, SettingsError

_SECONDS_TO_FINISH = 15


def serve_application(settings: Settings, *, demo: bool) -> None:
    """Serve until interrupted; raise a sentence when the database is not ready to be served."""
    if demo:
        refuse_made_up_people(settings)
        _make_demo(settings.database_url)
    elif not asyncio.run(is_current(settings.database_url)):
        raise SettingsError(
            "The database of FIELDGATE_DATABASE_URL does not have this version's tables:"
            " run `fieldgate migrate`, or `fieldgate serve --demo` for a demo world."
        )
    app = create_app(settings)
    if settings.development:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        typer.echo(f"Playground: http://{host}:{settings.port}{PATH}", err=True)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        http="h11",  # not httptools where somebody has it: see record 2
        lifespan="on",
        log_config=LOGGING,
        proxy_headers=False,  # who is local is decided by the socket, not by a header
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        ws="none",
    )


def _make_demo(url: str) -> None:
    """Fill an empty database, and tell a person what to do next."""
    try:
        asyncio.run(seed_demo(url))
    except NotEmpty:
        typer.echo("The database holds rows already; they are served as they are.", err=True)
    else:
        typer.echo("Made the demo world.", err=True)
    typer.echo("For a token, run: fieldgate token --as olga", err=True)
