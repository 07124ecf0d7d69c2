"""The demo world as a test sees it: rows to change, and people who ask, with real tokens."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from operator import is_
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from starlette.applications import Starlette

from authz.rows.principal import Identity
from db.drivers.database import sqlalchemy_url
from engine.engine import Answer, OperationReport, OperationRequest
from engine.limits import Allowances
from server import app as application
from server.domain import Domain
from server.settings.model import Settings

GRAPHQL_RESPONSE = "application/graphql-response+json"
NOW = int(datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp()) * 1000
"""The instant at which every world begins, in UTC epoch milliseconds."""


class SettableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, instant: int) -> None:
        self.instant = instant

    def now(self) -> int:
        return self.instant

    def advance(self, *, milliseconds: int) -> None:
        self.instant += milliseconds


@dataclass
class Watch:
    """What the server said of one operation while it answered it."""

    report: OperationReport | None = None
    statements: list[str] = field(default_factory=list)


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)
_plain: ContextVar[bool] = ContextVar("plain", default=False)


@dataclass(frozen=True)
class Reply:
    """One answer of POST /graphql, with the server's own account of it."""

    response: httpx.Response
    report: OperationReport | None
    statements: list[str]

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def json(self) -> dict[str, Any]:
        return self.response.json()

    @property
    def data(self) -> dict[str, Any] | None:
        return self.json.get("data")

    @property
    def errors(self) -> list[dict[str, Any]]:
        return self.json.get("errors", [])

    @property
    def refusals(self) -> dict[str, str]:
        """The code at each withheld position, the path written as `a.0.b`."""
        return {
            ".".join(map(str, error.get("path", []))): error["extensions"]["code"]
            for error in self.errors
        }


class Client(httpx.AsyncClient):
    """An HTTP client of one application in this process, which speaks for one person."""

    async def ask(
        self,
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        operation_name: str | None = None,
        mode: str | None = None,
        accept: str = GRAPHQL_RESPONSE,
        plain: bool = False,
        key: str | None = None,
    ) -> Reply:
        """Send one operation, perhaps with a key; `plain` has it answered on the plain path."""
        body = {"query": document, "variables": variables, "operationName": operation_name}
        if mode is not None:
            body["extensions"] = {"authorization": {"mode": mode}}
        watch = Watch()
        before, planned = _watch.set(watch), _plain.set(plain)
        try:
            headers = {"Accept": accept} | ({"Idempotency-Key": key} if key is not None else {})
            response = await self.post("/graphql", json=body, headers=headers)
        finally:
            _watch.reset(before)
            _plain.reset(planned)
        return Reply(response, watch.report, watch.statements)


GENEROUS = Allowances(**{each.name: 1_000_000 for each in fields(Allowances)})
"""What tests may do that are about something else."""


class World:
    """One copy of the demo world, and one running application in front of it."""

    def __init__(
        self, database: str, url: str, folder: Path, *, domain: Domain | None = None
    ) -> None:
        self.database = database
        self.domain = domain
        self.url = url
        self.folder = folder
        self.clock = SettableClock(NOW)
        self.settings = Settings(
            database_url=url,
            state_directory=folder,
            refusals_together_seconds=0,  # the clock stands still: each refusal has a row of its own
            allowances=GENEROUS,
        )
        self._app: Starlette | None = None
        self._engine: AsyncEngine | None = None
        self._open = AsyncExitStack()

    async def sql(self, statement: str, **parameters: object) -> list[Any]:
        """Run one statement behind the application's back; its rows, if it gives any."""
        if self._engine is None:  # with a pool: a new connection costs more than most statements
            self._engine = create_async_engine(sqlalchemy_url(self.url))
            self._open.push_async_callback(self._engine.dispose)
        async with self._engine.begin() as connection:
            result = await connection.execute(text(statement), parameters)
            return list(result.all()) if result.returns_rows else []

    async def app(self) -> Starlette:
        """The application, started when first asked for."""
        if self._app is None:
            app = application.create_app(
                self.settings,
                domain=self.domain or _published(),
                clock=self.clock,
                observer=_note_report,
                deliver_mail=False,
            )
            await self._open.enter_async_context(app.router.lifespan_context(app))
            app.state.database.observer = _note_statement
            _let_tests_choose_the_path(app)
            self._app = app
        return self._app

    async def client(
        self,
        handle: str | None = None,
        *,
        subject: str | None = None,
        email: str | None = None,
        token: str | None = None,
    ) -> Client:
        """A client for a demo person, for another subject, with a given token, or with none."""
        client = Client(
            transport=httpx.ASGITransport(await self.app(), raise_app_exceptions=False),
            base_url="http://127.0.0.1",
        )
        await self._open.enter_async_context(client)
        if token is None and (handle or subject):
            person = (
                {"handle": handle}
                if handle
                else {
                    "subject": subject,
                    "email": email or "stranger@example.test",
                }
            )
            answer = await client.post("/dev/token", json=person)
            token = answer.raise_for_status().json()["token"]
        if token is not None:
            client.headers["Authorization"] = f"Bearer {token}"
        return client

    async def mails(self) -> list[EmailMessage]:
        """Deliver what is due, and read all that was ever delivered, the oldest first."""
        app = await self.app()
        await app.state.post.deliver_due(self.clock.now())
        files = sorted((self.folder / "mail").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]

    async def close(self) -> None:
        await self._open.aclose()


def _once(audit: Callable[..., None]) -> Callable[..., None]:
    """Return an audit that does not ask the very same parts again: it is most of what starting takes."""
    passed: list[tuple[object, ...]] = []

    def audited(*parts: object) -> None:
        if not any(all(map(is_, parts, each)) for each in passed):
            audit(*parts)
            passed.append(parts)

    return audited


application.audit = _once(application.audit)


@cache
def _published() -> Domain:
    """Fieldgate's own schema and policy, read once a process: that is what starting takes."""
    return Domain.published()


def _let_tests_choose_the_path(app: Starlette) -> None:
    """No request can ask for the plain path: tell the engine itself, below HTTP and tokens."""
    [endpoint] = [route.app for route in app.routes if getattr(route, "path", "") == "/graphql"]
    engine = endpoint._engine  # noqa: SLF001 -- nothing else leads to it
    execute = engine.execute

    async def execute_as_asked(request: OperationRequest, identity: Identity) -> Answer:
        return await execute(request, identity, force_plain=_plain.get())

    engine.execute = execute_as_asked


def _note_report(report: OperationReport) -> None:
    if watch := _watch.get():
        watch.report = report


def _note_statement(statement: str) -> None:
    if watch := _watch.get():
        watch.statements.append(statement)
