"""Serves what is measured of Python's servers: `python -m bench.serve fieldgate|strawberry`.

The address of the database, the port and the secret of the peers' tokens come by BENCH_ variables.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from bench.schema import bench_domain
from bench.strawberry_peer.app import strawberry_app
from engine.limits import Limits
from server.app import create_app
from server.settings.model import Settings

_LIMITS = Limits(page=1_000, cost=50_000)


def application(name: str) -> Starlette:
    """Return the application that the environment describes."""
    url = os.environ["BENCH_DATABASE_URL"]
    if name == "fieldgate":
        state = Path(os.environ["BENCH_STATE"])
        settings = Settings(database_url=url, state_directory=state, limits=_LIMITS)
        return create_app(settings, domain=bench_domain(), deliver_mail=False)
    return strawberry_app(url, os.environ["BENCH_SECRET"], grants="BENCH_GRANTS" in os.environ)


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[1]),
        port=int(os.environ["BENCH_PORT"]),
        access_log=False,
        http="h11",
        log_level="warning",
        ws="none",
    )
