"""The application: every part of it made once and put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Route

from db.drivers.database import Database
from engine.clock import Clock, SystemClock
from engine.commands.idempotency import HEADER
from engine.downloads import Downloads
from engine.engine import Engine
from server.auth.keys import trusted_keys
from server.auth.tokens import TokenVerifier
from server.development.issuer import DevelopmentIssuer
from server.development.local_reads import LocalRead
from server.development.personas import Personas
from server.development.playground import playground_routes
from server.development.reference import Reference
from server.development.tokens import DevelopmentTokens
from server.documents import DOCUMENTS, DocumentEndpoint
from server.domain import Domain
from server.http.endpoint import GraphQLEndpoint, Observer
from server.http.framing import Framing
from server.http.health import Health
from server.http.outages import Outages
from server.mail.delivery import delivering, open_post
from server.schema_check import audit
from server.settings.model import Settings


def create_app(
    settings: Settings,
    *,
    domain: Domain | None = None,
    clock: Clock | None = None,
    observer: Observer | None = None,
    deliver_mail: bool = True,
) -> Starlette:
    """Return the application; the database is connected while its lifespan lasts.

    Raises a sentence rather than serve what it must not: SettingsError for keys, MatrixError for
    the policy, AuditError for a schema that leaves anything unguarded. `observer` is told of
    every operation. `domain` is Fieldgate's own unless another is given. Without `deliver_mail`
    the outbox is left to who calls `app.state.post`, or to another process.
    """
    clock = clock or SystemClock()
    domain = domain or Domain.published()
    audit(domain.schema, domain.policy, domain.pending, domain.scopes)
    database = Database(settings.database_url, **settings.database.model_dump())
    outages = Outages()
    downloads = Downloads(settings.link_secrets(), settings.public_url)
    engine = Engine(
        schema=domain.schema,
        policy=domain.policy,
        scopes=domain.scopes,
        database=database,
        limits=settings.limits,
        allowances=settings.allowances,
        cursor_keys=settings.cursor_secrets(),
        downloads=downloads,
        clock=clock,
        refusals_together=settings.refusals_together_seconds * 1000,
        pages=settings.pages(),
    )
    health = Health(database)
    routes: list[BaseRoute] = [
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
    ]
    keys = trusted_keys(settings.issuers)
    if settings.development:
        issuer = DevelopmentIssuer.load(settings.state_directory, clock)
        keys[issuer.key.kid] = issuer.key
        routes.append(Route("/dev/token", DevelopmentTokens(issuer, settings.http)))
        routes.append(Route("/dev/personas", LocalRead(Personas(database, clock).made, outages)))
        reference = Reference(domain.schema, engine.catalogue, domain.policy)
        routes.append(Route("/dev/reference", LocalRead(reference.made, outages)))
        routes.extend(playground_routes())
    verifier = TokenVerifier(
        keys,
        clock,
        max_bytes=settings.http.token_bytes,
        skew_seconds=settings.http.clock_skew_seconds,
    )
    endpoint = GraphQLEndpoint(
        engine,
        verifier,
        settings.http,
        operations=settings.limits,
        outages=outages,
        trusted_proxies=settings.trusted_proxies,
        observer=observer,
    )
    routes.append(Route("/graphql", endpoint))
    documents = DocumentEndpoint(
        engine.catalogue,
        domain.policy,
        database,
        clock,
        downloads,
        DOCUMENTS,
        settings,
        outages,
    )
    routes.append(Route("/documents/{sealed}", documents))

    post = open_post(settings, database, clock, outages)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await database.connect()
        try:
            async with delivering(post) if deliver_mail else nullcontext():
                yield
        finally:
            await database.close()

    around = [Middleware(Framing), _cross_origin(settings)]
    app = Starlette(routes=routes, lifespan=lifespan, middleware=around)
    app.router.redirect_slashes = False
    app.state.database = database
    app.state.post = post
    return app


def _cross_origin(settings: Settings) -> Middleware:
    """Let the listed origins' pages call, and no other's; cookies are never involved."""
    return Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=("POST",),
        allow_headers=("Authorization", "Content-Type", HEADER),
        expose_headers=("X-Request-Id",),
    )
